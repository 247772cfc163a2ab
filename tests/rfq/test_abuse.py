"""Who may send requests, how many, what suppliers report, and what the operator does about it."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Company
from accounts.verification import note_verified, unverified, verify_company
from core.actor import Actor, system
from core.errors import NotAllowed, NotFound
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from orders.quotes import accept_quote
from rfq import closing
from rfq.abuse import reports
from rfq.abuse.errors import (
    AlreadyDecided,
    AlreadyReported,
    NotVerified,
    RequestsStopped,
    TooManyRequests,
    TooManyToSupplier,
)
from rfq.abuse.models import RequestStop, SpamReport
from rfq.abuse.queries import award_rate
from rfq.enums import InvitationState, ReportState, VersionState
from rfq.errors import ReasonMissing, RequestClosed
from rfq.models import RFQ, Invitation, QuoteVersion
from rfq.trail.audit import trail_for_buyer, trail_for_supplier
from tests.rfq.test_awarding import _split, _two_offers, award
from tests.rfq.test_negotiation import offer_of, request_for
from tests.world import CompanyWorld, TenantWorld, World

DAY = timedelta(days=1)


def _operator(world: World) -> Actor:
    return Actor(kind="operator", user_id=world.operator.id, name=world.operator.name)


def _invitation(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def _report(tenant: TenantWorld, rfq_id: UUID, reason: str = "SPAM-1") -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        return reports.report_spam(invitation_id=invitation_id, reason=reason, actor=tenant.staff)


def _stop(world: World, report_id: UUID, reason: str = "STOP-1") -> None:
    with use_tenant(OPERATOR):
        reports.stop_company(report_id=report_id, reason=reason, actor=_operator(world))


def _sent(company: CompanyWorld) -> int:
    with use_tenant(PLATFORM, company_id=company.id):
        return RFQ.objects.count()


def test_only_a_verified_company_may_ask(world: World) -> None:
    with use_tenant(PLATFORM):
        assert not Company.objects.filter(pk=world.delmas.id, verified_at=None).exists(), "a supplier has approved it"
    with pytest.raises(NotVerified):
        request_for(world.nouvelle, world.acme)
    assert _sent(world.nouvelle) == 0
    with use_tenant(PLATFORM, company_id=world.nouvelle.id), pytest.raises(NotAllowed):
        verify_company(company_id=world.nouvelle.id, actor=world.nouvelle.buyer)
    with use_tenant(OPERATOR):
        assert world.nouvelle.id in {row.id for row in unverified()}
        verify_company(company_id=world.nouvelle.id, actor=_operator(world))
        assert world.nouvelle.id not in {row.id for row in unverified()}
        at = Company.objects.get(pk=world.nouvelle.id).verified_at
        note_verified(company_id=world.nouvelle.id)
        assert Company.objects.get(pk=world.nouvelle.id).verified_at == at, "the first time counts"
    request_for(world.nouvelle, world.acme)


def test_a_day_has_so_many_requests_and_the_next_one_again(world: World, settings: Any) -> None:
    settings.RFQ_MOST_A_DAY, settings.RFQ_MOST_A_DAY_TO_ONE = 3, 2
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    with time_machine.travel(noon):
        request_for(world.delmas, world.acme)
        request_for(world.delmas, world.acme)
        with pytest.raises(TooManyToSupplier) as refused:
            request_for(world.delmas, world.bolt, world.acme)
        assert world.acme.name in str(refused.value)
        tomorrow = timezone.localdate() + DAY
        assert f"{tomorrow.day}" in str(refused.value)
        assert refused.value.field == "suppliers"
        request_for(world.delmas, world.bolt)
        with pytest.raises(TooManyRequests):
            request_for(world.delmas, world.bolt)
        assert _sent(world.delmas) == 3
        request_for(world.lecomte, world.acme), "another company has its own count"
    with time_machine.travel(noon.replace(hour=0, minute=0) + DAY + timedelta(minutes=1)):
        request_for(world.delmas, world.acme)


def test_two_at_once_do_not_both_take_the_last_place(committed_world: World, settings: Any) -> None:
    settings.RFQ_MOST_A_DAY = 1
    barrier = threading.Barrier(4)

    def ask(_number: int) -> bool:
        barrier.wait()
        try:
            request_for(committed_world.delmas, committed_world.acme)
        except TooManyRequests:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(ask, range(4)))
    assert sorted(done) == [False, False, False, True]
    assert _sent(committed_world.delmas) == 1


def test_a_report_is_the_suppliers_and_the_operators(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    with pytest.raises(ReasonMissing):
        _report(world.acme, rfq_id, " ")
    report_id = _report(world.acme, rfq_id)
    with pytest.raises(AlreadyReported):
        _report(world.acme, rfq_id)
    with use_tenant(world.bolt.scope, party="tenant"):
        assert not SpamReport.objects.exists()
        with pytest.raises(NotFound):
            reports.report_spam(invitation_id=_invitation(world.acme, rfq_id), reason="x", actor=world.bolt.staff)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not SpamReport.objects.exists(), "the company never learns of it"
        with pytest.raises(NotAllowed):
            reports.report_spam(invitation_id=_invitation(world.acme, rfq_id), reason="x", actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        for decide in (reports.dismiss, lambda **given: reports.stop_company(reason="x", **given)):
            with pytest.raises(NotAllowed):
                decide(report_id=report_id, actor=world.acme.staff)
    with use_tenant(OPERATOR):
        reports.dismiss(report_id=report_id, actor=_operator(world))
        with pytest.raises(AlreadyDecided):
            reports.dismiss(report_id=report_id, actor=_operator(world))
        assert not RequestStop.objects.exists()


def test_a_stopped_company_sends_and_reopens_nothing_until_it_is_lifted(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    first, second = _report(world.acme, rfq_id), _report(world.bolt, rfq_id, "SPAM-2")
    _stop(world, first)
    with use_tenant(OPERATOR):
        assert {row.state for row in SpamReport.objects.all()} == {ReportState.STOPPED}
        with pytest.raises(AlreadyDecided):
            reports.dismiss(report_id=second, actor=_operator(world))
        stop_id = RequestStop.objects.get().id
    with pytest.raises(RequestsStopped) as refused:
        request_for(world.delmas, world.acme)
    assert "STOP-1" in str(refused.value)
    assert "SPAM" not in str(refused.value)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        with pytest.raises(RequestsStopped):
            closing.reopen(rfq_id=rfq_id, deadline_at=timezone.now() + DAY, actor=world.delmas.buyer, reason="x")
        assert RequestStop.objects.update(lifted_at=timezone.now()) == 0, "the company cannot lift it itself"
        with pytest.raises(NotAllowed):
            reports.lift(stop_id=stop_id, actor=world.delmas.buyer)
    request_for(world.lecomte, world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        assert not RequestStop.objects.exists()
    with use_tenant(OPERATOR):
        reports.lift(stop_id=stop_id, actor=_operator(world))
        reports.lift(stop_id=stop_id, actor=_operator(world))
    request_for(world.delmas, world.acme)


def test_whoever_is_stopped_has_no_request_open_any_more(world: World, drain: Any, mailoutbox: Any) -> None:
    plain, sealed = (request_for(world.delmas, world.acme, world.bolt, is_sealed=it) for it in (False, True))
    version_id = offer_of(world.acme, plain, "0.38", "6.40")
    offer_of(world.bolt, sealed, "0.37", "7")
    part, acme, _bolt = _two_offers(world)
    award(world.delmas, _split(world, acme, _bolt)[0])
    others = request_for(world.lecomte, world.acme)
    drain()
    mailoutbox.clear()
    _stop(world, _report(world.acme, plain), "STOP-SECRET")
    drain()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        states = dict(RFQ.objects.values_list("pk", "state"))
        assert states == {plain: "cancelled", sealed: "cancelled", part: "closed"}
        with pytest.raises(RequestClosed):
            accept_quote(version_id=version_id, actor=world.delmas.buyer)
        with pytest.raises(RequestsStopped):
            closing.extend(rfq_id=plain, deadline_at=timezone.now() + 9 * DAY, actor=world.delmas.buyer)
        assert [e.reason for e in trail_for_buyer(world.delmas.buyer, plain).entries if e.reason] == ["STOP-SECRET"]
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, party="tenant"):
            rows = Invitation.objects.filter(company_id=world.delmas.id).exclude(state=InvitationState.WON)
            assert {row.state for row in rows} == {InvitationState.CLOSED}
            sent = QuoteVersion.objects.filter(company_id=world.delmas.id).exclude(state=VersionState.ORDERED)
            assert {version.state for version in sent} == {VersionState.DECLINED}
            trail = trail_for_supplier(tenant.staff, Invitation.objects.get(rfq_id=plain).id)
            assert "STOP-SECRET" not in str(trail)
    letters = [f"{letter.subject}\n{letter.body}" for letter in mailoutbox]
    told = [text for text in letters if "The marketplace has ended" in text or "La place de marché a mis fin" in text]
    assert len(told) == 5, "acme of two requests, bolt of three"
    assert not any("STOP-SECRET" in text or "has taken" in text or "retiré" in text for text in told)
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert RFQ.objects.get(pk=others).state == "open"
    with use_tenant(OPERATOR):
        reports.lift(stop_id=RequestStop.objects.get().id, actor=_operator(world))
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQ.objects.filter(state="open").exists(), "what has ended does not begin again by itself"


def test_what_is_sent_while_its_company_is_stopped_does_not_stay_open(committed_world: World) -> None:
    world = committed_world
    report_id = _report(world.acme, request_for(world.delmas, world.acme))
    is_sent, stopping = threading.Event(), threading.Event()

    def send() -> None:
        try:
            with use_tenant(PLATFORM, company_id=world.delmas.id), transaction.atomic():
                request_for(world.delmas, world.bolt)
                is_sent.set()
                stopping.wait(5)
                time.sleep(0.4)  # the other one has begun, and must wait for this one
        finally:
            connection.close()

    def stop() -> None:
        try:
            is_sent.wait(20)
            stopping.set()
            _stop(world, report_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(send), pool.submit(stop)]:
            done.result()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert sorted(RFQ.objects.values_list("state", flat=True)) == ["cancelled", "cancelled"]


def _ended(world: World, company: CompanyWorld, tenant: TenantWorld, *, awarded: bool) -> None:
    rfq_id = request_for(company, tenant)
    if awarded:
        version_id = offer_of(tenant, rfq_id, "0.38", "6.40")
        with use_tenant(PLATFORM, company_id=company.id):
            accept_quote(version_id=version_id, actor=company.buyer)
        return
    with use_tenant(PLATFORM, company_id=company.id):
        closing.cancel_rfq(rfq_id=rfq_id, actor=company.buyer, reason="Reporté")


def _rate(tenant: TenantWorld, rfq_id: UUID) -> int | None:
    with use_tenant(tenant.scope, party="tenant"):
        return award_rate(tenant.staff, Invitation.objects.get(rfq_id=rfq_id).id)


def test_how_often_a_company_awards_is_a_rate_of_many_and_nothing_else(world: World, browser: Any) -> None:
    shown = request_for(world.delmas, world.acme)
    for number in range(5):
        _ended(world, world.delmas, world.bolt, awarded=number == 0)
    assert _rate(world.acme, shown) is None, "five are too few"
    _ended(world, world.delmas, world.bolt, awarded=False)
    assert _rate(world.acme, shown) == 20, "one of six, rounded to ten"
    for _time in range(3):
        _ended(world, world.lecomte, world.acme, awarded=False)
    assert _rate(world.acme, shown) == 20, "another company's count for nothing"
    page = browser(world.acme.host, world.acme.owner).get(f"/portal/rfqs/{_invitation(world.acme, shown)}/").text
    assert re.findall(r"has awarded ([^.<]+) of its requests", page) == ["20%"]
    assert "bolt" not in page.lower()
    assert str(world.bolt.id) not in page
    with use_tenant(world.acme.scope, party="tenant"):
        assert RFQ.objects.filter(company_id=world.delmas.id).count() == 1, "the others stay behind the wall"
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        award_rate(world.bolt.staff, _invitation(world.acme, shown))


def test_the_rate_does_not_tell_how_this_request_ended_nor_of_long_ago(world: World) -> None:
    with time_machine.travel(timezone.now() - 400 * DAY):
        old = request_for(world.delmas, world.bolt)
    shown = request_for(world.delmas, world.acme, world.bolt)
    for _time in range(6):
        _ended(world, world.delmas, world.bolt, awarded=False)
    with use_tenant(OPERATOR):
        RFQ.objects.filter(pk=old).update(state="awarded")
    assert _rate(world.acme, shown) == 0
    version_id = offer_of(world.bolt, shown, "0.38", "6.40")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        accept_quote(version_id=version_id, actor=world.delmas.buyer)
    assert _rate(world.acme, shown) == 0


def test_report_and_stop_through_the_pages(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = _invitation(world.acme, rfq_id)
    supplier, operator = browser(world.acme.host, world.acme.owner), browser("localhost", world.operator)
    path = f"/portal/rfqs/{invitation_id}/"
    assert supplier.post(f"{path}report/", {"spam_reason": ""}).status_code == 422
    assert supplier.post(f"{path}report/", {"spam_reason": "REASON-1"}).status_code == 303
    assert "You have reported this request" in supplier.get(path).text
    page = operator.get("/operator/reports/").text
    assert all(word in page for word in ("REASON-1", world.acme.name, "Ateliers Delmas"))
    with use_tenant(OPERATOR):
        report_id = SpamReport.objects.get().id
    decide = f"/operator/reports/{report_id}/decide/"
    assert operator.post(decide, {"act": "stop", "reason": ""}).status_code in (400, 422)
    assert operator.post(decide, {"act": "burn"}).status_code == 404
    assert operator.post(decide, {"act": "stop", "reason": "STOP-2"}).status_code == 303
    assert operator.post(decide, {"act": "dismiss"}).status_code == 409
    with use_tenant(OPERATOR):
        stop_id = RequestStop.objects.get().id
    assert "STOP-2" in operator.get("/operator/reports/").text
    assert operator.post(f"/operator/reports/stops/{stop_id}/lift/").status_code == 303
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.get("/operator/reports/").status_code in (403, 404)
    assert "REASON-1" not in buyer.get(f"/rfqs/{rfq_id}/").text


def test_the_operator_verifies_a_company_on_its_page(world: World, browser: Any) -> None:
    operator = browser("localhost", world.operator)
    assert "Nouvelle SARL" in operator.get("/operator/companies/").text
    assert operator.post(f"/operator/companies/{world.nouvelle.id}/verify/").status_code == 303
    assert "Nouvelle SARL" not in operator.get("/operator/companies/").text
    assert operator.post(f"/operator/companies/{world.acme.id}/verify/").status_code == 404


def test_the_clock_does_not_report(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(NotAllowed):
        reports.report_spam(
            invitation_id=Invitation.objects.get(rfq_id=rfq_id).id, reason="x", actor=system("Comptoir")
        )
