"""One more migration for an app, for as long as a block lasts: what a release with one added column looks like."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.test.utils import override_settings

from tenants.revision import expected_revision

_SOURCE = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("{app}", "{last}")]
    operations = [migrations.AddField("{model}", "{column}", models.CharField(max_length=20, null=True))]
"""


@contextmanager
def added_column(app: str, model: str, column: str) -> Iterator[str]:
    """A migration that adds nullable text ``column`` to ``app``'s ``model``; answers the migration's name."""
    folder = Path(tempfile.mkdtemp(prefix="migration-"))
    package = f"extra_{app}_{folder.name.replace('-', '_')}"
    target = folder / package
    source = Path(import_module(f"{app}.migrations").__path__[0])
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(file.stem for file in target.glob("0*.py"))
    name = f"9999_{column}"
    (target / f"{name}.py").write_text(_SOURCE.format(app=app, last=last, model=model, column=column))
    sys.path.insert(0, str(folder))
    modules = {**getattr(settings, "MIGRATION_MODULES", {}), app: package}
    try:
        with override_settings(MIGRATION_MODULES=modules):
            expected_revision.cache_clear()
            yield name
    finally:
        expected_revision.cache_clear()
        sys.path.remove(str(folder))
        shutil.rmtree(folder)
