"""What the demo needs before it starts, in one process so that Django is loaded once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django
from django.core.management import call_command

from devkit.announce import LOGINS

STEPS = (
    ("Database and static files", ["bootstrap"]),
    ("Example data", ["seed_demo"]),
    ("Search indexes", ["search_check", "--repair"]),  # data that an older version of the code has left
)


def main() -> None:
    """Run every step; each looks first and is quick when there is nothing to do."""
    django.setup()
    for title, command in STEPS:
        print(f"{title} …", flush=True)
        began = time.monotonic()
        call_command(*command)
        print(f"{title}: ready after {time.monotonic() - began:.1f} s", flush=True)
    with (Path(os.environ["COMPTOIR_VAR"]) / LOGINS).open("w") as logins:
        call_command("demo_logins", stdout=logins)


if __name__ == "__main__":
    main()
