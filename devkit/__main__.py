"""``python -m devkit COMMAND [ARGUMENTS]``, called by ``./dev``."""

from __future__ import annotations

import importlib
import sys

from devkit.errors import SetupError

# Where each command is: a function that takes the arguments and returns the exit code. Loaded when asked for.
COMMANDS = {
    "demo": ("devkit.demo", "main"),
    "test": ("devkit.testing", "main"),
    "check": ("devkit.checks", "main"),
    "bench": ("devkit.benches", "main"),
    "manage": ("devkit.django_commands", "main"),
    "shell": ("devkit.django_commands", "shell"),
    "translations": ("devkit.translations", "main"),
    "lock": ("devkit.locks", "main"),
}


def main(arguments: list[str]) -> int:
    """Run one command; what is wrong with the machine is said in one line."""
    module, function = COMMANDS[arguments[0]]
    try:
        return int(getattr(importlib.import_module(module), function)(arguments[1:]))
    except SetupError as error:
        print(f"./dev {arguments[0]}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
