"""Where an offer stands, said to its buyer: what changed in it, and why it cannot be answered any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone, translation

from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq import closing, offers
from rfq.asking import NewLine
from rfq.comparison import comparison, rfqs_page
from rfq.conditions import Conditions
from rfq.enums import LineKind
from rfq.errors import NotOnTheTable, OfferExpired
from rfq.history import history_of
from rfq.models import Invitation, QuoteVersion, RFQLine
from rfq.offers import OfferLine
from rfq.services import counter_offer
from rfq.versions import VersionFile
from rfq.waiting import waiting_offers
from tests.rfq.test_awarding import answer
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.world import World

BASE = OfferLine(Decimal("0.38"), 5)
FILE = VersionFile("fiche.pdf", "application/pdf", "ab" * 32, 1000)


def _request(world: World) -> UUID:
    return request_for(world.delmas, world.acme, lines=(NewLine("Vis", Decimal(5000), part_number="VN-1001"),))


def _invitation(world: World, rfq_id: UUID) -> UUID:
    with use_tenant(world.acme.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def _withdraw(world: World, rfq_id: UUID) -> None:
    invitation_id = _invitation(world, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        offers.withdraw(invitation_id=invitation_id, reason="Rupture", actor=world.acme.staff)


def _counter(world: World, version_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id), translation.override("en"):
        counter_offer(version_id=version_id, lines={}, message="Moins", actor=world.delmas.buyer)


@pytest.mark.parametrize(
    ("line", "said", "names"),
    [
        (OfferLine(Decimal("0.37"), 5), {}, "Price €0.380 → €0.370"),
        (OfferLine(Decimal("0.38"), 9), {}, "Lead time 5 days → 9 days"),
        (OfferLine(Decimal("0.38"), 5, quantity=Decimal(6000)), {}, "Quantity 5,000 pieces → 6,000 pieces"),
        (
            OfferLine(Decimal("0.38"), 5, tiers=((Decimal(9000), Decimal("0.3")),)),
            {},
            "Other quantities – → from 9,000",
        ),
        (OfferLine(Decimal("0.38"), 5, setup=Decimal(40)), {}, "One-off cost – → €40.00"),
        (OfferLine(Decimal("0.38"), 5, kind=LineKind.REPLACEMENT, name="Vis A2"), {}, "Kind As asked → Replacement"),
        (OfferLine(Decimal("0.38"), 5, sku=""), {}, "Article VN-1001 Vis → Vis"),
        (OfferLine(Decimal("0.38"), 5, alternatives=(OfferLine(Decimal("0.2"), 1),)), {}, "(added), Price – → €0.20"),
        (OfferLine(Decimal("0.38"), 5, remark="Sur palette"), {}, "Remark – → Sur palette"),
        (BASE, {"conditions": Conditions("DAP", "Arras")}, "Incoterm – → DAP Arras"),
        (BASE, {"conditions": Conditions(term_kind="net", term_days=14)}, "Payment"),
        (BASE, {"freight": "85"}, "Transport €0.00 → €85.00"),
        (BASE, {"files": (FILE,)}, "Files – → fiche.pdf"),
    ],
)
def test_all_that_a_version_changes_is_said_where_it_refuses_and_in_the_history(
    world: World, line: OfferLine, said: dict[str, Any], names: str
) -> None:
    rfq_id = _request(world)
    first = answer(world.acme, rfq_id, BASE)
    answer(world.acme, rfq_id, line, **said)
    with pytest.raises(NotOnTheTable) as refused:
        _counter(world, first)
    with translation.override("en"):
        assert names in str(refused.value)
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            note = history_of(world.delmas.buyer, _invitation(world, rfq_id))[0]
        assert names in "; ".join(f"{one.name} {one.before_text} → {one.after_text}" for one in note.changes)
        assert not {"Goods", "Total net"} & {one.name for one in note.changes}, "sums follow from the rest"


def test_the_same_prices_and_terms_are_said_of_the_same_alone(world: World) -> None:
    rfq_id, until = _request(world), timezone.now() + timedelta(days=5)
    versions = []
    for _time in range(2):
        with use_tenant(world.acme.scope, party="tenant"):
            key = RFQLine.objects.values_list("pk", flat=True).get(rfq_id=rfq_id)
            offer = offers.Offer({key: BASE}, until)
            invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
            versions.append(offers.send_quote(invitation_id=invitation_id, offer=offer, actor=world.acme.staff))
    with pytest.raises(NotOnTheTable, match="the same prices and terms"), translation.override("en"):
        _counter(world, versions[0])


def _sent(_world: World, _rfq_id: UUID, _version_id: UUID) -> None:
    return


def _taken_back(world: World, rfq_id: UUID, _version_id: UUID) -> None:
    _withdraw(world, rfq_id)


def _declined(world: World, rfq_id: UUID, _version_id: UUID) -> None:
    invitation_id = _invitation(world, rfq_id)
    with use_tenant(world.acme.scope, party="tenant"):
        offers.decline(invitation_id=invitation_id, reason="Sold out", actor=world.acme.staff)


def _countered(world: World, _rfq_id: UUID, version_id: UUID) -> None:
    _counter(world, version_id)


def _won(world: World, _rfq_id: UUID, version_id: UUID) -> None:
    accept(world.delmas, version_id)


def _cancelled(world: World, rfq_id: UUID, _version_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")


def _begun_again(world: World, rfq_id: UUID, version_id: UUID) -> None:
    _cancelled(world, rfq_id, version_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        until = timezone.now() + timedelta(days=9)
        closing.reopen(rfq_id=rfq_id, deadline_at=until, actor=world.delmas.buyer, reason="Repris")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (_sent, ("Quoted", "", "1 / 1")),
        (_taken_back, ("Withdrawn", "The supplier has taken its offer back. It may make another one.", "0 / 1")),
        (_declined, ("Declined", "The supplier has taken its offer back.", "0 / 1")),
        (_countered, ("Quoted", "Your counter-offer is with the supplier.", "1 / 1")),
        (_won, ("Won", "Your company has accepted this offer.", "1 / 1")),
        (_cancelled, ("Closed", "The request has ended without this offer.", "1 / 1")),
        (_begun_again, ("Quoted", "This offer had ended with the request.", "1 / 1")),
    ],
)
def test_each_state_of_an_offer_has_its_words(
    world: World, browser: Any, happens: Callable[[World, UUID, UUID], None], said: tuple[str, str, str]
) -> None:
    state, text, answered = said
    rfq_id = _request(world)
    happens(world, rfq_id, answer(world.acme, rfq_id, BASE))
    page = (
        browser("localhost", world.delmas.admin).get(f"/rfqs/{rfq_id}/{_invitation(world, rfq_id)}/").content.decode()
    )
    assert text in page
    assert ("Accept for" in page) == (happens is _sent)
    assert ("Your counter-offer is with" in page) == (happens is _countered)
    with use_tenant(PLATFORM, company_id=world.delmas.id), translation.override("en"):
        (column,) = (found := comparison(world.delmas.buyer, rfq_id)).columns
        assert (column.state_text, found.answers_text) == (state, answered)
        (row,) = rfqs_page(world.delmas.buyer, limit=10).rows
        assert row.answers_text == answered, "the list counts as the request's page does"


def test_an_offer_that_has_expired_is_neither_accepted_nor_countered_and_says_so_before_any_job(
    world: World, browser: Any
) -> None:
    rfq_id = request_for(world.delmas, world.acme, deadline_at=timezone.now() + timedelta(days=30))
    version_id = offer_of(world.acme, rfq_id, "0.38", "6.40")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        until = QuoteVersion.objects.get(pk=version_id).valid_until
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert len(waiting_offers(world.delmas.buyer)) == 1
    with time_machine.travel(until, tick=False):
        with pytest.raises(OfferExpired):
            _counter(world, version_id)
        buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/{_invitation(world, rfq_id)}/"
        page = buyer.get(path).content.decode()
        assert "Ask the supplier to renew it." in page
        assert "Accept for" not in page
        data = {"version": version_id.hex, "message": "Un message à garder"}
        refused = buyer.post(f"{path}counter/", data)
        assert (refused.status_code, "Un message à garder" in refused.content.decode()) == (409, True)
        with use_tenant(world.acme.scope, company_id=world.delmas.id):
            assert waiting_offers(world.delmas.buyer) == []
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            assert QuoteVersion.objects.count() == 1


@pytest.mark.parametrize("what", ["withdrawn", "renewed", "countered"])
def test_a_counter_offer_that_comes_too_late_is_refused_aloud_and_keeps_what_was_typed(
    world: World, browser: Any, what: str
) -> None:
    rfq_id = _request(world)
    version_id = answer(world.acme, rfq_id, BASE)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        key = RFQLine.objects.get(rfq_id=rfq_id).id.hex
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/{_invitation(world, rfq_id)}/"
    assert f'name="price-{key}"' in buyer.get(path).content.decode()
    typed = {f"price-{key}": "0.3123", f"qty-{key}": "7777", f"days-{key}": "11", f"note-{key}": "Franco SVP"}
    if what == "withdrawn":
        _withdraw(world, rfq_id)
    elif what == "renewed":
        answer(world.acme, rfq_id, OfferLine(Decimal("0.37"), 5))
    else:
        _counter(world, version_id)
    answered = buyer.post(f"{path}counter/", {"version": version_id.hex, "message": "Un message", **typed})
    page = answered.content.decode()
    assert answered.status_code == 409
    assert 'role="alert"' in page
    assert all(f'value="{text}"' in page for text in typed.values())
    assert ("Un message" in page, "Nothing was sent" in page) == (True, what != "renewed")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not QuoteVersion.objects.filter(message="Un message").exists()


def test_a_counter_offer_names_lines_of_the_request(world: World, browser: Any) -> None:
    rfq_id = _request(world)
    version_id = answer(world.acme, rfq_id, BASE)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        key = RFQLine.objects.get(rfq_id=rfq_id).id.hex
    path = f"/rfqs/{rfq_id}/{_invitation(world, rfq_id)}/"
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.post(f"{path}counter/", {"version": version_id.hex, f"price-{key}": "0.35"}).status_code == 303
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        counter = QuoteVersion.objects.get(number=2)
        assert counter.lines.get().unit_price == Decimal("0.35")
