"""Quick orders of thousands of lines: taken in at once, looked up in portions, stopped, interrupted, taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, require_approved
from orders import carts, drafts, lookups
from orders.models import QuickLine, QuickOrder
from orders.quick import Typed
from tests.counting import statements
from tests.world import World, acting

PATH = "/quick-order/"
MANY = drafts.PORTION + 20


@pytest.fixture
def customer(world: World) -> Any:
    with acting((world.acme.scope, {"company_id": world.delmas.id})):
        yield require_approved(world.delmas.buyer)


def _lines() -> list[Typed]:
    """The first and the last line are about one article, in different portions."""
    middle = [Typed(f"NOPE-{n}", "1") for n in range(MANY - 3)]
    return [Typed("VN-1001", "100"), Typed("VN-1003", "7"), *middle, Typed("vn 1001", "50")]


def _give(world: World, customer: CustomerInfo) -> QuickOrder:
    drafts.edit(actor=world.delmas.buyer, customer=customer, added=_lines(), source="need.csv")
    return QuickOrder.objects.get(customer_id=customer.id)


def _told() -> list[object]:
    """What the worker was told."""
    with use_tenant(PLATFORM):
        return list(OutboxEvent.objects.filter(name="orders.QuickLinesGiven").values_list("payload", flat=True))


def test_many_lines_are_taken_in_and_wait_for_the_worker(world: World, customer: CustomerInfo) -> None:
    draft = _give(world, customer)
    buyer = world.delmas.buyer
    assert drafts.counts_of(buyer, customer) == drafts.Counts(MANY, 0, 0, 0, MANY)
    assert lookups.progress_of(buyer, customer) == lookups.Progress(0, MANY, is_silent=False)
    assert _told() == [{"quick_order_id": str(draft.pk)}]
    assert lookups.look_up(quick_order_id=draft.pk)
    assert lookups.progress_of(buyer, customer).done == drafts.PORTION
    assert drafts.counts_of(buyer, customer).ready == 2, "what is looked up can be used already"
    lookups.run(draft.pk)
    assert drafts.counts_of(buyer, customer) == drafts.Counts(MANY, 2, MANY - 3, MANY - 3, 0)
    first, last = draft.lines.order_by("position").first(), draft.lines.order_by("position").last()
    assert first is not None
    assert last is not None
    assert (first.state, first.amount) == ("ready", Decimal(150)), "lines of two portions are merged"
    assert (last.state, last.merged_into) == ("merged", 1)
    lookups.run(draft.pk)
    assert draft.lines.count() == MANY, "a second worker finds nothing to do"


def test_portions_come_to_the_same_as_all_at_once(world: World, customer: CustomerInfo) -> None:
    draft = _give(world, customer)
    lookups.run(draft.pk)
    columns = ("position", "state", "variant_id", "unit_code", "amount", "merged_into")
    portions = list(draft.lines.values_list(*columns))
    drafts.settle(draft, customer, list(draft.lines.all()), set())
    assert list(draft.lines.values_list(*columns)) == portions


def test_what_waits_can_be_left_out_and_the_rest_stays(world: World, customer: CustomerInfo) -> None:
    draft = _give(world, customer)
    lookups.look_up(quick_order_id=draft.pk)
    lookups.stop(actor=world.delmas.buyer, customer=customer)
    counts = drafts.counts_of(world.delmas.buyer, customer)
    assert (counts.total, counts.waiting) == (drafts.PORTION, 0)
    assert not lookups.look_up(quick_order_id=draft.pk)


def test_silent_work_is_taken_up_where_it_was(world: World, customer: CustomerInfo) -> None:
    draft, buyer = _give(world, customer), world.delmas.buyer
    lookups.look_up(quick_order_id=draft.pk)
    lookups.take_up(actor=buyer, customer=customer)
    assert len(_told()) == 1, "it is still at work"
    QuickOrder.objects.update(updated_at=timezone.now() - lookups.SILENCE - timedelta(seconds=1))
    assert lookups.progress_of(buyer, customer).is_silent
    lookups.take_up(actor=buyer, customer=customer)
    assert len(_told()) == 2
    assert lookups.progress_of(buyer, customer) == lookups.Progress(drafts.PORTION, MANY, is_silent=False)


def test_checking_a_large_list_again_waits_for_the_worker_too(world: World, customer: CustomerInfo) -> None:
    draft, buyer = _give(world, customer), world.delmas.buyer
    lookups.run(draft.pk)
    before = list(draft.lines.values_list("position", "state", "amount", "merged_into"))
    drafts.check_again(actor=buyer, customer=customer)
    assert drafts.counts_of(buyer, customer).waiting == MANY
    lookups.run(draft.pk)
    assert list(draft.lines.values_list("position", "state", "amount", "merged_into")) == before


def test_statements_of_a_portion_do_not_grow_with_its_lines(world: World, customer: CustomerInfo) -> None:
    draft = _give(world, customer)
    counts = []
    for _portion in range(2):
        with statements() as texts:
            lookups.look_up(quick_order_id=draft.pk)
        counts.append(len(texts))
    assert max(counts) <= 20
    with statements() as texts:
        drafts.edit(actor=world.delmas.buyer, customer=customer, added=_lines())
    assert len(texts) <= 8


def test_the_page_shows_progress_with_and_without_scripts(world: World, browser: Callable[..., Any]) -> None:
    page = browser(world.acme.host, world.delmas.admin)
    pasted = "\n".join(f"{line.code};{line.quantity}" for line in _lines())
    assert page.post(PATH, {"pasted": pasted, "check": "1"}).status_code == 303
    html = page.get(PATH).content.decode()
    assert f"0 of {MANY:,} lines" in html
    assert 'hx-get="/quick-order/progress/"' in html
    assert 'name="stop"' in html
    assert html.count("waiting</span>") == 50
    part = page.get("/quick-order/progress/", headers={"hx-request": "true"}).content.decode()
    assert part.strip().startswith('<div class="progress" id="quick-progress"')
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        draft = QuickOrder.objects.get()
        lookups.look_up(quick_order_id=draft.pk)
    assert "1,000 of 1,020 lines" in page.get("/quick-order/progress/").content.decode()
    page.post(PATH, {"add": "1"})
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        assert carts.line_count(buyer, require_approved(buyer)) == 2
        QuickOrder.objects.update(updated_at=timezone.now() - lookups.SILENCE - timedelta(seconds=1))
    html = page.get(PATH).content.decode()
    assert 'name="take_up"' in html
    assert 'hx-get="/quick-order/progress/"' not in html
    page.post(PATH, {"stop": "1"})
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert not QuickLine.objects.filter(state="waiting").exists()
    assert 'id="quick-progress"' not in page.get(PATH).content.decode()
