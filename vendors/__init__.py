"""Vendors: the legal sellers behind supplier tenants, and how they apply to join the platform."""
