"""Customers: companies as one tenant knows them — approval, group, payment term (tenant's schema)."""
