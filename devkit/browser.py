"""The Chromium that browser tests drive: Debian's, since Playwright's own download is not for every machine.

Playwright's driver, a Node from its wheel, wants ``libatomic``, which a bare Debian does not have.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

VARIABLE = "COMPTOIR_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-liberation", "libatomic1")
HOW_TO_GET_IT = "as root: apt-get install chromium libatomic1, or name another Chromium in COMPTOIR_CHROMIUM"


def find() -> str | None:
    """Path of the browser; ``COMPTOIR_CHROMIUM`` first."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def driver_runs() -> bool:
    """Whether what Playwright's driver is linked against is there."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def is_ready() -> bool:
    """Whether browser tests can run here."""
    return find() is not None and driver_runs()


def ensure(*, install: bool) -> str | None:
    """The browser's path; as root it is installed by apt when it is missing and `install` says so."""
    found = find()
    if is_ready() or not install or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    print("Installing Chromium with apt for the browser tests …", file=sys.stderr, flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            print("apt could not install Chromium.", file=sys.stderr)
            return None
    return find()
