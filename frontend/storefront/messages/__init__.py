"""The buyer's side of messages about orders and invoices."""
