"""Offers in a supplier's other currencies: compared at the buyer's stated rate, ordered in their own to the cent."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
import pytest
import python_calamine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.permissions import of_role
from accounts.spending.models import SpendingEntry
from agreements.errors import OtherCurrency
from agreements.services import Period
from core.errors import InvalidInput
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import customer_of
from orders import services as ordering
from orders.models import Order
from orders.quotes import AwardRefused, Part, accept_quote, award_parts
from payments import credit
from payments.credit_use import use_in_currencies
from payments.errors import CreditExceeded, NoCreditInCurrency
from payments.models import CreditAccount
from pricing.models import PriceList
from pricing.settings import set_rate
from quoting.content import as_json, from_json
from quoting.models import QuoteDraft
from rfq import costs
from rfq.answers import answers_of
from rfq.comparison import Comparison, comparison
from rfq.errors import MayNotBuy, NotYourCurrency
from rfq.models import Invitation, QuoteLine, QuoteVersion, RFQLine, StatedRate
from rfq.offers import Offer, OfferLine
from rfq.rates import rates_at
from rfq.services import CounterLine, counter_offer
from rfq.sheet import award_sheet
from rfq.trail.compared import compared_for_buyer
from rfq.versions import is_intact
from rfq.waiting import waiting_offers
from tests.api.test_orders_api import client_of
from tests.api.test_quotes_api import own_key
from tests.counting import statements
from tests.rfq.test_awarding import answer, line_of
from tests.rfq.test_negotiation import accept, offer_of, request_for
from tests.rfq.test_request_pages import MOST_STATEMENTS
from tests.world import CompanyWorld, TenantWorld, World

#: 5,000 at 0.42 and 250 at 7 with 90 of transport: 3,940.00 in US dollars.
DOLLARS = (OfferLine(Decimal("0.42"), 4), OfferLine(Decimal(7), 4))


def sells_in(tenant: TenantWorld, currency: str, rate: str = "0.5") -> None:
    """The supplier has an exchange rate of its own; it is not the buyer's."""
    with use_tenant(tenant.scope, party="tenant"):
        set_rate(source=currency, target="EUR", rate=Decimal(rate), actor=tenant.staff)


def counts(company: CompanyWorld, rfq_id: UUID, **rates: str | None) -> None:
    said = {code: Decimal(rate) if rate is not None else None for code, rate in rates.items()}
    with use_tenant(PLATFORM, company_id=company.id):
        costs.reckon(rfq_id=rfq_id, capital_rate=Decimal(0), by_invitation={}, rates=said, actor=company.buyer)


def grant(tenant: TenantWorld, slug: str, currency: str, limit: str = "10000") -> None:
    with use_tenant(tenant.scope, party="tenant"):
        credit.open_account(
            customer_id=tenant.customers[slug], limit=Decimal(limit), currency=currency, actor=tenant.staff
        )


def seen(company: CompanyWorld, rfq_id: UUID) -> Comparison:
    with use_tenant(PLATFORM, company_id=company.id):
        return comparison(company.buyer, rfq_id)


@pytest.fixture
def rfq_id(world: World) -> UUID:
    """Acme offers 3,685.00 €, Bolt 3,940.00 US$."""
    sells_in(world.bolt, "USD")
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.40", "6.40", freight="85")
    answer(world.bolt, rfq_id, *DOLLARS, freight="90", currency="USD")
    return rfq_id


def test_without_a_rate_an_offer_is_shown_and_has_no_rank(world: World, rfq_id: UUID) -> None:
    found = seen(world.delmas, rfq_id)
    acme, bolt = found.columns
    assert (acme.total, acme.is_best, acme.rate_text) == (Decimal(3685), True, "")
    assert (bolt.total, bolt.is_best, bolt.distance_text, bolt.is_foreign) == (None, False, "", True)
    assert bolt.total_text == "US$3,940.00"
    assert bolt.rate_text == "not compared: you have not said what 1 USD is in EUR"
    assert found.answers_text == "2 / 2"
    assert [cell.is_best for line in found.lines for cell in line.cells] == [False] * 4, "nothing to compare with"
    assert found.split_text == "€3,685.00"


def test_an_offer_that_waits_is_told_in_its_own_currency(world: World, rfq_id: UUID) -> None:
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        assert [(one.rfq_id, one.amount_text) for one in waiting_offers(world.delmas.buyer)] == [
            (rfq_id, "US$3,940.00")
        ]


def test_at_a_stated_rate_all_is_compared_and_the_original_stays_beside(world: World, rfq_id: UUID) -> None:
    counts(world.delmas, rfq_id, USD="0.9")
    found = seen(world.delmas, rfq_id)
    acme, bolt = found.columns
    assert (bolt.total, bolt.is_best, acme.is_best) == (Decimal(3546), True, False)
    assert (bolt.total_text, bolt.net_text, bolt.freight_text) == ("US$3,940.00", "US$3,850.00", "US$90.00")
    assert bolt.cost is not None
    assert (bolt.cost.total, bolt.cost.freight) == ("€3,546.00", "€81.00")
    assert bolt.rate_text.startswith("1 USD is 0.9 EUR · ")
    assert bolt.rate_text.endswith(world.delmas.admin.name)
    cells = [line.cells[1] for line in found.lines]
    assert [(cell.price_text, cell.converted_text, cell.is_best) for cell in cells] == [
        ("US$0.420", "€0.378", True),
        ("US$7.00", "€6.30", True),
    ]
    assert (found.best_text, found.best_name) == ("€3,546.00", world.bolt.name)


def test_the_suppliers_own_rate_decides_nothing(world: World, rfq_id: UUID) -> None:
    """Whoever says that a dollar is a cent would be the cheapest."""
    before = seen(world.delmas, rfq_id)
    sells_in(world.bolt, "USD", "0.01")
    assert seen(world.delmas, rfq_id).columns == before.columns
    counts(world.delmas, rfq_id, USD="1.1")
    acme, bolt = seen(world.delmas, rfq_id).columns
    assert (acme.is_best, bolt.total) == (True, Decimal(4334))


def test_rates_are_dated_added_and_a_request_that_ended_stays_as_it_was(world: World, rfq_id: UUID) -> None:
    counts(world.delmas, rfq_id, USD="0.9")
    counts(world.delmas, rfq_id, USD="0.9")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert StatedRate.objects.count() == 1, "the same again is nothing new"
        accept_quote(version_id=QuoteVersion.objects.get(currency="EUR").pk, actor=world.delmas.buyer)
    later = request_for(world.delmas, world.bolt)
    answer(world.bolt, later, *DOLLARS, currency="USD")
    assert seen(world.delmas, later).columns[0].total == Decimal(3465), "what was said counts for the next request"
    counts(world.delmas, later, USD="1")
    assert seen(world.delmas, later).columns[0].total == Decimal(3850)
    assert seen(world.delmas, rfq_id).columns[1].total == Decimal(3546), "as it was when it was awarded"
    counts(world.delmas, later, USD=None)
    assert seen(world.delmas, later).columns[0].total is None
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert StatedRate.objects.count() == 3
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            StatedRate.objects.update(rate=Decimal(2))
        assert isinstance(refusal.value.__cause__, psycopg.Error)


def test_only_the_company_says_and_reads_its_rates(world: World, rfq_id: UUID) -> None:
    counts(world.delmas, rfq_id, USD="0.9")
    now = timezone.now()
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope, party="tenant"):
            assert not StatedRate.objects.exists()
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert rates_at(world.delmas.id, {"USD"}, "EUR", now) == {}
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        viewer = world.delmas.buyer.__class__(
            "buyer", world.delmas.viewer.id, "Valentin", company_id=world.delmas.id, permissions=of_role("viewer")
        )
        for wrong in ("0", "-1", "1000000000", "0.000000001"):
            with pytest.raises(InvalidInput) as refusal:
                costs.reckon(
                    rfq_id=rfq_id,
                    capital_rate=Decimal(0),
                    by_invitation={},
                    rates={"USD": Decimal(wrong)},
                    actor=world.delmas.buyer,
                )
            assert refusal.value.field == "rate-USD"
        for code in ("EUR", "usd", "US"):
            with pytest.raises(InvalidInput):
                costs.reckon(
                    rfq_id=rfq_id,
                    capital_rate=Decimal(0),
                    by_invitation={},
                    rates={code: Decimal(1)},
                    actor=world.delmas.buyer,
                )
        with pytest.raises(MayNotBuy):
            costs.reckon(
                rfq_id=rfq_id, capital_rate=Decimal(0), by_invitation={}, rates={"USD": Decimal(1)}, actor=viewer
            )
        assert [row.rate for row in StatedRate.objects.all()] == [Decimal("0.9")]


def test_a_supplier_offers_only_in_currencies_that_it_sells_in(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with pytest.raises(NotYourCurrency) as refusal:
        answer(world.acme, rfq_id, *DOLLARS, currency="USD")
    assert (refusal.value.field, "in EUR." in str(refusal.value)) == ("currency", True)
    with use_tenant(world.acme.scope, party="tenant"):
        assert not QuoteVersion.objects.exists()
        PriceList.objects.create(code="usd", name="Dollars", currency="USD")
    version_id = answer(world.acme, rfq_id, *DOLLARS, currency="USD")
    with use_tenant(world.acme.scope, party="tenant"):
        version = QuoteVersion.objects.get(pk=version_id)
        assert version.currency == "USD"
        assert is_intact(version, list(version.lines.all()))
        version.currency = "EUR"
        assert not is_intact(version, list(version.lines.all())), "the hash holds the currency"


def test_the_order_is_in_the_offers_currency_to_the_cent(world: World, rfq_id: UUID) -> None:
    grant(world.bolt, "delmas", "USD")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        version = QuoteVersion.objects.get(currency="USD")
    order_id = accept(world.delmas, version.pk)
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        order = Order.objects.get(pk=order_id)
        assert (order.currency, order.net_amount, order.total_amount) == ("USD", Decimal(3940), Decimal(4728))
        assert order.net_amount == version.net_amount + version.freight_amount
        assert credit.status(order.customer_id, "USD").reserved == order.total_amount
        assert credit.status(order.customer_id).used == 0, "nothing is taken of the credit in euros"
        assert customer_of(world.delmas.id).currency == "EUR"  # type: ignore[union-attr]
        ordering.cancel(order_id=order_id, actor=world.delmas.buyer)
        assert credit.status(order.customer_id, "USD").used == 0
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert {entry.currency for entry in SpendingEntry.objects.all()} == {"USD"}


def test_credit_in_another_currency_covers_nothing_and_the_refusal_says_so(world: World, rfq_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        version_id = QuoteVersion.objects.get(currency="USD").pk
        with pytest.raises(NoCreditInCurrency) as refusal:
            accept_quote(version_id=version_id, actor=world.delmas.buyer)
        assert "US$4,728.00" in str(refusal.value)
        assert "credit in USD" in str(refusal.value)
        with pytest.raises(AwardRefused) as whole:
            award_parts(parts=[Part(version_id)], actor=world.delmas.buyer)
        assert isinstance(whole.value.refusals[version_id], NoCreditInCurrency)
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        assert not Order.objects.exists()
        assert [row.reserved_amount for row in CreditAccount.objects.all()] == [Decimal(0)]
    grant(world.bolt, "delmas", "USD", "4727.99")
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(CreditExceeded) as short:
        accept_quote(version_id=version_id, actor=world.delmas.buyer)
    assert short.value.currency == "USD"


def test_a_split_over_currencies_is_two_orders_and_two_sums(world: World, rfq_id: UUID) -> None:
    grant(world.bolt, "delmas", "USD")
    counts(world.delmas, rfq_id, USD="0.93")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        versions = {row.currency: row.pk for row in QuoteVersion.objects.all()}
    screws, bracket = line_of(world.delmas, versions["USD"], 1), line_of(world.delmas, versions["EUR"], 2)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        lines = list(RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True))
        chosen = {lines[0]: (screws, None), lines[1]: (bracket, None)}
        sheet = award_sheet(world.delmas.buyer, rfq_id, chosen)
        assert sheet.total_text == "€1,685.00 + US$2,190.00"
        assert "US$0.42" in sheet.lines[0].choices[1].text
        parts = [Part(part.version_id, part.picks) for part in sheet.parts]
        awarded = award_parts(parts=parts, actor=world.delmas.buyer)
    assert len(awarded.orders) == 2
    for tenant, currency, net in ((world.acme, "EUR", 1685), (world.bolt, "USD", 2190)):
        with use_tenant(tenant):
            order = Order.objects.get()
            assert (order.currency, order.net_amount) == (currency, Decimal(net))


def test_the_sheet_proposes_nothing_that_cannot_be_compared(world: World, rfq_id: UUID) -> None:
    def proposed() -> list[str]:
        with use_tenant(PLATFORM, company_id=world.delmas.id):
            return [part.currency for part in award_sheet(world.delmas.buyer, rfq_id).parts if part.picks]

    assert proposed() == ["EUR"]
    counts(world.delmas, rfq_id, USD="0.5")
    assert proposed() == ["USD"]


def test_no_agreement_comes_of_an_offer_in_another_currency(world: World, rfq_id: UUID) -> None:
    today = timezone.localdate()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        version_id = QuoteVersion.objects.get(currency="USD").pk
        with pytest.raises(AwardRefused) as refusal:
            award_parts(
                parts=[Part(version_id)], actor=world.delmas.buyer, period=Period(today, today + timedelta(days=90))
            )
        assert isinstance(refusal.value.refusals[version_id], OtherCurrency)


def test_counter_offers_and_versions_keep_their_currency(world: World, rfq_id: UUID) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        version = QuoteVersion.objects.get(currency="USD")
        line_id = QuoteLine.objects.get(version=version, position=1).pk
        counter_offer(
            version_id=version.pk, lines={line_id: CounterLine(Decimal("0.40"))}, message="", actor=world.delmas.buyer
        )
        assert QuoteVersion.objects.get(number=2).currency == "USD"
    answer(world.bolt, rfq_id, *DOLLARS, freight="90")
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        invitation_id = Invitation.objects.get(tenant_id=world.bolt.id).pk
        changed = compared_for_buyer(world.delmas.buyer, rfq_id, invitation_id, before=1, after=3)
    assert ("Currency", "USD", "EUR") in [(one.name, one.before_text, one.after_text) for one in changed.terms]
    prices = [one for line in changed.lines for one in line.changes if one.name == "Price"]
    assert [(one.before_text, one.after_text) for one in prices] == [("US$0.420", "€0.420"), ("US$7.00", "€7.00")]
    bolt = seen(world.delmas, rfq_id).columns[1]
    assert (bolt.total, bolt.trend_text) == (Decimal(3940), ""), "no percentage between two currencies"


def test_statements_do_not_grow_with_currencies(world: World, rfq_id: UUID, browser: Any) -> None:
    def asked() -> int:
        with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as found:
            answers_of(world.delmas.buyer, rfq_id)
        return len(found)

    before = asked()
    sells_in(world.acme, "CHF")
    answer(world.acme, rfq_id, *DOLLARS, currency="CHF")
    assert asked() == before
    buyer = browser("localhost", world.delmas.admin)
    buyer.get(f"/rfqs/{rfq_id}/")
    with CaptureQueriesContext(connection) as captured:
        buyer.get(f"/rfqs/{rfq_id}/")
    assert len(captured) <= MOST_STATEMENTS


def test_the_pages_of_both_sides(world: World, browser: Any) -> None:
    sells_in(world.bolt, "USD", "0.8")
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.40", "6.40", freight="85")
    with use_tenant(world.bolt.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).pk
        PriceList.objects.create(code="usd", name="Dollars", currency="USD", is_base=True)
    supplier, portal = browser(world.bolt.host, world.bolt.owner), f"/portal/rfqs/{invitation_id}/"
    page = supplier.get(portal).text
    assert 'value="0.4"' in page, "the price in euros is proposed"
    assert 'href="?currency=USD"' in page
    assert '<input type="hidden" name="currency" value="EUR">' in page
    dollars = supplier.get(f"{portal}?currency=USD").text
    assert '<input type="hidden" name="currency" value="USD">' in dollars
    assert 'value="0.4"' not in dollars, "no number is taken over from another currency"
    assert ("US$0.00" in dollars, "US$0.00" in page) == (True, False), "the customer has no credit in dollars"
    assert '<input type="hidden" name="currency" value="EUR">' in supplier.get(f"{portal}?currency=JPY").text
    first, second = re.findall(r'name="(price-[0-9a-f]{32})"', dollars)
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    data = {first: "0.42", second: "7", "freight": "90", "valid_on": day}
    assert supplier.post(portal, {**data, "currency": "JPY"}).status_code == 422
    draft = {**data, "currency": "USD", "revision": "0"}
    assert supplier.post(f"{portal}draft/", draft).status_code == 303
    kept = supplier.get(portal).text
    assert ('name="currency" value="USD"' in kept, 'value="0.42"' in kept) == (True, True)
    assert 'value="0.42"' not in supplier.get(f"{portal}?currency=EUR").text
    assert supplier.post(portal, {**draft, "revision": "1"}).status_code == 303
    assert "US$3,940.00" in supplier.get(portal).text
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/"
    shown = buyer.get(path).text
    assert "not compared: you have not said what 1 USD is in EUR" in shown
    assert buyer.post(f"{path}reckon/", {"rate-USD": "x"}).status_code == 422
    assert buyer.post(f"{path}reckon/", {"rate-EUR": "1"}).status_code == 422
    assert buyer.post(f"{path}reckon/", {"rate-USD": "0.9"}).status_code == 303
    shown = buyer.get(path).text
    for text in ("€3,546.00", "US$3,940.00", "1 USD is 0.9 EUR", "US$0.42", "€0.378", "€81.00", 'value="0.9"'):
        assert text in shown, text
    technical = buyer.get(f"{path}?view=technical").text
    assert "US$" not in technical.split('id="answers"')[1].split("</table>")[0]
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(buyer.get(f"{path}export.xlsx").content))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert [(row[10], row[12], row[15], row[16]) for row in rows[1:]] == [
        (2000, "EUR", 1, 2000),
        (2100, "USD", 0.9, 1890),
        (1600, "EUR", 1, 1600),
        (1750, "USD", 0.9, 1575),
    ]


def test_a_draft_keeps_its_currency_and_older_ones_have_none() -> None:
    offer = Offer({}, timezone.now(), currency="USD")
    said = as_json(offer)
    assert from_json(said).currency == "USD"
    said.pop("currency")
    assert from_json(said).currency == ""


def test_a_suppliers_system_names_the_currency(world: World) -> None:
    sells_in(world.acme, "USD")
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).pk
        line = str(RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").first().pk)  # type: ignore[union-attr]
    api = client_of(world.acme, own_key(world.acme))

    def send(currency: str, key: str) -> Any:
        body = {
            "valid_until": (timezone.now() + timedelta(days=3)).isoformat(),
            "currency": currency,
            "lines": [{"line": line, "unit_price": "0.42"}],
        }
        path = f"/api/v1/supplier/rfqs/{invitation_id}/offers/"
        return api.post(path, json.dumps(body), content_type="application/json", headers={"idempotency-key": key})

    refused = send("JPY", "a")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_your_currency")
    assert send("dollars", "b").status_code == 422
    sent = send("USD", "c")
    assert sent.status_code == 201, sent.content
    assert sent.json()["versions"][0]["currency"] == "USD"
    with use_tenant(world.acme.scope, party="tenant"):
        assert not QuoteDraft.objects.exists()


def test_a_supplier_gives_credit_in_another_currency(world: World, browser: Any) -> None:
    key = world.acme.customers["delmas"]
    supplier, path = browser(world.acme.host, world.acme.owner), f"/portal/customers/{key}/"
    page = supplier.get(path).text
    term = re.search(r'name="term".*?value="([^"]+)" selected', page, re.DOTALL)
    assert term is not None
    data = {"term": term[1], "limit": "10000", "other_limit": "5000", "other_currency": "usd"}
    for wrong in ({"other_currency": ""}, {"other_limit": ""}, {"other_limit": "x"}, {"other_currency": "EU1"}):
        assert supplier.post(f"{path}terms/", {**data, **wrong}).status_code == 422, wrong
    assert supplier.post(f"{path}terms/", data).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert {code: use.limit for code, use in use_in_currencies(key).items()} == {"EUR": 10_000, "USD": 5000}
        assert credit.status(key).limit == Decimal(10_000)
    assert "US$5,000.00" in supplier.get(path).text
