"""The back office of a tenant."""
