"""The product's own files, for the tests of this folder."""

from __future__ import annotations

import ast
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOOLING = {"bench", "devkit"}
NOT_CODE = {"docs", "infra", "staticfiles", "tests", "var"}


@lru_cache(maxsize=1)
def packages() -> list[str]:
    """Every top-level package: apps, composition root and tooling."""
    return sorted(
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and (folder / "__init__.py").exists() and folder.name not in NOT_CODE
    )


@lru_cache(maxsize=1)
def modules() -> list[Path]:
    """Every Python module outside tests and migrations."""
    found = [ROOT / "manage.py"] if (ROOT / "manage.py").exists() else []
    for package in packages():
        found += sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def templates() -> list[Path]:
    return sorted((ROOT / "frontend" / "templates").rglob("*.html"))


def shown(path: Path) -> str:
    """The path as a person would name it."""
    return str(path.relative_to(ROOT))
