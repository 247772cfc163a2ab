"""What the demo needs before it starts, in one process so that Django is loaded once."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    """Migrate, seed, collect static files; each is quick when there is nothing to do."""
    django.setup()
    _step("Schemas", "bootstrap")
    _step("Example data", "seed_demo")
    if _static_files_changed():
        _step("Static files", "collectstatic", interactive=False, verbosity=0)
        _static_stamp().write_text(_static_digest())


def _step(title: str, command: str, **options: object) -> None:
    print(f"{title} …", flush=True)
    began = time.monotonic()
    call_command(command, **options)
    print(f"{title}: done in {time.monotonic() - began:.1f} s", flush=True)


def _static_stamp() -> Path:
    return Path(os.environ["COMPTOIR_VAR"]) / "static.stamp"


def _static_files_changed() -> bool:
    stamp = _static_stamp()
    return not Path(settings.STATIC_ROOT).exists() or not stamp.exists() or stamp.read_text() != _static_digest()


def _static_digest() -> str:
    """Changes with any static file's name, size or time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
