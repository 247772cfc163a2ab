"""Application configuration: loads what each area adds to the shell."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

AREAS = ("account", "marketplace", "storefront", "portal", "operator", "notifications")


class FrontendConfig(AppConfig):
    """The HTML of the platform; it owns no table."""

    name = "frontend"

    def ready(self) -> None:
        """Import `frontend.<area>.shell` of each area that has one."""
        for area in AREAS:
            if find_spec(f"frontend.{area}") is None:
                continue
            name = f"frontend.{area}.shell"
            if find_spec(name) is not None:
                import_module(name)
