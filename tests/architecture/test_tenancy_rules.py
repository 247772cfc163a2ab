"""What nobody may write, because tenants stand on it."""

from __future__ import annotations

import ast
import re

from django.apps import apps
from django.conf import settings

from tests.architecture import sources

STOCK_SWITCH = re.compile(r"\b(schema_context|tenant_context)\b|\bwith tenant\s*:|connection\.set_(schema|tenant)\w*\(")
HAND_MADE_PATH = re.compile(r"\bSET\s+(LOCAL\s+|SESSION\s+)?(search_path|ROLE)\b", re.IGNORECASE)


def test_nobody_uses_another_switch_than_ours():
    found = [sources.shown(path) for path in sources.modules() if STOCK_SWITCH.search(_code(path))]
    assert found == []


def test_only_core_sets_a_search_path_or_role():
    allowed = ("core/", "tenants/", "devkit/")  # tenants: provisioning builds schemas; devkit: the login role's default
    found = [
        sources.shown(path)
        for path in sources.modules()
        if HAND_MADE_PATH.search(_code(path)) and not sources.shown(path).startswith(allowed)
    ]
    assert found == []


def test_public_and_tenant_apps_are_disjoint():
    assert set(settings.SHARED_APPS) & set(settings.TENANT_APPS) == set()
    assert [app for app in settings.TENANT_APPS if "." in app] == [], "third-party tables do not belong to a tenant"


def test_tenant_migrations_contain_no_python():
    """They run once per schema, as SQL rendered once: a Python step would be skipped or run on the wrong data."""
    offending = [
        sources.shown(path)
        for app in settings.TENANT_APPS
        for path in sorted((sources.ROOT / app / "migrations").glob("*.py"))
        if any(_name(node) == "RunPython" for node in ast.walk(sources.tree(path)))
    ]
    assert offending == []


def test_no_foreign_key_crosses_the_schema_boundary():
    side = dict.fromkeys(settings.SHARED_APPS, "public") | dict.fromkeys(settings.TENANT_APPS, "tenant")
    sides = {config.label: side[config.name] for config in apps.get_app_configs() if config.name in side}
    crossing = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if sides.get(model._meta.app_label) != sides.get(field.related_model._meta.app_label)
    ]
    assert crossing == []


def test_models_have_no_save_of_their_own():
    overridden = [
        f"{sources.shown(path)}: {node.name}.{item.name}"
        for path in sources.modules()
        if "models" in (path.stem, path.parent.name)
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name == "save"
    ]
    assert overridden == []


def test_nobody_listens_to_signals_of_models():
    listening = [
        sources.shown(path)
        for path in sources.modules()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"
    ]
    assert listening == []


def _code(path):
    """The source without docstrings and comments, which may speak of what is banned."""
    return ast.unparse(_WithoutDocstrings().visit(ast.parse(path.read_text())))


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node):
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.copy_location(ast.Pass(), node) if is_text else node


def _name(node):
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
