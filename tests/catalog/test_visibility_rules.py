"""Who sees which goods: the services that say it, what an index is told, and the supplier's pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from catalog.events import CatalogChanged
from catalog.models import Brand, Category, Product, Variant, VisibilityRule
from catalog.visibility import Audience, Target, viewpoint
from catalog.visibility_rules import (
    Defaults,
    defaults_now,
    remove_visibility_rule,
    save_defaults,
    save_visibility_rule,
    shares,
    visibility_rules,
)
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer, Segment
from tests.world import BOT, World, acting


@pytest.fixture
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})):
        yield world.acme


def seen(audience: Audience) -> set[str]:
    return set(Variant.objects.filter(viewpoint(audience).condition()).values_list("sku", flat=True))


def told() -> list[list[str]]:
    """What an index was told of since the last time; no ids are everything."""
    with use_tenant(PLATFORM):
        rows = OutboxEvent.objects.filter(name=CatalogChanged.NAME).order_by("pk")
        found = [row.payload["variant_ids"] for row in rows]
        rows.delete()
    return found


def brand(slug: str) -> UUID:
    return Brand.objects.get(slug=slug).pk


def test_defaults(acme: Any) -> None:
    told()
    customer = Audience(acme.customers["delmas"])
    assert defaults_now() == Defaults()
    save_defaults(defaults=Defaults(visitors_see=False), actor=BOT)
    assert (seen(Audience()), len(seen(customer)), told()) == (set(), 5, [[]])
    save_defaults(defaults=Defaults(visitors_see=False, customers_see=False), actor=BOT)
    assert (seen(customer), told()) == (set(), []), "an index knows visitors only"
    assert defaults_now() == Defaults(visitors_see=False, customers_see=False)


def test_a_rule_is_made_turned_and_removed(acme: Any) -> None:
    told()
    customer = Audience(acme.customers["delmas"])
    rule = {"target": Target.BRAND, "target_id": brand("fixor"), "customer_id": acme.customers["delmas"]}
    rule_id = save_visibility_rule(**rule, is_visible=False, actor=BOT)
    assert seen(customer) == {"VN-1001", "VN-1002", "VN-1005"}
    assert save_visibility_rule(**rule, is_visible=False, actor=BOT) == rule_id
    assert save_visibility_rule(**rule, is_visible=True, actor=BOT) == rule_id
    assert len(seen(customer)) == 5
    assert [(info.target_text, info.is_visible) for info in visibility_rules()] == [("Fixor", True)]
    remove_visibility_rule(rule_id=rule_id, actor=BOT)
    assert not VisibilityRule.objects.exists()
    with pytest.raises(NotFound):
        remove_visibility_rule(rule_id=rule_id, actor=BOT)
    assert told() == []


def test_an_index_is_told_of_what_visitors_see(acme: Any) -> None:
    told()
    product = Product.objects.get(code="VN-1001")
    first = save_visibility_rule(target=Target.PRODUCT, target_id=product.pk, is_visible=False, actor=BOT)
    assert told() == [[str(acme.variants["VN-1001"])]]
    second = save_visibility_rule(target=Target.EVERYTHING, is_visible=False, actor=BOT)
    assert told() == [[]]
    save_visibility_rule(target=Target.EVERYTHING, is_visible=False, actor=BOT)
    assert told() == [], "nothing new"
    remove_visibility_rule(rule_id=first, actor=BOT)
    remove_visibility_rule(rule_id=second, actor=BOT)
    assert told() == [[str(acme.variants["VN-1001"])], []]


def test_what_contradicts_itself_is_refused(acme: Any) -> None:
    for wrong, field in (
        ({"target": Target.FAMILY, "target_id": acme.id}, "target"),
        ({"target": Target.BRAND}, "target"),
        ({"target": Target.EVERYTHING, "customer_id": acme.id, "segment_id": acme.id}, "segment_id"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            save_visibility_rule(**wrong, is_visible=False, actor=BOT)
        assert refusal.value.field == field
    assert not VisibilityRule.objects.exists()


def test_only_staff_may(acme: Any, world: World) -> None:
    for actor in (world.delmas.buyer, world.bolt.staff):
        for call in (
            lambda actor=actor: save_defaults(defaults=Defaults(), actor=actor),
            lambda actor=actor: save_visibility_rule(target=Target.EVERYTHING, is_visible=False, actor=actor),
            lambda actor=actor: remove_visibility_rule(rule_id=acme.id, actor=actor),
        ):
            with pytest.raises(NotAllowed):
                call()


def test_shares_by_category(acme: Any) -> None:
    category = Category.objects.get(path="vis").pk
    save_visibility_rule(target=Target.CATEGORY, target_id=category, is_visible=False, actor=BOT)
    found = {share.path: (share.seen, share.total) for share in shares(viewpoint(Audience()))}
    assert found == {"ecrous": (1, 1), "rondelles": (1, 1), "tiges": (1, 1), "vis": (0, 2)}


# --- Pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def staff(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.acme.owner)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("path", ["segments/", "segments/new/", "visibility/"])
def test_pages_answer_and_only_staff_may_open_them(world: World, browser: Any, path: str) -> None:
    for language in ("en", "fr"):
        page = browser(world.acme.host, world.acme.owner, language=language).get(f"/portal/{path}")
        assert page.status_code == 200
    assert browser(world.acme.host, world.delmas.admin).get(f"/portal/{path}").status_code == 404


def test_a_segment_counts_its_customers_and_its_rules_are_checked(world: World, staff: Any) -> None:
    new = "/portal/segments/new/"
    assert staff.post(new, {"name": "Nobody"}).status_code == 422
    wrong = staff.post(new, {"name": "Metal", "sector": "XX", "country": "France"})
    assert "XX is not the beginning" in text(wrong)
    assert "FRANCE is not a country" in text(wrong)
    assert staff.post(new, {"name": "Metal", "sector": "25, 46.7", "country": "fr, BE"}).status_code == 303
    assert staff.post(new, {"name": "Metal", "sector": "25"}).status_code == 422, "the name is taken"
    profile = {"naf_code": "2562b", "country": "FR", "revenue_band": "small", "currency": "EUR"}
    customer = f"/portal/customers/{world.acme.customers['delmas']}/"
    assert staff.post(f"{customer}profile/", {**profile, "naf_code": "25"}).status_code == 422
    assert staff.post(f"{customer}profile/", {**profile, "customer_since": "2999-01-01"}).status_code == 422
    assert staff.post(f"{customer}profile/", profile).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert Customer.objects.get(pk=world.acme.customers["delmas"]).naf_code == "25.62B"
        segment = Segment.objects.get()
    assert "Metal" in text(staff.get(customer))
    listed = text(staff.get("/portal/segments/"))
    assert 'data-label="Customers now">1<' in listed
    path = f"/portal/segments/{segment.pk}/"
    assert 'value="25, 46.7"' in text(staff.get(path))
    assert staff.post(path, {"name": "Metal", "country": "BE"}).status_code == 303
    assert 'data-label="Customers now">0<' in text(staff.get("/portal/segments/"))


def test_rules_defaults_and_what_somebody_sees(world: World, staff: Any) -> None:
    page = "/portal/visibility/"
    with use_tenant(world.acme.scope, party="tenant"):
        fixor, category = brand("fixor"), Category.objects.get(path="vis").pk
    two = staff.post(f"{page}add/", {"effect": "hide", "brand": str(fixor), "category": str(category)})
    assert (two.status_code, "not several" in text(two)) == (422, True)
    assert "No product has this reference." in text(staff.post(f"{page}add/", {"effect": "hide", "product": "NOPE"}))
    rule = {"effect": "hide", "brand": str(fixor), "customer": "Ateliers Delmas"}
    assert staff.post(f"{page}add/", rule).status_code == 303
    assert staff.post(f"{page}add/", {"effect": "hide", "product": "VN-1005"}).status_code == 303
    assert "2 of 5 products" in text(staff.get(f"{page}?customer=Ateliers+Delmas")), "two brands' goods, less a rod"
    assert "4 of 5 products" in text(staff.get(f"{page}?customer=Garage+Lecomte"))
    assert "No customer matches." in text(staff.get(f"{page}?customer=zzz"))
    assert staff.post(f"{page}defaults/", {"customers_see": "on"}).status_code == 303
    assert "0 of 5 products" in text(staff.get(f"{page}?visitor=1"))
    with use_tenant(world.acme.scope, party="tenant"):
        rule_id = VisibilityRule.objects.get(brand_id=fixor).pk
    assert staff.post(f"{page}{rule_id}/remove/").status_code == 303
    assert "4 of 5 products" in text(staff.get(f"{page}?customer=Ateliers+Delmas"))
