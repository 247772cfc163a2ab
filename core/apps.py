"""App configuration; imports every app's handlers, so that events find them."""

import gc
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

# Thousands of rows are hundreds of thousands of objects, none of them garbage: Python's own thresholds make it look
# through all of them dozens of times, which took a third of the time of a large quick order.
_GARBAGE_THRESHOLDS = (100_000, 10, 10)


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        gc.set_threshold(*_GARBAGE_THRESHOLDS)
        for config in apps.get_app_configs():
            if find_spec(f"{config.name}.handlers") is not None:
                import_module(f"{config.name}.handlers")
