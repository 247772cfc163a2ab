"""Cache keys carry the tenant: one tenant's cached value cannot be another's."""

from core.scope import current_scope


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Key function of Django's caches: the current scope's schema comes first."""
    return f"{current_scope().schema_name}:{key_prefix}:{version}:{key}"
