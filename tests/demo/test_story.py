"""The example world tells what it promises: orders at every stage, requests in every state, and where to sign in."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Value
from django.db.models.functions import Concat

from accounts.models import User
from core.scope import PLATFORM
from core.tenancy import use_tenant
from demo import negotiations, story
from demo import world as example
from demo.people import SELLERS
from orders.models import Order
from rfq.models import RFQ, Award, Invitation, QuoteVersion


@pytest.fixture
def empty_platform(committed_world):
    """The suite's own people keep out of the way of the example world's."""
    with use_tenant(PLATFORM):
        User.objects.update(email=Concat(Value("suite-"), "email"))


def test_a_world_whose_building_was_interrupted_is_not_taken_for_whole(empty_platform, monkeypatch):
    def interrupted(_world):
        raise KeyboardInterrupt

    monkeypatch.setattr(story, "tell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("seed_demo")
    monkeypatch.undo()
    with pytest.raises(CommandError, match="--reset"):
        call_command("seed_demo")


def test_requests_are_open_offered_countered_and_awarded(empty_platform):
    built = example.build(scale=1)
    story.tell(built)
    found = {}
    for firm in built.firms.values():
        with use_tenant(PLATFORM, company_id=firm.company_id):
            for rfq in RFQ.objects.all():
                states = Invitation.objects.filter(rfq=rfq).values_list("state", flat=True)
                versions = QuoteVersion.objects.filter(quote__invitation__rfq=rfq).order_by("quote", "number")
                found[rfq.title] = (rfq.state, sorted(states), list(versions.values_list("side", "state")))
    unanswered, offered, countered, awarded = (found[request.title] for request in negotiations.REQUESTS)
    assert unanswered == ("open", ["invited", "invited"], [])
    assert offered == ("open", ["quoted", "quoted"], [("supplier", "sent")] * 2)
    assert countered == ("open", ["declined", "quoted"], [("supplier", "countered"), ("buyer", "sent")])
    assert awarded[:2] == ("awarded", ["won"])
    assert awarded[2][-1] == ("supplier", "ordered")
    _the_order_costs_what_was_quoted(built)


def _the_order_costs_what_was_quoted(built):
    request = negotiations.REQUESTS[-1]
    with use_tenant(PLATFORM, company_id=built.firms[request.buyer].company_id):
        award = Award.objects.select_related("version").get()
    assert award.order_id is not None
    with use_tenant(built.shops[request.sellers[0]].scope, party="tenant"):
        order = Order.objects.get(pk=award.order_id)
        assert order.net_amount == award.version.net_amount + award.version.freight_amount
        assert all(line.sku for line in order.lines.all()), "every line is an article of the catalogue"


def test_every_article_that_is_asked_for_by_name_exists():
    names = {good.row.name_fr for goods in example._ranges(1).values() for good in goods}
    own = {
        words
        for request in negotiations.REQUESTS
        for answer in request.answers
        if isinstance(answer, negotiations.Answer)
        for words in answer.own_prices
    }
    asked = {words for request in negotiations.REQUESTS for words, _quantity in request.lines}
    assert asked - names == own


def test_logins_are_printed_with_the_port_in_use(settings):
    settings.PUBLIC_PORT = "8123"
    out = StringIO()
    call_command("demo_logins", stdout=out)
    text = out.getvalue()
    assert f"http://{SELLERS[0].slug}.{settings.PLATFORM_DOMAIN}:8123/portal/" in text
    assert ":8000" not in text
