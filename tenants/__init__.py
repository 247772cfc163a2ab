"""Tenants: white-label portals with their own schema, role and domains; provisioning, host routing, fleet migration."""
