"""Answers at once: every rule, once only, off by default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from catalog.models import Product
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.actor import system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from orders.models import Order
from payments.models import CreditAccount
from pricing.models import Price
from quoting import desk, instant
from quoting.enums import LeftToPeople as L
from quoting.models import InstantAnswer
from rfq.asking import NewLine
from rfq.conditions import Conditions
from rfq.enums import InvitationState
from rfq.models import Invitation, QuoteVersion
from tenants.enums import TenantState
from tenants.services import change_state
from tests.quoting.desks import COST, answer, costs, invitation_of, policy
from tests.rfq.test_negotiation import accept, request_for, verify
from tests.world import BOT, World

ONE = (NewLine("Vis CHC M8×40 inox A4", Decimal(100), part_number="VN-1001"),)
Drain = Callable[[], int]


def _on(world: World, **values: Any) -> None:
    policy(world.acme, **{"answers_at_once": True, "at_once_amount": Decimal(5000), **values})


def _asked(world: World, drain: Drain, **values: Any) -> UUID:
    """A request whose handlers have run, twice."""
    company = values.pop("company", world.delmas)
    rfq_id = request_for(company, world.acme, world.bolt, **{"lines": ONE, **values})
    drain()
    with use_tenant(world.acme.scope, party="tenant"):
        instant.answer_at_once(rfq_id=rfq_id, tenant_id=world.acme.id)
    return rfq_id


def _versions(world: World) -> list[QuoteVersion]:
    with use_tenant(world.acme.scope, party="tenant"):
        return list(QuoteVersion.objects.filter(tenant_id=world.acme.id))


def test_nothing_is_answered_at_once_unless_the_supplier_wishes_it(world: World, drain: Drain) -> None:
    _asked(world, drain)
    assert _versions(world) == []
    with use_tenant(world.acme):
        assert InstantAnswer.objects.count() == 0


def test_a_request_that_keeps_all_rules_is_answered_once_by_nobody(world: World, drain: Drain) -> None:
    costs(world.acme)
    _on(world, floor_margin_rate=Decimal("0.3"), at_once_freight=Decimal("12.50"), at_once_days=21)
    rfq_id = _asked(world, drain)
    (version,) = _versions(world)
    assert version.is_automatic
    assert (version.net_amount, version.freight_amount) == (Decimal(50), Decimal("12.50"))
    assert version.valid_until > timezone.now() + timedelta(days=20)
    with use_tenant(world.acme.scope, party="tenant"):
        line = version.lines.get()
        assert (line.sku, line.unit_price, line.lead_time_days) == ("VN-1001", Decimal("0.5"), 2)
        assert InstantAnswer.objects.get().version_id == version.id
        assert Invitation.objects.get(rfq_id=rfq_id).state == InvitationState.QUOTED
    with use_tenant(world.bolt.scope, party="tenant"):
        assert Invitation.objects.get(rfq_id=rfq_id).state == InvitationState.INVITED
    order_id = accept(world.delmas, version.id)
    with use_tenant(world.acme):
        assert Order.objects.get(pk=order_id).net_amount == Decimal("62.50")


def test_a_sealed_request_is_answered_and_stays_sealed(world: World, drain: Drain) -> None:
    _on(world)
    _asked(world, drain, is_sealed=True)
    assert len(_versions(world)) == 1
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.count() == 0


def _wrong(**line: Any) -> tuple[NewLine, ...]:
    return (NewLine(**{"description": "VN-1001", "quantity": Decimal(100), "part_number": "VN-1001", **line}),)


@pytest.mark.parametrize(
    ("values", "because", "position"),
    [
        ({"lines": (*ONE, NewLine("Plan 4471-B", Decimal(2)))}, L.NOT_IN_CATALOGUE, 2),
        ({"lines": (NewLine("Vis CHC M8x40 inox", Decimal(2)),)}, L.NOT_IN_CATALOGUE, 1),
        ({"lines": _wrong(question="Certificat 3.1 ?")}, L.QUESTION, 1),
        ({"lines": _wrong(quantity=Decimal("1.5"))}, L.QUANTITY, 1),
        ({"lines": _wrong(quantity=Decimal(4201))}, L.NOT_IN_STOCK, 1),
        ({"lines": (*_wrong(quantity=Decimal(4000)), *_wrong(quantity=Decimal(201)))}, L.NOT_IN_STOCK, 2),
        ({"lines": _wrong(requested_on=timezone.localdate() + timedelta(days=1))}, L.TOO_LATE, 1),
        ({"currency": "USD"}, L.CURRENCY, None),
        ({"conditions": Conditions("DAP", "Arras")}, L.CONDITIONS, None),
        ({"conditions": Conditions(term_kind="net", term_days=60)}, L.CONDITIONS, None),
        ({"validity_days": 30}, L.CONDITIONS, None),
    ],
)
def test_what_a_request_says_leaves_it_to_people(
    world: World, drain: Drain, values: dict[str, Any], because: str, position: int | None
) -> None:
    _on(world)
    rfq_id = _asked(world, drain, **values)
    _left(world, because, position)
    assert answer(world.acme, rfq_id, *["0.5"] * len(values.get("lines", ONE)), actor=world.acme.staff).is_sent


def _left(world: World, because: str, position: int | None = None) -> None:
    assert _versions(world) == []
    with use_tenant(world.acme):
        row = InstantAnswer.objects.get()
        assert (row.left_because, row.position, row.version_id) == (because, position, None)


@pytest.mark.parametrize("hidden", ["VN-1001", "VN-1002"])
def test_what_the_customer_does_not_see_is_not_of_the_catalogue(world: World, drain: Drain, hidden: str) -> None:
    _on(world)
    with use_tenant(world.acme.scope, party="tenant"):
        product_id = Product.objects.get(code=hidden).pk
        rule: dict[str, Any] = {"target": Target.PRODUCT, "target_id": product_id, "is_visible": False, "actor": BOT}
        save_visibility_rule(**rule, customer_id=world.acme.customers["delmas"])
    _asked(world, drain)
    if hidden == "VN-1001":
        _left(world, L.NOT_IN_CATALOGUE, 1)
    else:
        assert len(_versions(world)) == 1


def test_only_approved_customers_are_answered_at_once(world: World, drain: Drain) -> None:
    _on(world)
    verify(world.nouvelle)
    _asked(world, drain, company=world.nouvelle)
    _left(world, L.NO_ACCOUNT)


def test_not_below_a_floor(world: World, drain: Drain) -> None:
    costs(world.acme)
    _on(world, floor_margin_rate=Decimal("0.6"))
    assert (Decimal("0.5") - COST) / Decimal("0.5") < Decimal("0.6")
    _asked(world, drain)
    _left(world, L.LIMITS, 1)


def test_a_floor_without_a_cost_is_not_kept(world: World, drain: Drain) -> None:
    _on(world, floor_margin_rate=Decimal("0.01"))
    _asked(world, drain)
    _left(world, L.LIMITS, 1)


@pytest.mark.parametrize(("most", "is_sent"), [("60.00", True), ("59.99", False)])
def test_up_to_the_highest_amount_transport_included(world: World, drain: Drain, most: str, *, is_sent: bool) -> None:
    _on(world, at_once_amount=Decimal(most), at_once_freight=Decimal(10))
    _asked(world, drain)
    assert bool(_versions(world)) is is_sent
    if not is_sent:
        _left(world, L.AMOUNT)


@pytest.mark.parametrize(("limit", "is_sent"), [("60.00", True), ("59.99", False)])
def test_within_the_credit_with_tax(world: World, drain: Drain, limit: str, *, is_sent: bool) -> None:
    _on(world)
    with use_tenant(world.acme):
        CreditAccount.objects.filter(customer_id=world.acme.customers["delmas"]).update(limit_amount=Decimal(limit))
    _asked(world, drain)
    assert bool(_versions(world)) is is_sent
    if not is_sent:
        _left(world, L.CREDIT)


def test_what_somebody_has_taken_is_left_to_them(world: World) -> None:
    _on(world)
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(world.acme.scope, party="tenant"):
        desk.take(invitation_id=invitation_of(world.acme, rfq_id), actor=world.acme.staff)
        instant.answer_at_once(rfq_id=rfq_id, tenant_id=world.acme.id)
    _left(world, L.TAKEN)


def test_no_price_for_the_customer(world: World, drain: Drain) -> None:
    _on(world)
    with use_tenant(world.acme):
        Price.objects.filter(variant_id=world.acme.variants["VN-1005"]).delete()
        assert Stock.objects.get(variant_id=world.acme.variants["VN-1005"]).on_hand
    _asked(world, drain, lines=_wrong(description="VN-1005", part_number="VN-1005", quantity=Decimal(10)))
    _left(world, L.NO_PRICE, 1)


def test_a_closed_supplier_answers_nothing(world: World, drain: Drain) -> None:
    _on(world)
    request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(PLATFORM):
        change_state(tenant_id=world.acme.id, to=TenantState.SUSPENDED, actor=system("tests"), reason="test")
    drain()
    assert _versions(world) == []
