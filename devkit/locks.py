"""``./dev lock``: compile ``requirements*.txt`` from the groups of ``pyproject.toml``.

One lock serves Python 3.11 and later. Lock files carry hashes and no registry's name, so that any mirror serves them.
"""

from __future__ import annotations

import subprocess

from devkit import places

OPTIONS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]
LOCKS = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["pyproject.toml", "--group", "dev", "--constraint", "requirements.txt"],
    "requirements-bootstrap.txt": ["--group", "bootstrap"],
}


def main(arguments: list[str]) -> int:
    """Compile every lock; arguments (such as ``--upgrade``) go to uv."""
    for lock, sources in LOCKS.items():
        print(f"{lock} …", flush=True)
        compile_one = [
            places.virtualenv_bin("uv"),
            "pip",
            "compile",
            *sources,
            *OPTIONS,
            "--output-file",
            lock,
            *arguments,
        ]
        code = subprocess.run(compile_one, cwd=places.ROOT, check=False).returncode
        if code:
            return code
    return 0
