"""A request to two suppliers, their offers, a counter-offer, and the order at exactly the quoted prices."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.verification import note_verified
from core.errors import NotAllowed, NotFound, Refused
from core.money import line_net
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.errors import NotACustomer
from inventory.models import Stock
from orders.models import Order
from orders.quotes import accept_quote
from payments import credit
from payments.errors import CreditExceeded
from rfq import asking, closing, offers, services
from rfq.asking import NewLine, NewRFQ
from rfq.enums import InvitationState, RFQState, VersionState
from rfq.errors import (
    DeadlineInThePast,
    InvalidPrice,
    MayNotBuy,
    NoLines,
    NoSuppliers,
    NothingOffered,
    NotOnTheTable,
    OfferExpired,
    RequestClosed,
)
from rfq.models import RFQ, Award, Invitation, QuoteLine, QuoteVersion, RFQLine
from rfq.services import CounterLine
from tests.world import CompanyWorld, TenantWorld, World

ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def request_for(company: CompanyWorld, *tenants: TenantWorld, **changes: Any) -> UUID:
    """A request for two articles: one of the catalogue, one in free words."""
    values: dict[str, Any] = {
        "title": "Châssis ligne 3",
        "deadline_at": timezone.now() + timedelta(days=3),
        "lines": (
            NewLine("Vis CHC M8×40 inox A4", Decimal(5000), part_number="VN-1001"),
            NewLine("Plan 4471-B : équerre pliée 3 mm", Decimal(250)),
        ),
        "tenant_ids": tuple(tenant.id for tenant in tenants),
        "delivery_address": ADDRESS,
    }
    with use_tenant(PLATFORM, company_id=company.id):
        return asking.send_rfq(data=NewRFQ(**{**values, **changes}), actor=company.buyer)


def verify(company: CompanyWorld) -> None:
    """The marketplace has looked at a company that no supplier knows yet."""
    with use_tenant(PLATFORM):
        note_verified(company_id=company.id)


def offer_of(tenant: TenantWorld, rfq_id: UUID, *prices: str | None, freight: str = "0", days: int = 5) -> UUID:
    """A supplier's next version: one price per line."""
    with use_tenant(tenant.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        ids = list(RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True))
        lines = {
            key: offers.OfferLine(Decimal(price) if price is not None else None, 5)
            for key, price in zip(ids, prices, strict=True)
        }
        offer = offers.Offer(lines, timezone.now() + timedelta(days=days), Decimal(freight))
        return offers.send_quote(invitation_id=invitation_id, offer=offer, actor=tenant.staff)


def accept(company: CompanyWorld, version_id: UUID) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return accept_quote(version_id=version_id, actor=company.buyer, po_number="PO-9")


def test_from_request_to_order(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.380000", "6.40", freight="85.00")
    other = offer_of(world.bolt, rfq_id, "0.39", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        first = QuoteVersion.objects.get(tenant_id=world.acme.id)
        line_id = QuoteLine.objects.get(version=first, position=1).id
        services.counter_offer(
            version_id=first.id,
            lines={line_id: CounterLine(Decimal("0.36"))},
            message="20 000/an",
            actor=world.delmas.buyer,
        )
        with pytest.raises(NotOnTheTable):
            accept_quote(version_id=first.id, actor=world.delmas.buyer)
    second = offer_of(world.acme, rfq_id, "0.371", "6.40", freight="85.00")
    order_id = accept(world.delmas, second)
    with use_tenant(world.acme):
        order = Order.objects.get(pk=order_id)
        assert (order.net_amount, order.total_amount) == (Decimal("3540.00"), Decimal("4248.00"))
        assert [(line.sku, line.net_amount) for line in order.lines.all()] == [
            ("VN-1001", Decimal(1855)),
            ("", Decimal(1600)),
            ("", Decimal(85)),
        ]
        assert Stock.objects.get(variant_id=world.acme.variants["VN-1001"]).reserved == 4200
        assert credit.status(order.customer_id).reserved == order.total_amount
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.AWARDED
        assert dict(Invitation.objects.values_list("tenant__slug", "state")) == {"acme": "won", "bolt": "closed"}
        states = dict(QuoteVersion.objects.filter(tenant_id=world.acme.id).values_list("number", "state"))
        assert states == {1: "superseded", 2: "superseded", 3: "ordered"}
        assert QuoteVersion.objects.get(pk=other).state == VersionState.DECLINED
        assert Award.objects.get().order_id == order_id
        with pytest.raises(RequestClosed):
            accept_quote(version_id=other, actor=world.delmas.buyer)
        assert accept_quote(version_id=second, actor=world.delmas.buyer) == order_id
    with use_tenant(world.acme):
        assert Order.objects.count() == 1


def test_a_supplier_sees_nothing_of_another(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.38", "6.40")
    with use_tenant(world.bolt.scope, party="tenant"):
        assert Invitation.objects.count() == 1
        assert QuoteVersion.objects.count() == 0
        assert QuoteLine.objects.count() == 0
        with pytest.raises(NotFound):
            offers.decline(invitation_id=_invitation(world.acme, rfq_id), reason="x", actor=world.bolt.staff)
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert RFQ.objects.count() == 0
        assert RFQLine.objects.count() == 0


def _invitation(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"lines": ()}, NoLines),
        ({"tenant_ids": ()}, NoSuppliers),
        ({"deadline_at": timezone.now() - timedelta(minutes=1)}, DeadlineInThePast),
    ],
)
def test_a_request_needs_lines_suppliers_and_time(
    world: World, changes: dict[str, Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        request_for(world.delmas, world.acme, **changes)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 0


def test_offers_are_checked(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with pytest.raises(NothingOffered):
        offer_of(world.acme, rfq_id, None, None)
    with pytest.raises(InvalidPrice):
        offer_of(world.acme, rfq_id, "-1", None)
    with pytest.raises(InvalidPrice):
        offer_of(world.acme, rfq_id, "NaN", None)
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteVersion.objects.count() == 0
        with pytest.raises(NotAllowed):
            offers.mark_viewed(invitation_id=_invitation(world.acme, rfq_id), actor=world.bolt.staff)


def test_expiry_is_decided_when_accepting(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, rfq_id, "0.38", None)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        until = QuoteVersion.objects.get().valid_until
    with time_machine.travel(until, tick=False), pytest.raises(OfferExpired):
        accept(world.delmas, version_id)
    with use_tenant(world.acme):
        assert Order.objects.count() == 0
    with time_machine.travel(until - timedelta(seconds=1), tick=False):
        accept(world.delmas, version_id)


def test_a_refused_acceptance_changes_nothing(world: World) -> None:
    dear = request_for(world.delmas, world.acme)
    version_id = offer_of(world.acme, dear, "9.00", None)
    with pytest.raises(CreditExceeded):
        accept(world.delmas, version_id)
    verify(world.nouvelle)
    stranger = request_for(world.nouvelle, world.acme)
    other = offer_of(world.acme, stranger, "0.40", None)
    with pytest.raises(NotACustomer):
        accept(world.nouvelle, other)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.OPEN
        assert QuoteVersion.objects.get().state == VersionState.SENT
        with pytest.raises(MayNotBuy):
            accept_quote(version_id=version_id, actor=world.delmas.onlooker)
    with use_tenant(world.acme):
        assert Order.objects.count() == 0


def test_another_companys_version_does_not_exist(world: World) -> None:
    version_id = offer_of(world.acme, request_for(world.delmas, world.acme), "0.38", None)
    with pytest.raises(NotFound):
        accept(world.lecomte, version_id)


def test_declining_and_cancelling_end_it(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    with use_tenant(world.bolt.scope, party="tenant"):
        offers.decline(invitation_id=_invitation(world.bolt, rfq_id), reason="Pas notre métier", actor=world.bolt.staff)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
        assert {i.state for i in Invitation.objects.all()} == {InvitationState.CLOSED}
    with pytest.raises(RequestClosed):
        offer_of(world.acme, rfq_id, "0.38", None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.decimals("0.000001", "50", places=6),
    quantity=st.integers(1, 60),
    freight=st.decimals("0", "99.99", places=2),
)
def test_the_order_equals_the_accepted_version_to_the_cent(
    world: World, price: Decimal, quantity: int, freight: Decimal
) -> None:
    lines = (NewLine("Vis", Decimal(quantity), unit_code="XBX", part_number="VN-1003"),)
    rfq_id = request_for(world.delmas, world.acme, lines=lines)
    version_id = offer_of(world.acme, rfq_id, str(price), freight=str(freight))
    order_id = accept(world.delmas, version_id)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order, version = Order.objects.get(pk=order_id), QuoteVersion.objects.get(pk=version_id)
        assert order.net_amount == version.net_amount + version.freight_amount
        assert version.net_amount == line_net(price, Decimal(quantity))
        credit.release(
            customer_id=order.customer_id,
            order_id=order_id,
            amount=order.total_amount,
            currency=order.currency,
            actor=world.delmas.buyer,
        )


def test_two_people_accept_at_once_and_one_order_comes_of_it(committed_world: World) -> None:
    rfq_id = request_for(committed_world.delmas, committed_world.acme, committed_world.bolt)
    versions = [offer_of(tenant, rfq_id, "0.38", None) for tenant in (committed_world.acme, committed_world.bolt)]
    barrier = threading.Barrier(4)

    def take(version_id: UUID) -> str:
        barrier.wait()
        try:
            return str(accept(committed_world.delmas, version_id))
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(take, versions * 2))
    orders = set(answers) - {"request_closed"}
    assert len(orders) == 1, "whoever accepts the same version learns of the same order"
    assert answers.count("request_closed") == 2
    placed = 0
    for tenant in (committed_world.acme, committed_world.bolt):
        with use_tenant(tenant):
            placed += Order.objects.count()
    assert placed == 1
