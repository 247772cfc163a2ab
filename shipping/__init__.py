"""Shipping: shipments (parcels, pallets) of orders and their tracking history (tenant's schema)."""
