"""One decision about VAT everywhere: cart, order, amendment and invoice agree, to the cent (docs/adr/0019)."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import CompanyAddress
from catalog.models import Variant
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer, SellerVat, VatCheck
from customers.order_terms import PolicyData, set_order_policy
from customers.queries import require_approved
from customers.vat.facts import COUNTS, facts_from, state_of
from customers.vat.mentions import MENTIONS, mention
from customers.vat.taxes import VatId
from customers.vat.territories import territory
from inventory.models import Stock
from orders import carts, fulfilment, services
from orders.amending import services as amending
from orders.lines import NewLine
from orders.models import Order, OrderLine
from orders.progress import order_progress
from orders.vat import usual
from payments.models import CreditAccount, Invoice
from payments.queries import invoice_detail
from tests.conftest import BrowserFactory
from tests.world import World

PLACES = {
    "FR": {"country": "FR", "postal_code": "62000"},
    "BE": {"country": "BE", "postal_code": "1000"},
    "RE": {"country": "FR", "postal_code": "97400"},
    "CH": {"country": "CH", "postal_code": "1200"},
    "XI": {"country": "GB", "postal_code": "BT1 5GS"},
}
ZERO = Decimal(0)
VAT = {"BE": "BE0403019261", "XI": "XI123456789"}


def _buying(world: World, number: str = "", check: str = "") -> use_tenant:
    """Delmas at acme with this VAT number, about which this was answered."""
    with use_tenant(world.acme):
        customer = Customer.objects.get(company_id=world.delmas.id)
        Customer.objects.filter(pk=customer.pk).update(vat_number=number)
        if check:
            VatCheck.objects.create(customer=customer, number=number, outcome=check, source="vies")
    return use_tenant(world.acme.scope, company_id=world.delmas.id)


def _place(world: World, actor: Actor, place: str, *skus: str, **details: Any) -> Order:
    wishes = [NewLine(world.acme.variants[sku], "", Decimal(100)) for sku in skus or ("VN-1001",)]
    order_id = services.place_order(
        actor=actor,
        customer=require_approved(actor),
        lines=wishes,
        delivery_address=PLACES[place],
        details=services.OrderDetails(**details),
    )
    return Order.objects.get(pk=order_id)


def _invoiced(world: World, order: Order) -> Invoice:
    with use_tenant(world.acme.scope, party="tenant"):
        fulfilment.confirm_order(order_id=order.pk, actor=world.acme.staff)
        open_lines = OrderLine.objects.filter(order=order, variant_id__isnull=False)
        quantities = {line.pk: line.base_quantity for line in open_lines}
        fulfilment.ship(order_id=order.pk, quantities=quantities, actor=world.acme.staff)
        return Invoice.objects.prefetch_related("taxes").get(order_id=order.pk)


# Row of the table, place, number and answer, what follows: category, reason, mention, doubt.
WIRED = [
    (1, "FR", "", "", ("S", "", "", "")),
    (2, "BE", VAT["BE"], "valid", ("K", "VATEX-EU-IC", "intra_community", "")),
    (3, "BE", "", "", ("S", "", "", "none")),
    (3, "BE", VAT["BE"], "invalid", ("S", "", "", "invalid")),
    (3, "BE", VAT["BE"], "", ("S", "", "", "unverified")),
    (4, "CH", "", "", ("G", "VATEX-EU-G", "export", "")),
    (5, "RE", "", "", ("G", "VATEX-EU-G", "french_export", "")),
    (6, "XI", VAT["XI"], "valid", ("K", "VATEX-EU-IC", "intra_community", "")),
]


@pytest.mark.parametrize("case", WIRED)
def test_cart_order_and_its_lines_bear_what_the_row_says(
    world: World, case: tuple[int, str, str, str, tuple[str, ...]]
) -> None:
    row, place, number, check, expected = case
    with _buying(world, number, check):
        actor = world.delmas.buyer
        order = _place(world, actor, place)
        line = order.lines.get()
        rate = Decimal("0.2") if expected[0] == "S" else Decimal(0)
        assert (line.tax_category, line.vatex, line.tax_mention, order.vat_doubt) == expected, row
        assert (line.tax_rate, line.home_rate, order.tax_amount) == (rate, Decimal("0.2"), order.net_amount * rate)
        customer = require_approved(actor)
        carts.add_lines(
            actor=actor, customer=customer, lines=[NewLine(world.acme.variants["VN-1001"], "", Decimal(100))]
        )
        figures = carts.cart_figures(actor, customer, usual(customer, PLACES[place]))
        assert (figures.totals.gross, {*figures.mentions.values()}) == (order.total_amount, {expected[2]})


def test_goods_that_are_fetched_bear_the_seller_s_tax(world: World) -> None:
    # Row 7: collected, or by an Incoterm that leaves transport to the buyer.
    with use_tenant(world.acme.scope, party="tenant"):
        policy = PolicyData(delivery_methods=("carrier", "collect"))
        set_order_policy(customer_id=None, data=policy, actor=world.acme.staff)
    with _buying(world, VAT["BE"], "valid"):
        actor = world.delmas.buyer
        collected = _place(world, actor, "BE", delivery_method="collect")
        assert collected.lines.get().tax_category == "S"
        assert _place(world, actor, "BE", delivery_method="carrier").lines.get().tax_category == "K"


def test_a_small_business_charges_none_and_its_fee_neither(world: World) -> None:
    # Row 10; what is charged with goods is taxed as they are.
    with use_tenant(world.acme.scope, party="tenant"):
        SellerVat.objects.create(regime="franchise")
        fee = PolicyData(small_order_below=Decimal(500), small_order_fee=Decimal(15))
        set_order_policy(customer_id=None, data=fee, actor=world.acme.staff)
    with _buying(world):
        actor = world.delmas.buyer
        order = _place(world, actor, "FR")
        assert set(order.lines.values_list("tax_category", "vatex")) == {("E", "VATEX-FR-FRANCHISE")}
        assert (order.lines.count(), order.tax_amount) == (2, ZERO)
    assert "TVA" not in _invoiced(world, order).seller["vat_number"]


def test_a_supplier_of_another_member_state_ships_to_france_without_tax(world: World) -> None:
    # Row 11: by the country that the goods leave, and the buyer's French number.
    with use_tenant(world.acme.scope, party="tenant"):
        SellerVat.objects.create(ship_from="DE")
    with _buying(world, "FR96552100554", "valid"):
        actor = world.delmas.buyer
        assert _place(world, actor, "FR").lines.get().tax_category == "K"


def test_the_invoice_says_what_the_order_says(world: World) -> None:
    with _buying(world, VAT["BE"], "valid"):
        actor = world.delmas.buyer
        order = _place(world, actor, "BE")
        progress = order_progress(actor, order.pk)
    invoice = _invoiced(world, order)
    (tax,) = invoice.taxes.all()
    assert (tax.tax_category, tax.vatex, tax.tax_mention, tax.tax_amount) == (
        "K",
        "VATEX-EU-IC",
        "intra_community",
        ZERO,
    )
    assert (invoice.total_amount, invoice.buyer["vat_number"]) == (order.total_amount, VAT["BE"])
    assert invoice.seller["vat_number"].startswith("FR")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        detail = invoice_detail(world.delmas.buyer, invoice.pk)
    assert detail.mentions[0] == progress.vat_mentions[0]
    assert "intra-Community supply" in detail.mentions[0]
    assert detail.taxes[0][0] == progress.taxes[0][0] == "VAT 0% – intra-Community supply"


def test_an_amendment_to_another_place_is_taxed_anew_and_back(world: World) -> None:
    with _buying(world, VAT["BE"]):
        actor = world.delmas.buyer
        order = _place(world, actor, "BE")
        assert order.tax_amount
        customer = Customer.objects.get(pk=order.customer_id)
        VatCheck.objects.create(customer=customer, number=VAT["BE"], outcome="valid", source="vies")
        line = order.lines.get()
        change = amending.Change(quantities={line.pk: Decimal(200)})
        amending.amend(order_id=order.pk, change=change, version=1, actor=actor)
        order.refresh_from_db()
        line.refresh_from_db()
        assert (order.tax_amount, order.total_amount, order.vat_doubt) == (ZERO, order.net_amount, "")
        assert (line.tax_category, line.tax_rate, line.home_rate) == ("K", ZERO, Decimal("0.2"))
        VatCheck.objects.create(customer=customer, number=VAT["BE"], outcome="invalid", source="vies")
        change = amending.Change(quantities={line.pk: Decimal(100)})
        amending.amend(order_id=order.pk, change=change, version=2, actor=actor)
        order.refresh_from_db()
        assert (order.tax_amount, order.vat_doubt) == (order.net_amount * Decimal("0.2"), "invalid")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rates=st.lists(st.sampled_from(["0.2", "0.1", "0.055", "0.021"]), min_size=3, max_size=3),
    quantities=st.lists(st.integers(1, 900), min_size=3, max_size=3),
    place=st.sampled_from(sorted(PLACES)),
    check=st.sampled_from(["", "valid", "invalid"]),
)
def test_every_group_is_rounded_once_and_order_and_invoice_agree(
    world: World, rates: list[str], quantities: list[int], place: str, check: str
) -> None:
    skus = ("VN-1001", "VN-1002", "VN-1003")
    with use_tenant(world.acme.scope, party="tenant"):
        Stock.objects.update(on_hand=10**6, reserved=0)
        CreditAccount.objects.update(limit_amount=10**8)
        for sku, rate in zip(skus, rates, strict=True):
            Variant.objects.filter(sku=sku).update(tax_rate=rate)
    with _buying(world, VAT["BE"], check):
        actor = world.delmas.buyer
        wishes = [NewLine(world.acme.variants[sku], "", Decimal(n)) for sku, n in zip(skus, quantities, strict=True)]
        order_id = services.place_order(
            actor=actor, customer=require_approved(actor), lines=wishes, delivery_address=PLACES[place]
        )
        order = Order.objects.get(pk=order_id)
        groups: dict[tuple[str, Decimal], Decimal] = {}
        for line in order.lines.all():
            key = (line.tax_category, line.tax_rate)
            groups[key] = groups.get(key, Decimal(0)) + line.net_amount
        taxes = {key: (net * key[1]).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) for key, net in groups.items()}
        assert order.tax_amount == sum(taxes.values())
        assert order.total_amount == order.net_amount + order.tax_amount
    invoice = _invoiced(world, order)
    assert (invoice.tax_amount, invoice.total_amount) == (order.tax_amount, order.total_amount)
    assert {(tax.tax_category, tax.tax_rate): tax.tax_amount for tax in invoice.taxes.all()} == taxes


def test_answers_about_a_number_count_for_a_while() -> None:
    now = timezone.now()

    def state(number: str, outcome: str = "", days: int = 0, source: str = "vies") -> VatId:
        check = {"outcome": outcome, "source": source, "checked_at": (now - timedelta(days=days)).isoformat()}
        return state_of(number, check if outcome else None, now)

    assert state("") == VatId.NONE
    assert state("BE0403019262", "valid") == VatId.INVALID  # wrong check digits, whoever said so
    assert state("CH123456789", "valid") == VatId.INVALID
    assert state(VAT["BE"]) == VatId.UNVERIFIED
    assert state(VAT["BE"], "valid") == VatId.VALID
    assert state(VAT["BE"], "valid", COUNTS.days + 1) == VatId.UNVERIFIED
    assert state(VAT["BE"], "valid", COUNTS.days + 1, "manual") == VatId.VALID
    assert state(VAT["BE"], "invalid", 300) == VatId.INVALID
    assert state("XI123456789", "valid") == VatId.VALID
    assert state("EL094259216", "valid") == VatId.VALID


def test_parts_of_countries_are_elsewhere_for_vat() -> None:
    cases = {
        ("FR", "62000"): "FR", ("FR", "97110"): "GP", ("FR", "97 200"): "MQ", ("FR", "97490"): "RE",
        ("FR", "97300"): "GF", ("FR", "97600"): "YT", ("FR", "97150"): "MF", ("MC", "98000"): "FR", ("EL", ""): "GR",
        ("GB", "bt1 5gs"): "XI", ("GB", "SW1A 1AA"): "GB", ("ES", "35001"): "IC", ("ES", "28001"): "ES",
    }  # fmt: skip
    assert {key: territory(*key) for key in cases} == cases


def test_sentences_are_those_of_their_day() -> None:
    keys = {row.key for row in MENTIONS}
    for key in keys:
        rows = sorted((row for row in MENTIONS if row.key == key), key=lambda row: row.valid_from)
        assert all(a.valid_to + timedelta(days=1) == b.valid_from for a, b in pairwise(rows))
        before, after = (mention(key, row.valid_from) for row in rows)
        assert "CIBS" not in before
        assert "CIBS" in after
        assert mention(key, rows[-1].valid_to + timedelta(days=1)) == after


def test_the_seller_s_number_follows_from_its_registration() -> None:
    seller = {"country": "FR", "siren": "552100554", "vat_number": ""}
    assert facts_from({"seller": seller}, country="FR", number="").seller_number == "FR96552100554"
    own = {"regime": "franchise", "vat_number": "", "ship_from": ""}
    facts = facts_from({"seller": seller, "own": own}, country="BE", number=VAT["BE"])
    assert (facts.seller_number, facts.seller_is_exempt, facts.vat_country) == ("", True, "BE")


def test_the_checkout_says_why_there_is_vat_and_follows_the_chosen_address(
    world: World, browser: BrowserFactory
) -> None:
    _buying(world, VAT["BE"])
    with use_tenant(PLATFORM):
        abroad = CompanyAddress.objects.create(
            company_id=world.delmas.id, label="Bruxelles", street="1 rue Haute", postal_code="1000", city="Bruxelles",
            country="BE",
        ).pk  # fmt: skip
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        actor = world.delmas.buyer
        wish = NewLine(world.acme.variants["VN-1001"], "", Decimal(100))
        carts.add_lines(actor=actor, customer=require_approved(actor), lines=[wish])
    buyer = browser(world.acme.host, world.delmas.admin)
    page = buyer.get("/checkout/").content.decode()
    form = _form(page)
    assert "VAT 20%" in page
    assert "could not be checked yet" not in page
    page = buyer.post("/checkout/", form | {"address": abroad.hex, "show_vat": "1"}).content.decode()
    assert "VAT 20%" in page
    assert "could not be checked yet" in page
    _buying(world, VAT["BE"], "valid")
    answer = buyer.post("/checkout/", form | {"address": abroad.hex})
    page = answer.content.decode()
    assert answer.status_code == 409  # the total that was shown had VAT in it
    assert "VAT 0% – intra-Community supply" in page
    assert "article 138 of directive 2006/112/EC" in page
    assert buyer.post("/checkout/", _form(page) | {"address": abroad.hex}).status_code == 303
    with use_tenant(world.acme):
        order = Order.objects.get()
        assert (order.tax_amount, order.delivery_address["country"]) == (ZERO, "BE")
    assert "article 138 of directive 2006/112/EC" in buyer.get(f"/orders/{order.pk}/").content.decode()


def _form(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(cart|expected_total)" value="([^"]*)"', page))
