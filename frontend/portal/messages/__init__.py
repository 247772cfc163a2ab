"""The supplier's side of messages about orders and invoices."""
