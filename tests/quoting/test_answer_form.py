"""The form of an answer: it holds all that the last offer or the draft says, and the approver sees all of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.tenancy import use_tenant
from devkit.walk.pages import Form, Page, read
from quoting import drafts
from quoting.models import QuoteDraft
from rfq import offers
from rfq.asking import NewLine
from rfq.conditions import Conditions
from rfq.models import QuoteVersion
from rfq.offers import Offer, OfferLine
from rfq.versions import Content, content_of
from tests.quoting.desks import colleague, invitation_of, offer, person, policy
from tests.rfq.test_currencies import sells_in
from tests.rfq.test_negotiation import request_for, verify
from tests.world import World

ONE = (NewLine("Vis CHC M8×40 inox A4", Decimal(100), part_number="VN-1001"),)
TIERS = tuple((Decimal(quantity), Decimal(f"0.{50 - row}")) for row, quantity in enumerate(range(200, 1200, 100)))
FULL = OfferLine(
    Decimal("0.5"),
    5,
    sku="VN-1001",
    name="Vis CHC M8×40, inox A4-80",
    quantity=Decimal(120),
    setup=Decimal("40.5"),
    tiers=TIERS,
    remark="Certificat 3.1",
    alternatives=(
        OfferLine(
            Decimal("0.31"),
            9,
            sku="VN-1002",
            kind="alternative",
            name="Vis TH M8×40",
            quantity=Decimal(150),
            setup=Decimal(12),
            tiers=TIERS[:4],
            remark="Zinguée",
        ),
        OfferLine(Decimal("0.29"), sku="", kind="alternative", name="Vis poêlier"),
        OfferLine(Decimal("0.27"), sku="", kind="alternative", quantity=Decimal(1000)),
    ),
)


def _shown(browser: Any, world: World, rfq_id: UUID, query: str = "") -> Page:
    address = f"/portal/rfqs/{invitation_of(world.acme, rfq_id)}/"
    answer = browser(world.acme.host, world.acme.owner).get(address + query)
    return read(address, answer.status_code, answer.text)


def _value(form: Form, name: str) -> str:
    return form.named(name)[0].value


def _said(form: Form) -> dict[str, str]:
    """What stands in the fields that are not empty."""
    sent = dict(form.data(form.button("Send the offer")))
    return {name: text for name, text in sent.items() if text and name != "csrfmiddlewaretoken"}


def _post(browser: Any, world: World, page: Page, path: str = "", **values: str) -> Any:
    """Send the form as it stands, with these values instead."""
    form = page.form("quote-form")
    sent = dict(form.data(form.button("Send the offer")))
    assert set(values) <= set(sent)
    return browser(world.acme.host, world.acme.owner).post(f"{page.url}{path}", {**sent, **values})


def _full_offer(world: World, rfq_id: UUID) -> Offer:
    (line,) = offer(rfq_id, "1").lines
    return replace(offer(rfq_id, "1"), lines={line: FULL}, conditions=Conditions("DAP", "Arras", "net", 60))


def _sent(world: World, rfq_id: UUID, given: Offer) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        offers.send_quote(invitation_id=invitation_of(world.acme, rfq_id), offer=given, actor=world.acme.staff)


def _contents(world: World) -> list[Content]:
    with use_tenant(world.acme.scope, party="tenant"):
        return [content_of(version, version.lines.all()) for version in QuoteVersion.objects.order_by("number")]


def _terms(world: World) -> list[tuple[str, int | None]]:
    return [(one.conditions.term_kind, one.conditions.term_days) for one in _contents(world)]


def test_the_term_is_the_customers_until_another_is_chosen_and_then_stays(world: World, browser: Any) -> None:
    wished = Conditions(term_kind="net", term_days=60)
    rfq_id = request_for(world.delmas, world.acme, lines=ONE, conditions=wished)
    page = _shown(browser, world, rfq_id)
    page.expect("The buyer wishes: 60 days net")
    assert _value(page.form("quote-form"), "term") == "net-30"
    assert _post(browser, world, page).status_code == 303
    assert _post(browser, world, _shown(browser, world, rfq_id), term="net-60").status_code == 303
    page = _shown(browser, world, rfq_id)
    assert _value(page.form("quote-form"), "term") == "net-60"
    assert _post(browser, world, page, message="Bonjour").status_code == 303
    assert _terms(world) == [("net", 30), ("net", 60), ("net", 60)]


def test_a_term_is_offered_to_a_company_without_an_account(world: World, browser: Any) -> None:
    verify(world.nouvelle)
    rfq_id = request_for(
        world.nouvelle, world.acme, lines=ONE, conditions=Conditions(term_kind="eom_days", term_days=20)
    )
    page = _shown(browser, world, rfq_id)
    (term,) = page.form("quote-form").named("term")
    assert (term.value, term.options[0]) == ("", ("", "not said"))
    assert ("eom_days-20", "end of month + 20 days") in term.options, "what is wished can be granted"
    key = page.form("quote-form").names("price-")[0]
    for wrong in ("net-61", "net-9999", "net-", "weeks-3", "x"):
        refused = _post(browser, world, page, **{key: "0.5", "term": wrong})
        assert refused.status_code == 422, wrong
        assert 'id="f-term-error"' in refused.text, wrong
    assert _post(browser, world, page, **{key: "0.5", "term": "eom_days-20"}).status_code == 303
    assert _terms(world) == [("eom_days", 20)]


def test_a_revision_in_the_browser_drops_nothing_of_the_last_offer(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(world.acme.scope, party="tenant"):
        full = _full_offer(world, rfq_id)
    _sent(world, rfq_id, full)
    page = _shown(browser, world, rfq_id)
    assert len(page.form("quote-form").names("other-price-")) == 4, "and one more"
    key = page.form("quote-form").names("price-")[0]
    assert _post(browser, world, page, **{key: "0.49"}).status_code == 303
    before, after = _contents(world)
    assert after.lines == [replace(before.lines[0], unit_price=Decimal("0.49")), *before.lines[1:]]
    assert len(after.lines) == 4
    assert (after.freight, after.conditions) == (before.freight, before.conditions)


def test_a_draft_keeps_the_term_and_all_of_every_alternative(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(world.acme.scope, party="tenant"):
        full = _full_offer(world, rfq_id)
    _sent(world, rfq_id, full)
    page = _shown(browser, world, rfq_id)
    key = page.form("quote-form").names("other-name-4-")[0].rpartition("-")[2]
    more = {
        f"other-name-4-{key}": "Vis à œil",
        f"other-setup-4-{key}": "7.25",
        f"other-tier-0-4-{key}": "300",
        f"other-tierprice-0-4-{key}": "1,250",
        "term": "net-0",
    }
    assert _post(browser, world, page, "draft/", **more).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert QuoteDraft.objects.get().fields[f"other-tier-0-4-{key}"] == {"number": "300"}
    again = _shown(browser, world, rfq_id).form("quote-form")
    assert _said(again) == _said(page.form("quote-form")) | more | {"revision": "1"}
    assert again.names("other-tier-1-4-"), "room for one more"
    assert len(again.names("other-price-")) == offers.MOST_ALTERNATIVES


def test_what_is_emptied_is_not_offered_any_more(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(world.acme.scope, party="tenant"):
        full = _full_offer(world, rfq_id)
    _sent(world, rfq_id, full)
    page = _shown(browser, world, rfq_id)
    form = page.form("quote-form")
    emptied = {
        name: ""
        for prefix in ("tier-0-", "tierprice-0-", "other-price-2-", "other-name-2-")
        for name in form.names(prefix)
    }
    assert _post(browser, world, page, **emptied).status_code == 303
    _before, after = _contents(world)
    assert after.lines[0].tiers == TIERS[1:]
    assert [line.unit_price for line in after.lines[1:]] == [Decimal("0.31"), Decimal("0.27")]


def test_the_approver_sees_all_that_would_be_sent(world: World, browser: Any) -> None:
    policy(world.acme, needs_article=True)
    lines = (*ONE, NewLine("Plan 4471-B", Decimal(10)))
    rfq_id = request_for(world.delmas, world.acme, lines=lines)
    invitation_id, lea = invitation_of(world.acme, rfq_id), colleague(world.acme, "Léa")
    author = browser(world.acme.host, person(lea))
    page = read(f"/portal/rfqs/{invitation_id}/", 200, author.get(f"/portal/rfqs/{invitation_id}/").text)
    form = page.form("quote-form")
    first, second = (name.rpartition("-")[2] for name in form.names("price-"))
    said = {
        f"tier-0-{first}": "900",
        f"tierprice-0-{first}": "0.44",
        f"setup-{first}": "41.5",
        f"remark-{first}": "Certificat 3.1",
        f"other-price-1-{first}": "0.33",
        f"other-name-1-{first}": "Vis TH",
        f"other-setup-1-{first}": "13",
        f"other-tier-0-1-{first}": "700",
        f"other-tierprice-0-1-{first}": "0.22",
        f"other-remark-1-{first}": "Zinguée",
        f"remark-{second}": "Hors de notre gamme",
        "term": "net-45",
    }
    sent = {**dict(form.data(form.button("Send the offer"))), **said}
    assert author.post(page.url, sent).status_code == 303
    waits = _shown(browser, world, rfq_id)
    for texts in (
        ("Vis CHC", "from 900: €0.44", "€41.50 once", "Certificat 3.1"),
        ("Vis TH", "Alternative", "€0.33", "from 700: €0.22", "€13.00 once", "Zinguée"),
        ("Plan 4471-B", "Not offered", "Hors de notre gamme"),
    ):
        assert any(all(text in row.text for text in texts) for row in waits.rows), texts
    waits.expect("Payment 45 days net")


def test_the_approver_sees_the_term_that_nobody_said(world: World, browser: Any) -> None:
    policy(world.acme, needs_article=True)
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    with use_tenant(world.acme.scope, party="tenant"):
        given, author = offer(rfq_id, "0.5", sku=""), colleague(world.acme, "Léa")
        drafts.answer(invitation_id=invitation_of(world.acme, rfq_id), offer=given, actor=author)
    _shown(browser, world, rfq_id).expect("Payment 30 days net")


@pytest.mark.parametrize(("query", "currency"), [("", "EUR"), ("?currency=USD", "USD")])
def test_one_off_costs_are_in_the_offers_currency(world: World, browser: Any, query: str, currency: str) -> None:
    sells_in(world.acme, "USD")
    rfq_id = request_for(world.delmas, world.acme, lines=ONE)
    html = _shown(browser, world, rfq_id, query).html
    field = html[html.index('name="setup-') :]
    assert f'<span aria-hidden="true">{currency}</span>' in field[: field.index("</div>")]
    field = html[html.index('name="other-setup-') :]
    assert f'<span aria-hidden="true">{currency}</span>' in field[: field.index("</div>")]
