"""The Chromium that browser tests drive: Debian's, since Playwright's own download is not for every machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

VARIABLE = "COMPTOIR_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HOW_TO_GET_IT = "as root: apt-get install chromium, or name another one in COMPTOIR_CHROMIUM"


def find() -> str | None:
    """Path of the browser; ``COMPTOIR_CHROMIUM`` first."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def ensure(*, install: bool) -> str | None:
    """The browser's path; as root it is installed by apt when it is missing and `install` says so."""
    found = find()
    if found or not install or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return found
    print("Installing Chromium with apt for the browser tests …", file=sys.stderr, flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            print("apt could not install Chromium.", file=sys.stderr)
            return None
    return find()
