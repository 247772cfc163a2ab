"""Budgets and rules of the files that browsers load."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import django_htmx
import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
STATIC = FRONTEND / "static"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))


def _compressed(*files: Path) -> int:
    return sum(len(brotli.compress(file.read_bytes())) for file in files)


def test_styles_stay_in_their_budget() -> None:
    assert _compressed(*STATIC.glob("css/*.css")) <= 20_000


def test_scripts_stay_in_their_budget() -> None:
    assert _compressed(*STATIC.glob("js/*.js"), HTMX) <= 30_000


def test_what_is_fetched_on_demand_stays_in_its_budget_and_brings_its_licence() -> None:
    for file in STATIC.glob("vendor/*.js"):
        assert _compressed(file) <= 130_000
        assert "Licen" in (file.parent / f"{file.stem}.LICENSE.txt").read_text()


@pytest.mark.parametrize("file", sorted(STATIC.glob("css/*.css")), ids=lambda file: file.name)
def test_styles_are_layered_and_local(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert "!important" not in text
    assert "http" not in text
    assert "color-mix" not in text
    outside = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", "", text)
    assert set(re.findall(r"[^;\s][^;]*", outside)) <= {
        "@layer tokens, reset, base, layout, components, utilities",
        *re.findall(r"@layer [^;]*", outside),
    }


def test_templates_hold_no_code_for_htmx_to_evaluate() -> None:
    assert [file.name for file in TEMPLATES if re.search(r"hx-on|hx-vals=.js:|hx-vars", file.read_text())] == []


def test_every_icon_that_is_named_exists() -> None:
    known = set(re.findall(r'id="([a-z-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    named = set()
    for file in TEMPLATES:
        named |= set(re.findall(r"""icon\(["']([a-z-]+)["']""", file.read_text()))
        named |= set(re.findall(r"""icon_name=["']([a-z-]+)["']""", file.read_text()))
    assert named <= known


def test_modules_import_only_their_neighbours() -> None:
    for file in STATIC.glob("js/*.js"):
        for target in re.findall(r'from "([^"]+)"', file.read_text()):
            assert target.startswith("./")
            assert (file.parent / target).is_file()


def test_the_manifest_storage_rewrites_module_imports(tmp_path: Path) -> None:
    from django.contrib.staticfiles import finders

    from frontend.storage import StaticStorage

    storage = StaticStorage(location=str(tmp_path), base_url="/static/")
    paths = {name: (found, name) for found in finders.get_finders() for name, found in _own(found)}
    list(storage.post_process(_copied(paths, tmp_path, storage)))
    entry = (tmp_path / storage.stored_name("js/app.js")).read_text()
    assert re.search(r'from "\./keys\.[0-9a-f]{12}\.js"', entry)
    scanner = (tmp_path / storage.stored_name("js/scan.js")).read_text()
    assert re.search(r'import\("\.\./vendor/zxing\.[0-9a-f]{12}\.js"\)', scanner)


def _own(finder):
    return [
        (name, storage) for name, storage in finder.list([]) if name.startswith(("js/", "css/", "icons/", "vendor/"))
    ]


def _copied(paths, root, storage):
    for name, (source, _name) in paths.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open(name) as opened:
            target.write_bytes(opened.read())
    return {name: (storage, name) for name in paths}
