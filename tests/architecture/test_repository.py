"""Files that are not code: locks, secrets, catalogues."""

from __future__ import annotations

import re
import subprocess
import tomllib

from tests.architecture import sources

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
SECRET = re.compile(
    r"\b(sk|rk)_live_[0-9A-Za-z]{8,}|\bwhsec_[0-9A-Za-z]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}"
)


def test_locks_carry_hashes_and_no_address():
    for name in LOCKS:
        text = (sources.ROOT / name).read_text()
        assert not re.search(r"https?://|file:|index-url|find-links|trusted-host", text), name
        assert not re.search(r"(^|\s)/(work|root|home|tmp|opt)/", text), name
        assert text.count("--hash=sha256:") >= len(PINNED.findall(text)) > 0, name


def test_the_development_lock_contains_the_runtime_lock():
    runtime, development = (dict(PINNED.findall((sources.ROOT / name).read_text())) for name in LOCKS[:2])
    assert runtime.items() <= development.items()


def test_locks_contain_what_pyproject_asks_for():
    project = tomllib.loads((sources.ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
        "requirements-bootstrap.txt": project["dependency-groups"]["bootstrap"],
    }
    for lock, requirements in wanted.items():
        pinned = dict(PINNED.findall((sources.ROOT / lock).read_text()))
        for requirement in requirements:
            name, _, exact = re.sub(r"\[[^]]*\]|;.*|[<>!~].*|\s", "", requirement).partition("==")
            assert name.lower() in pinned, f"{lock}: {name} is missing; ./dev lock"
            assert exact in ("", pinned[name.lower()]), f"{lock}: {name} is not {exact}; ./dev lock"


def test_no_secret_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=sources.ROOT, capture_output=True, text=True, check=False)
    found = []
    for name in listed.stdout.splitlines():
        path = sources.ROOT / name
        if path.is_file() and SECRET.search(path.read_bytes().decode("utf-8", "ignore")):
            found.append(name)
    assert found == []
