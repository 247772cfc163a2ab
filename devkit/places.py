"""Where a checkout keeps its state, and who may reach it.

Usually ``var/`` in the checkout. PostgreSQL refuses to run as root, so for root it runs as another user
(``postgres`` when the machine has one, else ``nobody``) that must be able to reach its data: when the checkout is in a
private folder such as ``/root``, and when it cannot be written, state lives in ``/var/tmp/comptoir-<uid>-<digest>``.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from devkit.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
SOCKET_PATH_LIMIT = 100  # the kernel's is 107 bytes


@dataclass(frozen=True)
class Account:
    """The user that runs PostgreSQL when we are root."""

    name: str
    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether this user can walk to `path` and enter it."""
        test = ["test", "-x", str(path)]
        return subprocess.run(test, user=self.uid, group=self.gid, extra_groups=[], check=False).returncode == 0


@lru_cache(maxsize=1)
def service_account() -> Account | None:
    """The user PostgreSQL runs as; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise SetupError("as root this needs a user to run PostgreSQL as: neither 'postgres' nor 'nobody' exists here")


@lru_cache(maxsize=1)
def state_dir() -> Path:
    """This checkout's state folder, made when missing."""
    if named := os.environ.get("COMPTOIR_VAR"):
        folder = Path(named).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    account = service_account()
    if os.access(ROOT, os.W_OK) and (account is None or account.can_reach(ROOT)):
        folder = ROOT / "var"
        folder.mkdir(exist_ok=True)
        return folder
    return private_folder(Path("/var/tmp"))  # noqa: S108 - ownership is checked


def private_folder(parent: Path) -> Path:
    """A folder of this user for this checkout under a folder that everybody may write to.

    Raises SetupError when somebody else has made it.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    folder = parent / f"comptoir-{os.geteuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise SetupError(f"{folder} belongs to somebody else; remove it or set COMPTOIR_VAR")
    folder.chmod(0o711 if service_account() else 0o700)
    return folder


def temporary_parent() -> Path:
    """Where throwaway folders are made: /tmp, whose path is short, unless it cannot be used."""
    usual = Path("/tmp")  # noqa: S108 - mkdtemp makes private folders in it
    return usual if os.access(usual, os.W_OK) else Path(tempfile.gettempdir())


def temporary_dir(prefix: str) -> Path:
    """A new folder for servers that are thrown away."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=temporary_parent()))
    folder.chmod(0o711 if service_account() else 0o700)
    return folder


def socket_path(folder: Path, name: str) -> Path:
    """Where the socket `name` of a server in `folder` lives: there, or in a shorter place when that is too long."""
    wanted = folder / name
    if len(os.fsencode(wanted)) <= SOCKET_PATH_LIMIT:
        return wanted
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return private_folder(temporary_parent()) / f"{digest}-{name}"


def virtualenv_bin(name: str) -> str:
    """The program `name` of the running virtual environment."""
    return str(Path(sys.executable).parent / name)


def write_once(file: Path, text: str) -> None:
    """Write a private file unless it exists already."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as out:
        out.write(text)


def remove(folder: Path) -> None:
    """Remove a folder of ours with everything in it."""
    shutil.rmtree(folder, ignore_errors=True)
