"""Indexes that are broken on purpose, found out and repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from catalog.enums import VariantState
from catalog.models import Brand, Product, Variant
from catalog.visibility import Target
from catalog.visibility_rules import Defaults, remove_visibility_rule, save_defaults, save_visibility_rule
from core.actor import system
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from search import checking, indexing
from search.documents import Doc
from search.engine import MARKETPLACE, engine, index_name
from search.port import BuyerContext, Query
from search.tasks import repair_indexes
from tenants.directory import active_tenants
from tenants.enums import TenantState
from tenants.services import change_state
from tests.world import BOT, TenantWorld, World


@pytest.fixture
def indexed(world: World, drain: Callable[[], int]) -> Iterator[World]:
    """Both shops and the marketplace as they should be."""
    drain()
    engine().drop(MARKETPLACE)
    call_command("reindex", stdout=StringIO())
    yield world
    engine().drop(MARKETPLACE)


def command(*arguments: str) -> tuple[int, list[str]]:
    """Exit code and lines of ``search_check``."""
    out = StringIO()
    try:
        call_command("search_check", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def documents(tenant: TenantWorld, sku: str = "VN-1001") -> tuple[Doc, Doc]:
    with use_tenant(tenant.scope):
        found = indexing.documents_of(tenant.id, [tenant.variants[sku]])
    return found.shop[0], found.marketplace[0]


def _lost(world: World) -> None:
    engine().write(index_name(world.acme.id), [], [str(world.acme.variants["VN-1001"])])


def _lost_on_marketplace(world: World) -> None:
    engine().write(MARKETPLACE, [], [str(world.acme.variants["VN-1001"])])


def _another_price(world: World) -> None:
    shop, _shared = documents(world.acme)
    engine().write(index_name(world.acme.id), [replace(shop, prices=dict.fromkeys(shop.prices, 1))])


def _not_public_any_more(world: World) -> None:
    _shop, shared = documents(world.acme)
    engine().write(MARKETPLACE, [replace(shared, is_public=False)])


def _archived_behind_its_back(world: World) -> None:
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ARCHIVED)


def _of_nobody(world: World) -> None:
    shop, _shared = documents(world.acme)
    engine().write(index_name(world.acme.id), [replace(shop, pk=str(uuid7()))])


def _other_code(world: World) -> None:
    for index in (index_name(world.acme.id), MARKETPLACE):
        (Path(settings.SEARCH_ROOT) / index / "CURRENT").write_text("s0-old")


CLEAN = "5 documents, 0 missing, 0 extra, 0 outdated"
CLEAN_MARKETPLACE = CLEAN.replace("5", "10", 1)
BREAKS: dict[str, tuple[Callable[[World], None], str, str]] = {
    "a document is lost": (_lost, "5 documents, 1 missing, 0 extra, 0 outdated", CLEAN_MARKETPLACE),
    "one is lost on the marketplace": (_lost_on_marketplace, CLEAN, "10 documents, 1 missing, 0 extra, 0 outdated"),
    "a price is another": (_another_price, "5 documents, 0 missing, 0 extra, 1 outdated", CLEAN_MARKETPLACE),
    "visitors see it in the database only": (
        _not_public_any_more,
        CLEAN,
        "10 documents, 0 missing, 0 extra, 1 outdated",
    ),
    "archived and nobody said so": (
        _archived_behind_its_back,
        "4 documents, 0 missing, 1 extra, 0 outdated",
        "9 documents, 0 missing, 1 extra, 0 outdated",
    ),
    "of no product": (_of_nobody, "5 documents, 0 missing, 1 extra, 0 outdated", CLEAN_MARKETPLACE),
    "of other code": (
        _other_code,
        "5 documents, built by another version of the code",
        "10 documents, built by another version of the code",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_found_and_repaired(indexed: World, name: str) -> None:
    broken, shop, marketplace = BREAKS[name]
    assert command() == (0, [f"acme: {CLEAN}", f"bolt: {CLEAN}", f"marketplace: {CLEAN_MARKETPLACE}"])
    broken(indexed)
    lines = [f"acme: {shop}", f"bolt: {CLEAN}", f"marketplace: {marketplace}"]
    assert command() == (1, lines)
    assert command() == (1, lines), "looking repairs nothing"
    code, printed = command("--repair")
    assert (code, printed[:3], len(printed)) == (0, lines, 7)
    assert command()[0] == 0


def test_one_tenant_is_one_tenant(indexed: World) -> None:
    _lost(indexed)
    _archived_behind_its_back(indexed)
    shop = documents(indexed.bolt)[0]
    engine().write(index_name(indexed.bolt.id), [replace(shop, sku="X")])
    assert command("--tenant", "acme") == (
        1,
        [
            "acme: 4 documents, 0 missing, 0 extra, 0 outdated",
            "marketplace: 4 documents, 0 missing, 1 extra, 0 outdated",
        ],
    )
    assert command("--tenant", "acme", "--repair")[0] == 0
    assert command("--tenant", "bolt")[0] == 1, "the other one's is left as it was"
    with pytest.raises(CommandError):
        call_command("search_check", tenant="nobody")


def test_only_what_differs_is_written(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _another_price(indexed)
    written: list[str] = []
    real = type(engine()).write

    def noting(self: Any, index: str, upserts: Any, deletes: Any = ()) -> Any:
        written.extend([*(doc.pk for doc in upserts), *deletes])
        return real(self, index, upserts, deletes)

    monkeypatch.setattr(type(engine()), "write", noting)
    _found, left = checking.repair(active_tenants(), everywhere=True)
    assert written == [str(indexed.acme.variants["VN-1001"])]
    assert all(findings.is_clean for findings in left)


def test_the_night_repairs(indexed: World) -> None:
    _lost(indexed)
    _lost_on_marketplace(indexed)
    with use_tenant(PLATFORM):
        repair_indexes.delay()
    assert command()[0] == 0


def test_the_schedule_names_a_task() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["indexes that differ"]
    assert entry["task"] == repair_indexes.name


def test_a_suspended_tenant_has_nothing_on_the_marketplace(indexed: World, drain: Callable[[], int]) -> None:
    with use_tenant(PLATFORM):
        change_state(tenant_id=indexed.acme.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    drain()
    with use_tenant(indexed.acme.scope):
        indexing.write_variants(tenant_id=indexed.acme.id, variant_ids=indexed.acme.variants.values())
        indexing.rebuild_shop(tenant_id=indexed.acme.id)
    assert command() == (0, [f"bolt: {CLEAN}", f"marketplace: {CLEAN}"])


# --- What visitors see -----------------------------------------------------------------------------------------------
def public(index: str) -> int:
    """How many documents a visitor finds."""
    return engine().search(index, Query(), BuyerContext()).total


def _target(target: Target) -> UUID | None:
    if target is Target.EVERYTHING:
        return None
    return Brand.objects.get(slug="fixor").pk if target is Target.BRAND else Product.objects.get(code="VN-1003").pk


@pytest.mark.parametrize(("target", "left"), [(Target.PRODUCT, 4), (Target.BRAND, 3), (Target.EVERYTHING, 0)])
def test_a_rule_for_everybody_is_in_the_indexes(
    indexed: World, drain: Callable[[], int], target: Target, left: int
) -> None:
    with use_tenant(indexed.acme.scope, party="tenant"):
        rule = save_visibility_rule(target=target, target_id=_target(target), is_visible=False, actor=BOT)
    drain()
    assert (public(index_name(indexed.acme.id)), public(MARKETPLACE)) == (left, left + 5)
    assert command()[0] == 0
    with use_tenant(indexed.acme.scope, party="tenant"):
        remove_visibility_rule(rule_id=rule, actor=BOT)
    drain()
    assert (public(index_name(indexed.acme.id)), public(MARKETPLACE)) == (5, 10)


def test_what_visitors_see_by_default_is_in_the_indexes(indexed: World, drain: Callable[[], int]) -> None:
    for seen in (False, True):
        with use_tenant(indexed.acme.scope, party="tenant"):
            save_defaults(defaults=Defaults(visitors_see=seen), actor=BOT)
        drain()
        assert public(index_name(indexed.acme.id)) == (5 if seen else 0)
        assert public(MARKETPLACE) == (10 if seen else 5)
        assert command()[0] == 0
