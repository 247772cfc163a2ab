"""The storefront of a tenant: what its buyers see."""
