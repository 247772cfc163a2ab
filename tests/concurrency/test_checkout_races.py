"""Checkouts that reach the server at the same moment, through the storefront, each on a connection of its own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg.errors
import pytest
from django.db import OperationalError, connection, transaction

from core.db import patiently
from core.tenancy import use_tenant
from orders.models import Cart, Order
from payments.models import CreditAccount
from tests.orders.test_sent_twice import add, assert_ordered_once, form_of
from tests.world import World

_WAITING = """SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
               WHERE NOT granted AND datname = current_database()"""


def _wait_until_waiting(count: int) -> None:
    """Return when so many connections wait for what this one holds."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.02)
    pytest.fail("nobody waits")


def _send(page: Any, form: dict[str, str], patience: str = "60s") -> Any:
    """Send the form on a connection of this thread, which waits so long for each lock."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])
        return page.post("/checkout/", form)
    finally:
        connection.close()


def test_two_tabs_at_once_are_one_order(committed_world: World, browser: Any) -> None:
    """Both have found the cart open when the first one gets it."""
    world = committed_world
    pages = [browser(world.acme.host, world.delmas.admin) for _tab in range(2)]
    add(pages[0], world, "VN-1002", 10)
    forms = [form_of(page) for page in pages]
    with ThreadPoolExecutor(2) as pool:
        with use_tenant(world.acme), transaction.atomic():
            assert list(Cart.objects.select_for_update(of=("self",)).filter(is_open=True))
            sent = [pool.submit(_send, page, form) for page, form in zip(pages, forms, strict=True)]
            _wait_until_waiting(2)
        answers = [future.result() for future in sent]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer["Location"] for answer in answers}) == 1, "both are led to the same order"
    assert_ordered_once(world, "VN-1002", 10)


class _Held:
    """A service that finds its rows held a few times, as the database says it."""

    def __init__(self, times: int, cause: type[Exception]) -> None:
        self.times, self.cause, self.calls = times, cause, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls > self.times:
            return "done"
        raise OperationalError from self.cause()


def test_what_others_hold_is_tried_three_times() -> None:
    held = _Held(2, psycopg.errors.LockNotAvailable)
    assert (patiently(held), held.calls) == ("done", 3)
    for times, cause, calls in ((3, psycopg.errors.DeadlockDetected, 3), (1, psycopg.errors.DiskFull, 1)):
        held = _Held(times, cause)
        with pytest.raises(OperationalError):
            patiently(held)
        assert held.calls == calls


def test_who_waits_for_too_long_is_told_to_send_it_again(committed_world: World, browser: Any) -> None:
    """The customer's credit is held by somebody else: no error page, nothing changed, and the same form does later."""
    world = committed_world
    page = browser(world.acme.host, world.delmas.admin)
    add(page, world, "VN-1002", 10)
    form = form_of(page)
    accounts = CreditAccount.objects.filter(customer_id=world.acme.customers["delmas"])
    with ThreadPoolExecutor(1) as pool, use_tenant(world.acme), transaction.atomic():
        assert list(accounts.select_for_update(of=("self",)))
        answer = pool.submit(_send, page, form, "300ms").result()
        assert not Order.objects.exists()
        assert Cart.objects.get(is_open=True).lines.count() == 1
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert "send it again" in answer.content.decode()
    assert page.post("/checkout/", form)["Location"].startswith("/orders/")
    assert_ordered_once(world, "VN-1002", 10)
