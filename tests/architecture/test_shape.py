"""Sizes and names: small modules, short functions, names that say what is inside."""

from __future__ import annotations

import ast
import re

from tests.architecture import sources

MAXIMUM_LINES = 400
MAXIMUM_FUNCTION_LINES = 50
SAYS_NOTHING = {"utils", "helpers", "common", "managers", "misc", "util", "helper"}


def test_modules_are_small():
    sizes = {sources.shown(path): len(path.read_text().splitlines()) for path in sources.modules()}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > MAXIMUM_LINES} == {}


def test_functions_are_short():
    too_long = {}
    for path in sources.modules():
        for node in ast.walk(sources.tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAXIMUM_FUNCTION_LINES:
                    too_long[f"{sources.shown(path)}:{node.name}"] = length
    assert too_long == {}


def test_names_of_modules_say_what_is_inside():
    assert [sources.shown(path) for path in sources.modules() if path.stem in SAYS_NOTHING] == []
    folders = {path.parent for path in sources.modules()}
    assert [sources.shown(folder) for folder in folders if folder.name in SAYS_NOTHING] == []


def test_every_package_says_what_it_owns():
    silent = [
        package
        for package in sources.packages()
        if not ast.get_docstring(sources.tree(sources.ROOT / package / "__init__.py"))
    ]
    assert silent == []


def test_every_package_is_known_to_the_import_rules():
    text = (sources.ROOT / "pyproject.toml").read_text()
    rules = text.partition("[tool.importlinter]")[2].partition("]")[0]
    assert set(re.findall(r'"(\w+)"', rules)) == set(sources.packages())
