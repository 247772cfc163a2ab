"""Payments: credit accounts and their ledger, invoices, payments through a gateway's port (tenant's schema)."""
