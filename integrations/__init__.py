"""Integrations: supplier files coming in, API keys and idempotent requests of customers' systems (tenant's schema)."""
