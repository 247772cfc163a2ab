"""Pricing: lists, discounts, who gets what, batches of changes; one statement resolves prices (tenant's schema)."""
