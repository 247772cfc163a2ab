"""Letters to whoever sent a request: what became of its offers, once each, to who may read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine
from django.utils import timezone

from accounts.models import CompanyUser
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from notifications.models import Notification
from rfq import closing, offers
from rfq.models import Invitation
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import TenantWorld, World

DAY = timedelta(days=1)


def _of(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def _withdraw(tenant: TenantWorld, rfq_id: UUID, reason: str) -> None:
    with use_tenant(tenant.scope, party="tenant"):
        offers.withdraw(invitation_id=_of(tenant, rfq_id), reason=reason, actor=tenant.staff)


def _decline(tenant: TenantWorld, rfq_id: UUID, reason: str) -> None:
    with use_tenant(tenant.scope, party="tenant"):
        offers.decline(invitation_id=_of(tenant, rfq_id), reason=reason, actor=tenant.staff)


def _told(world: World, drain: Any, mailoutbox: Any) -> list[tuple[str, str]]:
    """What the buyer was written since, as subject and text; and nobody else was."""
    drain()
    drain()
    letters = [(letter.subject, letter.body) for letter in mailoutbox if letter.to == [world.delmas.admin.email]]
    mailoutbox.clear()
    return letters


def test_an_offer_that_is_taken_back_is_told_each_time_with_its_reason(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    rfq_id = request_for(quiet.delmas, quiet.acme)
    for reason in ("Rupture A", "Rupture B"):
        offer_of(quiet.acme, rfq_id, "0.38", "6.40")
        _told(quiet, drain, mailoutbox)
        _withdraw(quiet.acme, rfq_id, reason)
        ((subject, body),) = _told(quiet, drain, mailoutbox)
        assert "Acme Visserie" in subject
        assert reason in body
        assert f"/rfqs/{rfq_id}/{_of(quiet.acme, rfq_id)}/" in body
    with use_tenant(PLATFORM, company_id=quiet.delmas.id):
        entries = Notification.objects.filter(kind="offer_withdrawn", user_id=quiet.delmas.admin.id)
        assert [(entry.words["supplier"], entry.company_id) for entry in entries] == [
            ("Acme Visserie", quiet.delmas.id)
        ] * 2


def test_a_supplier_that_makes_no_offer_is_told(quiet: World, drain: Any, mailoutbox: Any) -> None:
    rfq_id = request_for(quiet.delmas, quiet.acme, quiet.bolt)
    _told(quiet, drain, mailoutbox)
    with use_tenant(quiet.acme.scope, party="tenant"):
        offers.mark_viewed(invitation_id=_of(quiet.acme, rfq_id), actor=quiet.acme.staff)
    assert _told(quiet, drain, mailoutbox) == [], "looking is no news"
    _decline(quiet.acme, rfq_id, "Pas notre métier")
    ((subject, body),) = _told(quiet, drain, mailoutbox)
    assert ("Acme Visserie" in subject, "Pas notre métier" in body) == (True, True)


def test_before_the_deadline_of_a_sealed_request_nothing_is_told_of_offers_that_come_and_go(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    rfq_id = request_for(quiet.delmas, quiet.acme, quiet.bolt, is_sealed=True, deadline_at=timezone.now() + DAY)
    offer_of(quiet.acme, rfq_id, "0.38", "6.40")
    _told(quiet, drain, mailoutbox)
    _withdraw(quiet.acme, rfq_id, "Rupture")
    assert _told(quiet, drain, mailoutbox) == []
    _decline(quiet.bolt, rfq_id, "Non")
    ((subject, _body),) = _told(quiet, drain, mailoutbox)
    assert "Bolt" in subject, "the request's page says it, too"


def test_an_opened_request_is_told_once_with_how_many_offers_there_are(
    quiet: World, drain: Any, mailoutbox: Any
) -> None:
    until = timezone.now() + DAY
    sealed = request_for(quiet.delmas, quiet.acme, quiet.bolt, is_sealed=True, deadline_at=until)
    empty = request_for(quiet.delmas, quiet.acme, is_sealed=True, deadline_at=until)
    usual = request_for(quiet.delmas, quiet.acme, deadline_at=until)
    offer_of(quiet.acme, sealed, "0.38", "6.40")
    offer_of(quiet.acme, sealed, "0.37", "6.40")
    offer_of(quiet.bolt, sealed, "0.39", None)
    _withdraw(quiet.bolt, sealed, "Rupture")
    _told(quiet, drain, mailoutbox)
    with time_machine.travel(until + timedelta(minutes=1), tick=False):
        for _time in range(2):
            with use_tenant(OPERATOR):
                closing.pass_deadlines()
        told = _told(quiet, drain, mailoutbox)
    by_request = {key: [body for _subject, body in told if f"/rfqs/{key}/" in body] for key in (sealed, empty, usual)}
    assert {key: len(found) for key, found in by_request.items()} == {sealed: 1, empty: 1, usual: 0}
    assert "Une offre" in by_request[sealed][0]
    assert "Personne" in by_request[empty][0]
    assert "0,3" not in "".join(body for _subject, body in told), "letters name no amount"


def test_who_may_no_longer_read_offers_is_written_nothing(quiet: World, drain: Any, mailoutbox: Any) -> None:
    rfq_id = request_for(quiet.delmas, quiet.acme)
    _told(quiet, drain, mailoutbox)
    with use_tenant(PLATFORM):
        CompanyUser.objects.filter(company_id=quiet.delmas.id, user_id=quiet.delmas.admin.id).delete()
    offer_of(quiet.acme, rfq_id, "0.38", "6.40")
    _withdraw(quiet.acme, rfq_id, "Rupture")
    _decline(quiet.acme, rfq_id, "Non")
    assert _told(quiet, drain, mailoutbox) == []
