"""The database connection: our backend, un-scoped until somebody chooses a tenant."""

from __future__ import annotations

from typing import Any

from config.settings.environment import database
from core.scope import UNSCOPED_SCHEMA


def postgresql(url: str, **more: Any) -> dict[str, Any]:
    """Settings of ``DATABASES["default"]``; keep-alives find a dead server within seconds."""
    return {
        "ENGINE": "core.postgresql",
        **database(url),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": f"-c search_path={UNSCOPED_SCHEMA} -c lock_timeout=3000 "
            "-c idle_in_transaction_session_timeout=60000",
            "connect_timeout": 3,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
        },
        **more,
    }
