"""VAT numbers are checked by the worker, and by hand; every answer is kept, and nobody answering refuses nobody."""

from __future__ import annotations

import ipaddress
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import InvalidLegalNumber
from core.db import atomic
from core.egress import Egress
from core.errors import InvalidInput, NotAllowed
from core.outbox import drain
from core.tenancy import use_tenant
from customers.enums import VatOutcome
from customers.models import Customer, VatCheck
from customers.queries import customer_of
from customers.vat import checks
from customers.vat.register import Answer, NoRegister, VatRegister
from customers.vat.taxes import VatId
from customers.vat.vies import Vies
from tests.world import World

BELGIAN = "BE0403019261"


class Remembering:
    """A register that says what it is told to, and remembers who asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def ask(self, number: str, *, requester: str) -> Answer:
        self.asked.append((number, requester))
        return self.answer


class Site(BaseHTTPRequestHandler):
    """What VIES answers, by the number that is asked for."""

    answers: dict[str, tuple[int, bytes]] = {
        "0403019261": (
            200,
            json.dumps(
                {"isValid": True, "userError": "VALID", "name": "ACME SA", "requestIdentifier": "WAPIAAAAX1"}
            ).encode(),
        ),
        "0000000000": (200, b'{"isValid": false, "userError": "INVALID", "name": "---", "requestIdentifier": ""}'),
        "1111111111": (200, b'{"isValid": false, "userError": "MS_UNAVAILABLE"}'),
        "2222222222": (200, b'{"isValid": false, "userError": "INVALID_REQUESTER_INFO"}'),
        "3333333333": (500, b"{}"),
        "4444444444": (200, b"<html>"),
        "5555555555": (200, b"[]"),
    }

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        status, body = self.answers[self.path.rpartition("/")[2].partition("?")[0]]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def site() -> Any:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def vies(site: Any) -> Vies:
    out = Egress(
        resolve=lambda _host, _port: ["127.0.0.1"],
        is_allowed=lambda address: address == ipaddress.ip_address("127.0.0.1"),
        ports=frozenset({site.server_port}),
        interval=0,
    )
    return Vies(f"http://vies.example:{site.server_port}/rest-api/", out)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (BELGIAN, Answer(VatOutcome.VALID, "WAPIAAAAX1", "ACME SA")),
        ("BE0000000000", Answer(VatOutcome.INVALID, note="INVALID")),
        ("BE1111111111", Answer(VatOutcome.UNANSWERED, note="MS_UNAVAILABLE")),
        ("BE2222222222", Answer(VatOutcome.UNANSWERED, note="INVALID_REQUESTER_INFO")),
    ],
)
def test_the_register_s_words_are_understood(vies: Vies, number: str, expected: Answer) -> None:
    assert vies.ask(number, requester="FR96552100554") == expected


@pytest.mark.parametrize("number", ["BE3333333333", "BE4444444444", "BE5555555555"])
def test_an_answer_that_is_none_refuses_nobody(vies: Vies, number: str) -> None:
    answer = vies.ask(number, requester="")
    assert (answer.outcome, bool(answer.note)) == (VatOutcome.UNANSWERED, True)


def test_the_register_is_told_who_asks_for_its_receipt(vies: Vies, site: Any) -> None:
    vies.ask(BELGIAN, requester="FR96552100554")
    vies.ask(BELGIAN, requester="")
    path = "/rest-api/ms/BE/vat/0403019261"
    assert site.asked == [f"{path}?requesterMemberStateCode=FR&requesterNumber=96552100554", path]


@pytest.mark.django_db
def test_it_is_never_asked_inside_a_transaction(vies: Vies) -> None:
    with pytest.raises(RuntimeError, match="no network inside a transaction"):
        atomic(lambda: vies.ask(BELGIAN, requester=""))()


def _belgian(world: World, number: str = BELGIAN) -> Any:
    with use_tenant(world.acme):
        customer = Customer.objects.get(company_id=world.delmas.id)
        Customer.objects.filter(pk=customer.pk).update(vat_number=number)
        return customer.pk


def _state(world: World) -> VatId:
    customer = customer_of(world.delmas.id)
    assert customer is not None
    return customer.vat.vat_id


def test_an_answer_is_kept_with_its_receipt_and_who_asked(world: World) -> None:
    customer_id = _belgian(world)
    register = Remembering(Answer(VatOutcome.VALID, "WAPIAAAAX1", "ACME SA"))
    with use_tenant(world.acme.scope, party="tenant"):
        assert _state(world) == VatId.UNVERIFIED
        checks.ask(customer_id, by=register)
        kept = VatCheck.objects.get()
        assert (kept.number, kept.outcome, kept.source, kept.consultation_number) == (
            BELGIAN, "valid", "vies", "WAPIAAAAX1",
        )  # fmt: skip
        assert register.asked == [(BELGIAN, kept.requester)]
        assert kept.requester.startswith("FR")
        assert _state(world) == VatId.VALID
        checks.ask(customer_id, by=register, older_than=checks.WHEN_ORDERING)
        assert len(register.asked) == 1
        checks.ask(customer_id, by=NoRegister())
        assert _state(world) == VatId.VALID  # nobody answered since: the answer before still counts
        checks.ask(customer_id, by=Remembering(Answer(VatOutcome.INVALID)))
        assert _state(world) == VatId.INVALID


def test_numbers_that_decide_nothing_are_not_asked_about(world: World) -> None:
    register = Remembering(Answer(VatOutcome.VALID))
    for number in ("", "FR96552100554", "BE0403019262"):
        customer_id = _belgian(world, number)
        with use_tenant(world.acme.scope, party="tenant"):
            checks.ask(customer_id, by=register)
    assert register.asked == []


def test_what_is_due_is_asked_again_and_who_does_not_answer_is_left_alone_for_an_hour(world: World) -> None:
    customer_id = _belgian(world)
    now = timezone.now()
    with use_tenant(world.acme.scope, party="tenant"):
        assert checks.due() == [customer_id]
        for outcome, age, is_due in (
            ("unanswered", timedelta(minutes=50), False),
            ("unanswered", timedelta(minutes=70), True),
            ("valid", timedelta(days=6), False),
            ("invalid", timedelta(days=8), True),
        ):
            VatCheck.objects.all().delete()
            VatCheck.objects.create(
                customer_id=customer_id, number=BELGIAN, outcome=outcome, source="vies", checked_at=now - age
            )
            assert (customer_id in checks.due()) is is_due, outcome


def test_a_check_by_hand_needs_a_reason_and_a_number_that_can_be(world: World) -> None:
    customer_id = _belgian(world, "")
    staff = world.acme.staff

    def check(number: str, reason: str, actor: Any = staff, outcome: str = "valid") -> None:
        checks.check_by_hand(customer_id=customer_id, number=number, outcome=outcome, reason=reason, actor=actor)

    with use_tenant(world.acme.scope, party="tenant"):
        for number, reason, refusal, field in (
            (BELGIAN, " ", InvalidInput, "reason"),
            ("", "phone", InvalidInput, "vat_number"),
            ("BE0403019262", "phone", InvalidLegalNumber, "vat_number"),
        ):
            with pytest.raises(refusal) as caught:
                check(number, reason)
            assert caught.value.field == field
        with pytest.raises(NotAllowed):
            check(BELGIAN, "phone", world.delmas.buyer)
        assert not VatCheck.objects.exists()
        check("be 0403 019 261", "Certificate of 2 November")
        kept = VatCheck.objects.get()
        assert (kept.number, kept.source, kept.actor_name) == (BELGIAN, "manual", staff.name)
        assert _state(world) == VatId.VALID


def test_the_portal_shows_checks_and_lets_the_register_be_asked(world: World, browser: Any) -> None:
    customer_id = _belgian(world)
    page = browser(world.acme.host, world.acme.owner)
    path = f"/portal/customers/{customer_id}/"
    assert "Not checked yet" in page.get(path).content.decode()
    assert page.post(f"{path}vat/ask/").status_code == 303
    drain()
    assert "No answer" in page.get(path).content.decode()  # none is configured here
    fields = {"vat_number": "BE0403019262", "outcome": "valid", "reason": "By phone"}
    refused = page.post(f"{path}vat/", fields)
    assert (refused.status_code, "This number is not valid." in refused.content.decode()) == (422, True)
    assert page.post(f"{path}vat/", fields | {"vat_number": BELGIAN}).status_code == 303
    html = page.get(path).content.decode()
    assert "By phone" in html
    assert "Checked by hand" in html


def test_a_supplier_says_how_it_stands_to_vat(world: World, browser: Any) -> None:
    page = browser(world.acme.host, world.acme.owner)
    assert page.post("/portal/customers/vat/", {"regime": "normal", "vat_number": "DE1"}).status_code == 422
    fields = {"regime": "franchise", "vat_number": "", "ship_from": "BE"}
    assert page.post("/portal/customers/vat/", fields).status_code == 303
    with use_tenant(world.acme):
        customer = customer_of(world.delmas.id)
        assert customer is not None
        assert (customer.vat.seller_is_exempt, customer.vat.ship_from) == (True, "BE")


def test_both_registers_keep_the_contract(vies: Vies) -> None:
    registers: list[VatRegister] = [vies, NoRegister(), Remembering(Answer(VatOutcome.UNANSWERED))]
    for register in registers:
        answer = register.ask("BE1111111111", requester="")
        assert answer.outcome == VatOutcome.UNANSWERED
        assert not answer.consultation_number
