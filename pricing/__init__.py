"""Pricing: price lists, tiers, who gets which list, and the one statement that resolves prices (tenant's schema)."""
