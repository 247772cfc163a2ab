"""Catalogue: categories, brands, products, variants (SKUs), their attributes and order units (tenant's schema)."""
