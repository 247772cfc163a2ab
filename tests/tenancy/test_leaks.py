"""Every URL of both hosts, tried by everybody from every host: the right person gets in, others learn nothing."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import outbox
from core.tenancy import use_tenant
from notifications import routing
from payments.gateways.fake import FakeGateway
from tests.tenancy import leaks, permissions
from tests.tenancy.leaks import (
    FOREIGN,
    KEYS,
    PROGRAMS,
    REGISTRY,
    SEEN_BY,
    Case,
    Elsewhere,
    Public,
    Seed,
    matches,
    people_of,
)
from tests.world import TenantWorld

pytestmark = pytest.mark.xdist_group("leaks")

CASES = [(name, case) for name, entry in REGISTRY.items() if isinstance(entry, tuple) for case in entry]
PUBLIC = [name for name, entry in REGISTRY.items() if isinstance(entry, Public)]


@pytest.fixture(scope="module")
def shared_seed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Seed]:
    yield from leaks.seeded(django_db_blocker)


@pytest.fixture
def seed(shared_seed: Seed, db: None) -> Seed:
    """The world that all tests here share; what a test changes is rolled back."""
    return shared_seed


# --- The registry is complete ----------------------------------------------------------------------------------------
def test_every_url_is_in_the_registry() -> None:
    known = {name for urlconf in leaks.URLCONFS.values() for name in leaks.names_of(urlconf)}
    missing, gone = sorted(known - REGISTRY.keys()), sorted(REGISTRY.keys() - known)
    assert not missing, (
        f"tests/tenancy/leaks.py: REGISTRY does not know {missing}. Add for each Public('why nothing is secret'), or "
        "get(...)/post(...) with whom it works for, how its arguments are found in the seeded world (Seed.ids) and "
        "which secret texts it shows."
    )
    assert not gone, f"tests/tenancy/leaks.py: REGISTRY names URLs that no longer exist: {gone}. Take them out."


def test_every_secret_is_shown_to_somebody() -> None:
    shown = {text for _name, case in CASES for text in case.shows}
    assert shown == set(SEEN_BY), "a text that no page shows cannot leak: add it to `shows`, or take it out of SEEN_BY"


def test_what_is_tried_elsewhere_is_tried() -> None:
    for name, entry in REGISTRY.items():
        if isinstance(entry, Elsewhere):
            module = importlib.import_module(f"tests.tenancy.{entry.module}")
            assert callable(getattr(module, entry.test, None)), f"{name}: {entry.module} has no {entry.test}"


# --- Every URL -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "case"), CASES, ids=lambda value: getattr(value, "method", value))
def test_nobody_else_gets_in(seed: Seed, name: str, case: Case) -> None:
    path = leaks.path_of(seed, name, case.args, case.right[0])
    before = leaks.digest(seed)
    for label in people_of(name):
        if not matches(label, case.right) and not (case.method != "GET" and matches(label, case.own)):
            _refused(seed, case, path, label)
    assert leaks.differences(before, leaks.digest(seed)) == [], f"a refused {case.method} {path} changed these tables"
    for label in people_of(name) if case.method == "GET" else case.right[:1]:
        if matches(label, case.right):
            _let_in(seed, case, path, label)
    if case.method != "GET":
        assert leaks.differences(before, leaks.digest(seed)) != [], f"{path} works for {case.right[0]} and does nothing"


def _refused(seed: Seed, case: Case, path: str, label: str) -> None:
    for headers in ({}, {"hx-request": "true"})[: 2 if case.method == "GET" else 1]:
        answer = seed.visit(label, case.method, path, case.payload(seed), **headers, **case.headers)
        _shows_nothing_foreign(seed, label, answer)
        if matches(label, case.own):
            assert answer.status_code in (200, 303, 403, 404), f"{label} {path}: {answer.status_code}"
        else:
            assert _is_refusal(answer), (
                f"{label} got {answer.status_code} {answer.headers.get('Location', '')} at {path}"
            )


def _let_in(seed: Seed, case: Case, path: str, label: str) -> None:
    answer = seed.visit(label, case.method, path, case.payload(seed), **case.headers)
    text = _shows_nothing_foreign(seed, label, answer)
    assert answer.status_code == case.status, f"{label} {path}: {answer.status_code}\n{text[:2000]}"
    assert not _is_refusal(answer), f"{label} {path}: {answer.headers.get('Location')}"
    for name in case.shows:
        assert seed.texts[name] in text, f"{path} does not show the {name} to {label}"


def _is_refusal(answer: Any) -> bool:
    is_sign_in = answer.status_code == 303 and answer["Location"].startswith("/sign-in/?next=")
    return is_sign_in or answer.status_code in ((401, 403, 404) if "/api/" in answer.wsgi_request.path else (403, 404))


def _shows_nothing_foreign(seed: Seed, label: str, answer: Any) -> str:
    """The answer with its headers as text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = "\n".join(map(str, answer.headers.values())) + body.decode("utf-8", "replace")
    found = [name for name, secret in seed.forbidden(label).items() if secret in text]
    assert found == [], f"{label} reads the {found} at {answer.wsgi_request.get_full_path()}"
    return text


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_show_nothing_foreign(seed: Seed, name: str) -> None:
    entry = REGISTRY[name]
    assert isinstance(entry, Public)
    for place, urlconf in leaks.URLCONFS.items():
        if name not in leaks.names_of(urlconf):
            continue
        path = leaks.path_of(seed, name, entry.args, f"visitor@{place}")
        for label in people_of(name):
            answer = seed.visit(label, "GET", path, entry.query(seed))
            _shows_nothing_foreign(seed, label, answer)
            if label == f"visitor@{place}":
                assert answer.status_code == (entry.get or 405), path


@pytest.mark.parametrize("name", [name for name, entry in REGISTRY.items() if not isinstance(entry, Elsewhere)])
def test_methods_that_are_not_tried_do_not_exist(seed: Seed, name: str) -> None:
    entry = REGISTRY[name]
    cases = entry if isinstance(entry, tuple) else ()
    tried = {case.method for case in cases}
    if isinstance(entry, Public):
        tried = ({"GET"} if entry.get else set()) | ({"POST"} if entry.posts else set())
    person = cases[0].right[0] if cases else f"visitor@{'A' if name in leaks.names_of(leaks.URLCONFS['A']) else 'P'}"
    path = leaks.path_of(seed, name, cases[0].args if cases else entry.args, person)  # type: ignore[union-attr]
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - tried:
        answer = seed.visit(person, method, path)
        assert answer.status_code == (404 if name == "api_nothing" else 405), (
            f"{method} {path} answers {answer.status_code}: REGISTRY needs a case for it"
        )


# --- Every role ------------------------------------------------------------------------------------------------------
def test_the_permission_table_is_what_every_url_answers(seed: Seed) -> None:
    everybody = permissions.people(seed)
    found = [permissions.line_of(everybody, name, case, number) for name, case, number in permissions.cases()]
    if os.environ.get("COMPTOIR_WRITE_PERMISSIONS"):
        permissions.write(found)
    expected = permissions.written()
    wrong = [line for line in found if expected.pop((line["url"], line["method"], line["case"]), None) != line]
    assert wrong == [], "tests/tenancy/permissions.csv says otherwise; see tests/tenancy/permissions.py"
    assert expected == {}, "tests/tenancy/permissions.csv has lines of URLs that no longer exist"


# --- Own addresses, foreign ids inside -------------------------------------------------------------------------------
@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_id_in_an_own_form_does_nothing(seed: Seed, what: str) -> None:
    tried = FOREIGN[what]
    path = leaks.path_of(seed, tried.name, tried.args, tried.by)
    before = leaks.digest(seed)
    answer = seed.visit(tried.by, tried.method, path, leaks.filled(tried.data, seed))
    _shows_nothing_foreign(seed, tried.by, answer)
    assert answer.status_code == tried.status, answer.content.decode()[:2000]
    assert leaks.differences(before, leaks.digest(seed)) == []
    target = answer.headers.get("Location", "")
    assert [key for key, value in seed.ids.items() if key.startswith("x_") and str(value) in target] == []
    person = tried.control_by or tried.by
    path = leaks.path_of(seed, tried.name, tried.args if tried.control_args is None else tried.control_args, person)
    control = seed.visit(person, tried.method, path, leaks.filled(tried.control, seed))
    assert control.status_code == (200 if tried.method == "GET" else 303), control.content.decode()[:2000]
    assert bool(leaks.differences(before, leaks.digest(seed))) is tried.does


@pytest.mark.parametrize("label", ["y@A", "z@B", "staffB@A"])
def test_a_session_that_names_another_company_acts_for_its_own(seed: Seed, label: str) -> None:
    claimed = leaks.claiming(seed, label, seed.world.delmas.id)
    for path in (f"/orders/{seed.ids['x_shipped']}/", f"/invoices/{seed.ids['x_invoice']}/"):
        assert _is_refusal(claimed.visit(label, "GET", path))
    for path in ("/orders/", "/cart/", "/company/"):
        _shows_nothing_foreign(seed, label, claimed.visit(label, "GET", path))


def test_only_who_acts_for_a_company_can_stop(seed: Seed) -> None:
    before = leaks.digest(seed)
    for label in people_of("storefront_on_behalf_finish"):
        assert _is_refusal(seed.visit(label, "POST", "/company/on-behalf/finish/")), label
    assert leaks.differences(before, leaks.digest(seed)) == []


def test_only_who_asked_for_an_approval_changes_the_order(seed: Seed) -> None:
    before, path = leaks.digest(seed), f"/approvals/{seed.ids['approval_of_X']}/change/"
    for label in people_of("storefront_approval_change"):
        for do in ("change", "withdraw"):
            assert _is_refusal(seed.visit(label, "POST", path, {"do": do})), label
    assert leaks.differences(before, leaks.digest(seed)) == []


# --- Programs --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("label", [label for label in KEYS if label.startswith("carried-")])
def test_a_key_is_worth_nothing_on_another_host(seed: Seed, label: str) -> None:
    answer = seed.visit(label, "GET", "/api/v1/orders/")
    assert answer.status_code == (404 if label.endswith("@P") else 401)


def test_a_key_opens_no_page(seed: Seed) -> None:
    for path in ("/orders/", "/portal/orders/", "/cart/"):
        assert _is_refusal(seed.visit("key-x@A", "GET", path))


def test_what_was_ordered_once_is_not_answered_to_others(seed: Seed) -> None:
    first = seed.visit("key-x@A", "POST", "/api/v1/orders/", leaks.API_ORDER, **leaks.API_ONCE)
    assert first.status_code == 201
    for label in ("key-y@A", "key-x@B"):
        answer = seed.visit(label, "POST", "/api/v1/orders/", leaks.API_ORDER, **leaks.API_ONCE)
        assert (answer.status_code, answer["Idempotency-Replayed"]) == (201, "false")
        assert answer.json()["id"] != first.json()["id"]
        _shows_nothing_foreign(seed, label, answer)
    again = seed.visit("key-x@A", "POST", "/api/v1/orders/", leaks.API_ORDER, **leaks.API_ONCE)
    assert (again.json()["id"], again["Idempotency-Replayed"]) == (first.json()["id"], "true")


def test_a_file_of_lines_is_read_for_a_companys_key_and_for_nobody_else(seed: Seed) -> None:
    before, let_in = leaks.digest(seed), set()
    for label in PROGRAMS:
        headers = {"host": seed.host_of(label)}
        if label in KEYS:
            headers["authorization"] = f"Bearer {seed.keys[KEYS[label]]}"
        client = Client(headers=headers)
        if label in seed.cookies:
            client.cookies["session"] = seed.cookies[label]
        answer = client.post("/api/v1/rfq-lines/", {"file": SimpleUploadedFile("lines.csv", b"VN-1001;5")})
        assert answer.status_code in (200, 401, 404), (label, answer.content)
        let_in |= {label} if answer.status_code == 200 else set()
    assert let_in == {"key-x@P", "key-y@P"}
    assert leaks.differences(before, leaks.digest(seed)) == []


def test_a_message_of_the_gateway_counts_on_its_own_host_only(seed: Seed) -> None:
    message: dict[str, Any] = {"event_id": "evt_1", "intent_id": seed.ids["x_intent"]}
    message |= {"amount": Decimal(1), "currency": "EUR", "answer": "succeeded"}
    path = "/webhooks/payments/fake/"

    def send(signed_for: TenantWorld, place: str) -> int:
        with use_tenant(signed_for.scope):
            body, headers = FakeGateway().message(**message)
        client = Client(headers={"host": seed.hosts[place], **headers})
        return client.post(path, body, content_type="application/json").status_code

    outbox.drain()
    before = leaks.digest(seed)
    assert (send(seed.world.acme, "B"), send(seed.world.bolt, "A"), send(seed.world.acme, "P")) == (400, 400, 404)
    assert leaks.differences(before, leaks.digest(seed)) == []
    assert send(seed.world.bolt, "B") == 200  # B's gateway names A's payment: kept at B, where it is unknown
    outbox.drain()
    schema = seed.world.acme.scope.schema_name
    assert [name for name in leaks.differences(before, leaks.digest(seed)) if name.startswith(schema)] == []
    assert send(seed.world.acme, "A") == 200
    assert f"{schema}.payments_webhookevent" in leaks.differences(before, leaks.digest(seed))


# --- What is no page -------------------------------------------------------------------------------------------------
def test_there_is_one_websocket() -> None:
    assert [str(route.pattern) for route in routing._routes] == ["live/"], "a new socket needs its own leak test"
