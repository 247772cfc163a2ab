"""Awards: whole or line by line to several suppliers, with tiers, alternatives and one-off costs, all or nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refused
from core.money import line_net
from core.scope import PLATFORM
from core.tenancy import use_tenant
from orders.approvals.snapshot import Content
from orders.models import Order
from orders.placing import OrderDetails
from orders.quotes import Awarded, AwardRefused, Part, accept_quote, award_parts
from payments import credit
from rfq import offers
from rfq.asking import NewLine
from rfq.conditions import Conditions
from rfq.enums import InvitationState, LineKind, RFQState, VersionState
from rfq.errors import (
    InvalidPrice,
    InvalidSetup,
    InvalidTiers,
    LineAwarded,
    LinePickedTwice,
    NoSplitting,
    NothingPicked,
    QuantityNotOffered,
    RequestClosed,
    UnknownArticle,
)
from rfq.models import RFQ, Award, AwardLine, Invitation, QuoteLine, QuoteVersion, RFQLine
from rfq.offers import OfferLine
from rfq.versions import is_intact, price_at
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import CompanyWorld, TenantWorld, World


def answer(tenant: TenantWorld, rfq_id: UUID, *lines: OfferLine, freight: str = "0", **said: Any) -> UUID:
    """A supplier's next version, a line of it for each that is asked for."""
    with use_tenant(tenant.scope, party="tenant"):
        ids = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True)
        offer = offers.Offer(
            dict(zip(ids, lines, strict=True)), timezone.now() + timedelta(days=5), Decimal(freight), **said
        )
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        return offers.send_quote(invitation_id=invitation_id, offer=offer, actor=tenant.staff)


def line_of(company: CompanyWorld, version_id: UUID, position: int, option: int = 0) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return QuoteLine.objects.get(version_id=version_id, position=position, option=option).pk


def award(company: CompanyWorld, *parts: Part, closes: bool = False) -> Awarded:
    with use_tenant(PLATFORM, company_id=company.id):
        return award_parts(parts=parts, actor=company.buyer, po_number="PO-7", closes=closes)


def _two_offers(world: World, **changes: Any) -> tuple[UUID, UUID, UUID]:
    rfq_id = request_for(world.delmas, world.acme, world.bolt, **changes)
    return rfq_id, offer_of(world.acme, rfq_id, "0.38", "6.40", freight="85"), offer_of(world.bolt, rfq_id, "0.37", "7")


def _split(world: World, acme: UUID, bolt: UUID) -> tuple[Part, Part]:
    """The second line from acme, the first from bolt."""
    second, first = line_of(world.delmas, acme, 2), line_of(world.delmas, bolt, 1)
    return Part(acme, {second: None}), Part(bolt, {first: None})


def _orders(*tenants: TenantWorld) -> list[Decimal]:
    found = []
    for tenant in tenants:
        with use_tenant(tenant):
            found += list(Order.objects.values_list("net_amount", flat=True))
    return found


def test_lines_go_to_two_suppliers_in_one_step(world: World) -> None:
    _rfq_id, acme, bolt = _two_offers(world)
    parts = _split(world, acme, bolt)
    awarded = award(world.delmas, *parts)
    assert set(awarded.orders) == {world.acme.id, world.bolt.id}
    assert not awarded.requests
    assert _orders(world.acme, world.bolt) == [Decimal(1600 + 85), Decimal(1850)]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.AWARDED, "nothing is left to award"
        assert set(Invitation.objects.values_list("state", flat=True)) == {InvitationState.WON}
        assert set(QuoteVersion.objects.values_list("state", flat=True)) == {VersionState.ORDERED}
        assert sorted(AwardLine.objects.values_list("net_amount", flat=True)) == [Decimal(1600), Decimal(1850)]
    assert award(world.delmas, *parts).orders == awarded.orders, "sent twice, ordered once"
    with use_tenant(world.bolt.scope, party="tenant"):
        assert Award.objects.count() == 1
        assert AwardLine.objects.count() == 1


def test_a_part_leaves_the_rest_open(world: World) -> None:
    _rfq_id, acme, bolt = _two_offers(world)
    first, second = _split(world, acme, bolt)
    award(world.delmas, first)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.PART_AWARDED
        assert QuoteVersion.objects.get(pk=bolt).state == VersionState.SENT
        taken = line_of(world.delmas, bolt, 2)
        with pytest.raises(AwardRefused) as refused:
            award_parts(parts=[Part(bolt, {taken: None})], actor=world.delmas.buyer)
        assert isinstance(refused.value.refusals[bolt], LineAwarded)
    award(world.delmas, second)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.AWARDED


def test_a_part_may_close_the_request_for_the_others(world: World) -> None:
    _rfq_id, acme, bolt = _two_offers(world)
    award(world.delmas, _split(world, acme, bolt)[0], closes=True)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.AWARDED
        assert QuoteVersion.objects.get(pk=bolt).state == VersionState.DECLINED
        with pytest.raises(RequestClosed):
            accept_quote(version_id=bolt, actor=world.delmas.buyer)


def test_one_refusal_undoes_all_and_all_refusals_are_told(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    acme, bolt = offer_of(world.acme, rfq_id, "0.38", "9000"), offer_of(world.bolt, rfq_id, "9.00", "7")
    with pytest.raises(AwardRefused) as refused:
        award(world.delmas, *_split(world, acme, bolt))
    assert {key: refusal.code for key, refusal in refused.value.refusals.items()} == dict.fromkeys(
        (acme, bolt), "credit_exceeded"
    )
    cheap = offer_of(world.bolt, rfq_id, "0.37", "7")
    with pytest.raises(AwardRefused) as refused:
        award(world.delmas, *_split(world, acme, cheap))
    assert list(refused.value.refusals) == [acme]
    assert _orders(world.acme, world.bolt) == []
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.get().state == RFQState.OPEN
        assert not Award.objects.exists()


def test_wrong_picks_are_refused(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    more = OfferLine(Decimal("0.40"), kind=LineKind.ALTERNATIVE, name="Vis M8×45")
    acme = answer(world.acme, rfq_id, OfferLine(Decimal("0.38"), alternatives=(more,)), OfferLine(Decimal(6)))
    first, other = line_of(world.delmas, acme, 1), line_of(world.delmas, acme, 1, option=1)
    wrong: tuple[tuple[dict[UUID, Decimal | None], type[Refused]], ...] = (
        ({}, NothingPicked),
        ({rfq_id: None}, NothingPicked),
        ({first: None, other: None}, LinePickedTwice),
        ({first: Decimal(4999)}, QuantityNotOffered),
    )
    for picks, refusal in wrong:
        with pytest.raises(AwardRefused) as refused:
            award(world.delmas, Part(acme, picks))
        assert isinstance(refused.value.refusals[acme], refusal)
    with pytest.raises(NothingPicked):
        award(world.delmas)


def test_a_request_that_may_not_be_split_goes_to_one(world: World) -> None:
    _rfq_id, acme, bolt = _two_offers(world, may_split=False)
    for part in _split(world, acme, bolt):
        with pytest.raises(AwardRefused) as refused:
            award(world.delmas, part, closes=True)
        assert isinstance(refused.value.refusals[part.version_id], NoSplitting)
    award(world.delmas, Part(bolt), closes=True)
    assert _orders(world.acme, world.bolt) == [Decimal(1850 + 1750)]


def test_another_quantity_is_bought_at_its_tier(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    tiers = ((Decimal(8000), Decimal("0.35")), (Decimal(1000), Decimal("0.42")))
    line = OfferLine(Decimal("0.38"), tiers=tiers, setup=Decimal("120.50"), sku="VN-1001")
    version_id = answer(world.acme, rfq_id, line, OfferLine(None), conditions=Conditions("DAP", "Arras"))
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        version, row = QuoteVersion.objects.get(), QuoteLine.objects.get(position=1)
        assert version.net_amount == Decimal("2020.50")
        assert is_intact(version, list(version.lines.all()))
        prices = [price_at(row, Decimal(quantity)) for quantity in (999, 1000, 5000, 7999, 8000)]
    assert prices == [None, Decimal("0.42"), Decimal("0.38"), Decimal("0.38"), Decimal("0.35")]
    award(world.delmas, Part(version_id, {row.pk: Decimal(8000)}))
    with use_tenant(world.acme):
        order = Order.objects.get()
        assert order.net_amount == Decimal("2920.50")
        assert (order.incoterm, order.incoterm_place) == ("DAP", "Arras")
        assert [(one.sku, one.quantity, one.net_amount) for one in order.lines.all()] == [
            ("VN-1001", Decimal(8000), Decimal(2800)),
            ("", Decimal(1), Decimal("120.5")),
        ]


def test_the_order_is_paid_on_the_term_that_was_offered(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    offered = Conditions(term_kind="net", term_days=60)
    line = OfferLine(Decimal("0.38"), sku="VN-1001")
    version_id = answer(world.acme, rfq_id, line, OfferLine(None), conditions=offered)
    award(world.delmas, Part(version_id))
    with use_tenant(world.acme):
        order = Order.objects.get()
        assert (order.payment_term_code, order.payment_term_kind, order.payment_term_days) == ("net-60", "net", 60)
    waiting = Content((), {}, OrderDetails(payment_term_kind="net", payment_term_days=60))
    assert Content.from_json(json.loads(json.dumps(waiting.as_json()))) == waiting


def test_an_alternative_is_bought_instead(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    other = OfferLine(
        Decimal("0.31"), 2, sku="VN-1004", kind=LineKind.ALTERNATIVE, name="Vis TH", quantity=Decimal(200)
    )
    first = OfferLine(Decimal("0.38"), alternatives=(other, OfferLine(None)))
    version_id = answer(world.acme, rfq_id, first, OfferLine(None, remark="Pas dans notre gamme"))
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.get().net_amount == Decimal(1900), "alternatives are not counted"
        assert QuoteLine.objects.count() == 3
    award(world.delmas, Part(version_id, {line_of(world.delmas, version_id, 1, option=1): None}))
    with use_tenant(world.acme):
        assert [(line.sku, line.net_amount) for line in Order.objects.get().lines.all()] == [("VN-1004", Decimal(62))]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (OfferLine(Decimal(1), tiers=((Decimal(5000), Decimal(1)),)), InvalidTiers),
        (OfferLine(Decimal(1), tiers=((Decimal(0), Decimal(1)),)), InvalidTiers),
        (OfferLine(Decimal(1), tiers=((Decimal(9), Decimal(1)), (Decimal(9), Decimal(2)))), InvalidTiers),
        (OfferLine(Decimal(1), tiers=((Decimal(9), Decimal(-1)),)), InvalidPrice),
        (OfferLine(Decimal(1), quantity=Decimal("NaN")), InvalidTiers),
        (OfferLine(Decimal(1), setup=Decimal("-0.01")), InvalidSetup),
        (OfferLine(Decimal(1), setup=Decimal("0.001")), InvalidSetup),
        (OfferLine(Decimal(1), alternatives=(OfferLine(Decimal(1), sku="NO-SUCH"),)), UnknownArticle),
    ],
)
def test_wrong_answers_are_refused(world: World, line: OfferLine, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as refused:
        answer(world.acme, request_for(world.delmas, world.acme), line, OfferLine(None))
    assert refused.value.field
    with use_tenant(world.acme.scope, party="tenant"):
        assert not QuoteVersion.objects.exists()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.decimals("0.000001", "9", places=6),
    tiers=st.dictionaries(st.integers(51, 90), st.decimals("0.000001", "9", places=6), max_size=3),
    quantity=st.integers(50, 100),
    setup=st.decimals("0", "99.99", places=2),
    freight=st.decimals("0", "99.99", places=2),
    unit=st.sampled_from([("VN-1003", "XBX"), ("VN-1001", "H87"), ("", "MTR")]),
)
def test_the_order_equals_what_was_taken_to_the_cent(  # noqa: PLR0917  (hypothesis fills them by name)
    world: World, price: Decimal, tiers: dict[int, Decimal], quantity: int, setup: Decimal, freight: Decimal, unit: Any
) -> None:
    sku, code = unit
    asked = NewLine("Vis", Decimal(50), unit_code=code, part_number=sku)
    rfq_id = request_for(world.delmas, world.acme, lines=(asked,))
    line = OfferLine(price, tiers=tuple((Decimal(at), each) for at, each in tiers.items()), setup=setup)
    version_id = answer(world.acme, rfq_id, line, freight=str(freight))
    row = line_of(world.delmas, version_id, 1)
    unit_price = max([(50, price), *((at, each) for at, each in tiers.items() if at <= quantity)])[1]
    order_id = award(world.delmas, Part(version_id, {row: Decimal(quantity)})).orders[world.acme.id]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        order, version = Order.objects.get(pk=order_id), QuoteVersion.objects.get(pk=version_id)
        assert order.net_amount == line_net(unit_price, Decimal(quantity)) + setup + freight
        assert order.net_amount == sum(one.net_amount for one in order.lines.all())
        assert version.net_amount == line_net(price, Decimal(50)) + setup
        assert is_intact(version, list(version.lines.all()))
        credit.release(
            customer_id=order.customer_id,
            order_id=order_id,
            amount=order.total_amount,
            currency=order.currency,
            actor=world.delmas.buyer,
        )


def test_two_awards_of_the_same_lines_at_once_leave_one_of_each(committed_world: World) -> None:
    world = committed_world
    _rfq_id, acme, bolt = _two_offers(world)
    split = _split(world, acme, bolt)
    whole = (Part(acme),)
    barrier = threading.Barrier(4)

    def take(parts: tuple[Part, ...]) -> str:
        barrier.wait()
        try:
            return ",".join(sorted(str(key) for key in award(world.delmas, *parts, closes=True).orders.values()))
        except AwardRefused:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(take, [split, whole, split, whole]))
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        lines = list(AwardLine.objects.values_list("rfq_line__position", flat=True))
        assert sorted(lines) == [1, 2], "each line once"
        assert RFQ.objects.get().state == RFQState.AWARDED
    assert len(_orders(world.acme, world.bolt)) == len(_awards(world))
    assert len(answers - {""}) >= 1


def _awards(world: World) -> list[UUID]:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return list(Award.objects.values_list("pk", flat=True))


def test_accepting_against_withdrawing_has_one_outcome(committed_world: World) -> None:
    world = committed_world
    rfq_id, acme, _bolt = _two_offers(world)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
    barrier = threading.Barrier(2)

    def take() -> str:
        barrier.wait()
        return str(accept(world.delmas, acme))

    def withdraw() -> None:
        barrier.wait()
        with use_tenant(world.acme.scope, party="tenant"):
            offers.withdraw(invitation_id=invitation_id, reason="Erreur de prix", actor=world.acme.staff)

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(_outcome, (take, withdraw)))
    assert codes in (["", "request_closed"], ["offer_withdrawn", ""])
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        state = QuoteVersion.objects.get(pk=acme).state
    assert state == (VersionState.ORDERED if codes[0] == "" else VersionState.WITHDRAWN)
    assert len(_orders(world.acme, world.bolt)) == (codes[0] == "")


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Refused as refusal:
        return refusal.code
    finally:
        connection.close()
    return ""


def test_the_usual_acceptance_still_takes_all(world: World) -> None:
    _rfq_id, acme, bolt = _two_offers(world)
    accept(world.delmas, acme)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert QuoteVersion.objects.get(pk=bolt).state == VersionState.DECLINED
