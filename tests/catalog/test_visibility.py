"""Who sees which goods: the filter against looking at every rule, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Brand, CatalogSettings, Category, Family, Product, Variant, VisibilityRule
from catalog.visibility import Audience, Viewpoint, viewpoint
from core.ids import uuid7
from core.tenancy import use_tenant
from tests.counting import statements
from tests.world import World

CUSTOMER, GROUP, SEGMENT, OTHER = (uuid7() for _ in range(4))
PARTIES: tuple[tuple[str, UUID] | None, ...] = (
    ("customer_id", CUSTOMER),
    ("group_id", GROUP),
    ("segment_id", SEGMENT),
    None,
    ("customer_id", OTHER),
    ("segment_id", OTHER),
)
TARGETS = ("product", "family", "brand", "deep", "category", "")


@dataclass(frozen=True)
class Said:
    """A rule by the places of its party and its target, the closest first; True shows."""

    party: int
    target: int
    shows: bool


rules = st.lists(
    st.builds(Said, st.integers(0, 5), st.integers(0, 5), st.booleans()),
    max_size=6,
    unique_by=lambda said: (said.party, said.target),
)


def expected(said: list[Said], fits: set[str], *, is_customer: bool, default: bool) -> bool:
    """The closest rule that concerns the audience and the goods, else the default."""
    parties = {0, 1, 2, 3} if is_customer else {3}
    concerned = [rule for rule in said if rule.party in parties and TARGETS[rule.target] in fits]
    closest = min(concerned, key=lambda rule: (rule.party, rule.target, rule.shows), default=None)
    return closest.shows if closest else default


@given(said=rules, visitors=st.booleans(), customers=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_closest_rule_decides(world: World, said: list[Said], visitors: bool, customers: bool) -> None:  # noqa: FBT001
    with use_tenant(world.acme.scope), transaction.atomic():
        CatalogSettings.objects.create(visitors_see=visitors, customers_see=customers)
        outer = Category.objects.create(slug="o", path="o", name_fr="O")
        inner = Category.objects.create(slug="i", path="o/i", name_fr="I", parent=outer)
        family, brand = Family.objects.create(code="f", name_fr="F"), Brand.objects.create(slug="b", name="B")
        goods: dict[str, tuple[set[str], dict[str, Any]]] = {
            "VN-1001": ({"product", "family", "deep", "category", ""}, {"family": family, "category": inner}),
            "VN-1002": ({"brand", "category", ""}, {"brand": brand, "category": outer}),
            "VN-1003": ({""}, {"category": None}),
        }
        for sku, (_fits, values) in goods.items():
            Product.objects.filter(variants__sku=sku).update(**values)
        first = Product.objects.get(variants__sku="VN-1001")
        targets: dict[str, dict[str, Any]] = {
            "product": {"product": first},
            "family": {"family": family},
            "brand": {"brand": brand},
            "deep": {"category": inner},
            "category": {"category": outer},
            "": {},
        }
        for rule in said:
            party = PARTIES[rule.party]
            named = {party[0]: party[1]} if party else {}
            VisibilityRule.objects.create(is_visible=rule.shows, **named, **targets[TARGETS[rule.target]])
        for audience, default in ((Audience(), visitors), (Audience(CUSTOMER, GROUP, (SEGMENT,)), customers)):
            seen = _seen(viewpoint(audience))
            for sku, (fits, _values) in goods.items():
                wanted = expected(said, fits, is_customer=audience.is_customer, default=default)
                assert (sku in seen) is wanted, (sku, audience)
        transaction.set_rollback(True)


def _seen(view: Viewpoint) -> set[str]:
    return set(Variant.objects.filter(view.condition()).values_list("sku", flat=True))


def test_without_settings_and_rules_everybody_sees_everything_in_one_statement(world: World) -> None:
    with use_tenant(world.acme.scope):
        with statements() as captured:
            view = viewpoint(Audience())
        assert len(captured) == 1
        assert view.sees_everything
        assert len(_seen(view)) == 5


def test_rules_about_many_products_are_one_condition(world: World) -> None:
    """As a change in bulk leaves them: a rule for each product."""
    audience, skus = Audience(uuid7(), GROUP), ["VN-1001", "VN-1002", "VN-1003"]
    found = []
    with use_tenant(world.acme.scope):
        products = {sku: Product.objects.get(variants__sku=sku) for sku in skus}
        for upto in (1, 3):
            VisibilityRule.objects.all().delete()
            for product in list(products.values())[:upto]:
                VisibilityRule.objects.create(product=product, is_visible=False)
            VisibilityRule.objects.create(product=products["VN-1001"], is_visible=True, group_id=GROUP)
            VisibilityRule.objects.create(is_visible=True, customer_id=OTHER)
            view = viewpoint(audience)
            sql, _params = Variant.objects.filter(view.condition()).query.sql_with_params()
            found.append((len(view.rules), sql))
            assert _seen(view) == {"VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"} - set(skus[1:upto])
            assert _seen(viewpoint(Audience())).isdisjoint(skus[:upto])
    assert found[0] == found[1]
    assert found[0][0] == 2
