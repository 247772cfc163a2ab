"""Inventory: stock per variant, reservations under lock, and the ledger of movements (tenant's schema)."""
