"""Orders: carts, checkout, orders and their course; where prices, stock, credit, shipping and invoices meet (tenant's schema)."""
