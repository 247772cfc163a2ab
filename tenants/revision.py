"""Which structure a tenant's schema has, and which one this code expects."""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings
from django.db.migrations.loader import MigrationLoader


@cache
def expected_revision() -> str:
    """Digest of the last migrations of all tenant apps on disk; reads no database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    leaves = sorted(node for node in loader.graph.leaf_nodes() if node[0] in tenant_app_labels())
    return hashlib.sha256(repr(leaves).encode()).hexdigest()[:40]


def tenant_app_labels() -> frozenset[str]:
    """Labels of the apps whose tables stand in each tenant's schema."""
    return frozenset(name.rsplit(".", 1)[-1] for name in settings.TENANT_APPS)
