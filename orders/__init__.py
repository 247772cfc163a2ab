"""Orders: carts, checkout, orders and their course (tenant's schema).

Where prices, stock, credit, shipping and invoices meet.
"""
