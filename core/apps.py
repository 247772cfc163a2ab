"""App configuration; imports every app's handlers, so that events find them."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for config in apps.get_app_configs():
            if find_spec(f"{config.name}.handlers") is not None:
                import_module(f"{config.name}.handlers")
