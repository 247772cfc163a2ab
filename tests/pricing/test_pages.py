"""The supplier's pages about prices: lists and their grid, batches, discounts, currencies, costs, whose price it is."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.ids import uuid7
from core.tenancy import use_tenant
from pricing.models import DiscountRule, ExchangeRate, Price, PriceBatch, PriceBatchLine, PriceList, PriceListAssignment
from pricing.services import NewPrice, PriceSet, create_list, set_prices
from tests.world import BOT, World, acting

PAGES = (
    "/portal/prices/",
    "/portal/prices/batches/",
    "/portal/prices/discounts/",
    "/portal/prices/discounts/new/",
    "/portal/prices/conflicts/",
    "/portal/prices/settings/",
    "/portal/prices/costs/",
    "/portal/prices/seen/",
)


@pytest.fixture
def staff(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.acme.owner)


@pytest.fixture
def base(world: World) -> UUID:
    with use_tenant(world.acme.scope, party="tenant"):
        return PriceList.objects.get(is_base=True).pk


@pytest.fixture
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})):
        yield


def text(answer: Any) -> str:
    return str(answer.content.decode())


def cells(world: World, sku: str, *pairs: tuple[str, str], was: str) -> dict[str, str]:
    key = world.acme.variants[sku].hex
    found = {f"was-{key}": was}
    for place, (quantity, price) in enumerate(pairs):
        found |= {f"from-{key}-{place}": quantity, f"price-{key}-{place}": price}
    return found


def now_in(world: World, list_id: UUID, sku: str) -> list[tuple[Decimal, Decimal]]:
    with use_tenant(world.acme.scope, party="tenant"):
        rows = Price.objects.filter(price_list=list_id, variant_id=world.acme.variants[sku], valid_to=None)
        return sorted(rows.values_list("min_quantity", "unit_price"))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_answer_and_only_staff_may_open_them(world: World, browser: Any, path: str, language: str) -> None:
    assert browser(world.acme.host, world.acme.owner, language=language).get(path).status_code == 200
    for stranger in (world.delmas.admin, world.bolt.owner):
        assert browser(world.acme.host, stranger).get(path).status_code == 404
    assert browser(world.acme.host).get(path).status_code == 303


# --- Lists ------------------------------------------------------------------------------------------------------------
def test_a_new_list_and_its_code_once(world: World, staff: Any) -> None:
    answer = staff.post("/portal/prices/", {"name": "Pro", "code": "pro", "currency": "usd", "is_net": "on"})
    assert answer.status_code == 303
    assert "There is no price" not in text(staff.get(answer["Location"]))
    with use_tenant(world.acme.scope, party="tenant"):
        row = PriceList.objects.get(code="pro")
        assert (row.currency, row.is_net, row.is_agreement) == ("USD", True, False)
    again = staff.post("/portal/prices/", {"name": "Pro", "code": "pro", "currency": "USD"})
    assert (again.status_code, "with this code already" in text(again)) == (422, True)


def test_the_grid_changes_what_was_typed_and_nothing_else(world: World, staff: Any, base: UUID) -> None:
    path = f"/portal/prices/lists/{base}/"
    page = text(staff.get(path))
    was = "1=0.5;500=0.4"
    assert f'value="{was}"' in page
    data = cells(world, "VN-1001", ("", "0.55"), ("200", "0.45"), ("", ""), was=was)
    data |= cells(world, "VN-1002", ("1", "0.62"), ("500", "0.51"), was="1=0.62;500=0.51")
    assert staff.post(path, data).status_code == 303
    assert now_in(world, base, "VN-1001") == [(Decimal(1), Decimal("0.55")), (Decimal(200), Decimal("0.45"))]
    with use_tenant(world.acme.scope, party="tenant"):
        assert Price.objects.filter(variant_id=world.acme.variants["VN-1002"]).count() == 2


@pytest.mark.parametrize(
    ("pairs", "error"),
    [
        ([("1", "abc")], "This is not a number."),
        ([("1", "1 000,5,3")], "This is not a number."),
        ([("0", "1")], "A quantity is above 0"),
        ([("1", "-1")], "A price is 0 or more"),
        ([("1", "0.1234567")], "six decimals at most"),
        ([("5", "")], "The price is missing."),
        ([("5", "1"), ("5", "2")], "This quantity is there twice."),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(
    world: World, staff: Any, base: UUID, pairs: list[tuple[str, str]], error: str
) -> None:
    data = cells(world, "VN-1001", *pairs, was="1=0.5;500=0.4") | cells(
        world, "VN-1002", ("1", "9"), was="1=0.62;500=0.51"
    )
    answer = staff.post(f"/portal/prices/lists/{base}/", data)
    assert answer.status_code == 422
    page = text(answer)
    assert error in page
    assert 'aria-invalid="true"' in page
    assert f'value="{pairs[-1][1]}"' in page, "what was typed is still there"
    assert now_in(world, base, "VN-1002")[0] == (Decimal(1), Decimal("0.62"))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(world: World, staff: Any, base: UUID) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        prices = {world.acme.variants["VN-1001"]: PriceSet((NewPrice(Decimal(1), Decimal("0.7")),))}
        set_prices(price_list_id=base, prices=prices, actor=BOT)
    data = cells(world, "VN-1001", ("1", "0.8"), was="1=0.5;500=0.4")
    answer = staff.post(f"/portal/prices/lists/{base}/", data)
    assert (answer.status_code, "Somebody has changed this row since" in text(answer)) == (422, True)
    assert now_in(world, base, "VN-1001") == [(Decimal(1), Decimal("0.7"))]


def test_the_grid_is_paged_and_asks_as_much_for_any_number_of_rows(world: World, staff: Any, base: UUID) -> None:
    from catalog.keys import sku_key
    from catalog.models import Product, Variant

    path = f"/portal/prices/lists/{base}/"
    sizes = [_statements(staff, path)]
    with use_tenant(world.acme.scope, party="tenant"):
        product = Product.objects.all()[0]
        variants = [
            Variant(product=product, sku=f"Z-{n:04}", sku_key=sku_key(f"Z-{n:04}"), name_fr=f"Vis {n}")
            for n in range(120)
        ]
        Variant.objects.bulk_create(variants)
        Price.objects.bulk_create(Price(price_list_id=base, variant=row, unit_price=1) for row in variants)
    sizes.append(_statements(staff, path))
    assert sizes[0] == sizes[1]
    last = text(staff.get(f"{path}?page=3"))
    assert ("Z-0119" in last, "Z-0001" in last) == (True, False)
    assert "Z-0042" in text(staff.get(f"{path}?q=z0042"))


def _statements(staff: Any, path: str) -> int:
    staff.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert staff.get(path).status_code == 200
    return len(captured)


def test_pasted_rows_go_in_together_or_not_at_all(world: World, staff: Any, base: UUID) -> None:
    path = f"/portal/prices/lists/{base}/paste/"
    rows = "Reference\tFrom\tPrice\nVN-1001\t1\t0.58\nvn 1001\t50\t0.52\nVN-1003;2;0.15\nVN-1002\t500\t"
    assert staff.post(path, {"rows": rows, "target": "now"}).status_code == 303
    assert now_in(world, base, "VN-1001")[:2] == [(Decimal(1), Decimal("0.58")), (Decimal(50), Decimal("0.52"))]
    assert now_in(world, base, "VN-1002") == [(Decimal(1), Decimal("0.62"))]
    wrong = "VN-1001\t0.9\nNOPE\t1\nVN-1002\tx\nVN-1003\t1\t2\t3\n"
    answer = staff.post(path, {"rows": wrong, "target": "now"})
    page = text(answer)
    assert answer.status_code == 422
    for part in ("line 2: no product", "line 3: This is not a number.", "line 4: 4 cells instead of 2"):
        assert part in page
    assert now_in(world, base, "VN-1001")[0] == (Decimal(1), Decimal("0.58"))
    short = staff.post(path, {"rows": "VN-1001;1;0.9\nVN-1002;500", "target": "now"})
    assert "line 2: 2 cells instead of 3" in text(short), "500 may be the quantity: nobody guesses"
    twice = staff.post(path, {"rows": "VN-1001;1\nVN-1001;2", "target": "now"})
    assert "line 2: This quantity is there twice." in text(twice)


def test_pasted_rows_into_a_new_batch(world: World, staff: Any, base: UUID) -> None:
    answer = staff.post(f"/portal/prices/lists/{base}/paste/", {"rows": "VN-1001\t0.58", "target": "new"})
    assert answer.status_code == 303
    assert "/portal/prices/batches/" in answer["Location"]
    assert now_in(world, base, "VN-1001")[0] == (Decimal(1), Decimal("0.5"))
    with use_tenant(world.acme.scope, party="tenant"):
        assert PriceBatchLine.objects.get().unit_price == Decimal("0.58")


def test_a_list_is_given_taken_back_and_changed(world: World, staff: Any) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        list_id = create_list(code="pro", name="Pro", actor=BOT)
    path = f"/portal/prices/lists/{list_id}/"
    several = staff.post(f"{path}give/", {"customer": "a", "priority": "0"})
    assert (several.status_code, "Several customers match" in text(several)) == (422, True)
    nobody = staff.post(f"{path}give/", {"customer": "nobody at all", "priority": "0"})
    assert "No customer matches." in text(nobody)
    assert staff.post(f"{path}give/", {"customer": "Ateliers Delmas", "priority": "2"}).status_code == 303
    assert "Ateliers Delmas" in text(staff.get(path))
    refused = staff.post(f"{path}change/", {"name": "Pro", "is_net": "on"})
    assert (refused.status_code, "has been given to somebody already" in text(refused)) == (422, True)
    end = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert staff.post(f"{path}change/", {"name": "Professionals", "valid_to": end}).status_code == 303
    assert staff.post(f"{path}change/", {"name": "Professionals", "valid_to": end}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        row = PriceListAssignment.objects.get(price_list=list_id)
        assert (row.customer_id, row.priority) == (world.acme.customers["delmas"], 2)
    assert staff.post(f"{path}take/{row.pk}/").status_code == 303
    assert "Nobody yet." in text(staff.get(path))
    assert staff.post(f"{path}take/{row.pk}/").status_code == 303, "taken back twice is once"


# --- Batches ----------------------------------------------------------------------------------------------------------
def test_steps_of_rounding_are_written_as_the_language_writes_numbers(world: World, browser: Any) -> None:
    for language, steps in (("en", ("0.01", "0.0001")), ("fr", ("0,01", "0,0001"))):
        client = browser(world.acme.host, world.acme.owner, language=language)
        page = text(client.get(client.post("/portal/prices/batches/", {"name": "Spring"})["Location"]))
        for step in steps:
            assert f">{step}</option>" in page


def test_a_batch_from_a_percentage_to_its_taking_back(world: World, staff: Any, base: UUID) -> None:
    made = staff.post("/portal/prices/batches/", {"name": "Spring"})
    path = made["Location"]
    assert "No price in this batch yet" in text(staff.get(path))
    bad = staff.post(f"{path}raise/", {"rate": "0", "decimals": "4"})
    assert (bad.status_code, "and not 0" in text(bad)) == (422, True)
    data = {"rate": "10", "decimals": "4", "lists": [str(base)]}
    assert staff.post(f"{path}raise/", data).status_code == 303
    pasted = {"price_list": str(base), "rows": "VN-1001\t0.4"}
    assert staff.post(f"{path}paste/", pasted).status_code == 303
    page = text(staff.get(path))
    for part in ("Products whose price changes", "+10%", "−20%", "Prices by rise and fall", "Biggest falls"):
        assert part in page
    assert staff.post(f"{path}publish/", {"at": "2020-01-01T00:00"}).status_code == 422
    assert staff.post(f"{path}publish/", {"at": ""}).status_code == 303
    assert now_in(world, base, "VN-1001")[0] == (Decimal(1), Decimal("0.4"))
    assert staff.post(f"{path}publish/", {"at": ""}).status_code == 409
    with use_tenant(world.acme.scope, party="tenant"):
        prices = {world.acme.variants["VN-1002"]: PriceSet((NewPrice(Decimal(1), Decimal(9)),), is_partial=True)}
        set_prices(price_list_id=base, prices=prices, actor=BOT)
    assert staff.post(f"{path}roll-back/").status_code == 303
    page = text(staff.get(path))
    assert "9 prices were taken back; 1 were kept" in page
    assert page.count("Kept: somebody changed this price since") >= 2, "in the line and in the tab"
    assert "VN-1002" in text(staff.get(f"{path}?outcome=kept"))
    assert now_in(world, base, "VN-1001")[0] == (Decimal(1), Decimal("0.5"))


def test_a_batch_at_a_date_and_its_cancelling(world: World, staff: Any, base: UUID) -> None:
    answer = staff.post(f"/portal/prices/lists/{base}/paste/", {"rows": "VN-1001\t0.58", "target": "new"})
    path = answer["Location"]
    moment = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert staff.post(f"{path}publish/", {"at": moment}).status_code == 303
    assert "Scheduled" in text(staff.get(path))
    assert "as of" in text(staff.get(f"/portal/prices/lists/{base}/")), "the grid says what is planned"
    assert staff.post(f"{path}cancel/").status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert PriceBatch.objects.get().state == "cancelled"
    assert now_in(world, base, "VN-1001")[0] == (Decimal(1), Decimal("0.5"))


def test_a_line_is_taken_out(world: World, staff: Any, base: UUID) -> None:
    answer = staff.post(f"/portal/prices/lists/{base}/paste/", {"rows": "VN-1001\t0.58", "target": "new"})
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = PriceBatchLine.objects.get().pk
    assert staff.post(f"{answer['Location']}remove/{line_id}/").status_code == 303
    assert staff.post(f"{answer['Location']}publish/", {"at": ""}).status_code == 422


def test_a_draft_with_an_agreed_price_says_so_when_it_is_published(world: World, staff: Any, base: UUID) -> None:
    path = staff.post(f"/portal/prices/lists/{base}/paste/", {"rows": "VN-1001\t0.58", "target": "new"})["Location"]
    with use_tenant(world.acme.scope, party="tenant"):
        agreed = PriceList.objects.create(code="a", name="Cadre Delmas", agreement_id=uuid7())
        PriceBatchLine.objects.update(price_list=agreed)
    answer = staff.post(f"{path}publish/", {"at": ""})
    assert (answer.status_code, "“Cadre Delmas” are agreed with a customer" in text(answer)) == (422, True)


def test_a_list_that_has_ended_is_not_offered_for_a_batch(world: World, staff: Any) -> None:
    path = staff.post("/portal/prices/batches/", {"name": "Spring"})["Location"]
    with use_tenant(world.acme.scope, party="tenant"):
        PriceList.objects.create(code="w", name="Winter", valid_to=timezone.now())
        PriceList.objects.create(code="s", name="Summer", valid_from=timezone.now() + timedelta(days=9))
    page = text(staff.get(path))
    assert ("Summer (EUR)" in page, "Winter (EUR)" in page) == (True, False)


# --- Discounts, currencies, costs -------------------------------------------------------------------------------------
def test_a_discount_is_written_changed_and_ended(world: World, staff: Any) -> None:
    new = "/portal/prices/discounts/new/"
    both = staff.post(new, {"name": "Ten", "rate": "10", "amount": "1", "currency": "EUR", "min_quantity": "10"})
    assert (both.status_code, "one of the two" in text(both)) == (422, True)
    unknown = staff.post(new, {"name": "Ten", "rate": "10", "variant": "NOPE"})
    assert "No product has this reference." in text(unknown)
    data = {"name": "Ten", "rate": "10,5", "variant": "VN-1001", "customer": "Ateliers Delmas", "position": "0"}
    english = staff.post(new, data)
    assert english.status_code == 422, "a comma is no decimal point in English"
    assert staff.post(new, data | {"rate": "10.5", "whole_product": "on"}).status_code == 303
    listed = text(staff.get("/portal/prices/discounts/"))
    for part in ("−10.5%", "Ateliers Delmas", "Product Cap screw"):
        assert part in listed
    with use_tenant(world.acme.scope, party="tenant"):
        key = DiscountRule.objects.get().key
    path = f"/portal/prices/discounts/{key}/"
    page = text(staff.get(path))
    assert re.search(r'name="rate"[^>]*value="10.5"|value="10.5"[^>]*name="rate"', page)
    assert staff.post(path, data | {"rate": "12", "whole_product": "on"}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert [row.rate for row in DiscountRule.objects.filter(valid_to=None)] == [Decimal("0.12")]
        assert DiscountRule.objects.count() == 2
    assert staff.post(f"{path}end/").status_code == 303
    assert staff.get(path).status_code == 404
    assert staff.post(f"{path}end/").status_code == 409


def test_conflicts_are_found_and_say_what_counts(world: World, staff: Any) -> None:
    assert "No conflict" in text(staff.get("/portal/prices/conflicts/"))
    with use_tenant(world.acme.scope, party="tenant"):
        list_id = create_list(code="second", name="Second list", actor=BOT)
        prices = {world.acme.variants["VN-1001"]: PriceSet((NewPrice(Decimal(1), Decimal("0.1")),))}
        set_prices(price_list_id=list_id, prices=prices, actor=BOT)
    give = {"customer": "Garage Lecomte", "priority": "1"}
    assert staff.post(f"/portal/prices/lists/{list_id}/give/", give).status_code == 303
    new = "/portal/prices/discounts/new/"
    staff.post(new, {"name": "Small", "rate": "5", "variant": "VN-1001", "position": "0"})
    staff.post(new, {"name": "Big", "rate": "9", "variant": "VN-1001", "position": "0"})
    staff.post(new, {"name": "Elsewhere", "rate": "9", "variant": "VN-1003", "position": "0"})
    page = text(staff.get("/portal/prices/conflicts/"))
    for part in ("Garage Lecomte", "Tarif Lecomte", "Second list", "Big", "never takes off more than the first"):
        assert part in page
    assert "Elsewhere" not in page


def test_policy_and_rates(world: World, staff: Any) -> None:
    path = "/portal/prices/settings/"
    assert staff.post(path, {"stacking": "cascade", "max_discount_rate": "120"}).status_code == 422
    assert staff.post(path, {"stacking": "cascade", "max_discount_rate": "40"}).status_code == 303
    assert 'value="40"' in text(staff.get(path))
    wrong = staff.post(f"{path}rate/", {"source": "USD", "rate": "1", "target": "usd"})
    assert (wrong.status_code, "two different currencies" in text(wrong)) == (422, True)
    assert staff.post(f"{path}rate/", {"source": "usd", "rate": "0.93", "target": "eur"}).status_code == 303
    assert "0.93 EUR" in text(staff.get(path))
    assert staff.post(f"{path}rate/end/", {"source": "USD", "target": "EUR"}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert ExchangeRate.objects.get().valid_to is not None


def test_costs_are_pasted(world: World, staff: Any) -> None:
    path = "/portal/prices/costs/"
    wrong = staff.post(path, {"rows": "VN-1001\t0.2\t0.3\nVN-1002\t-1\t", "currency": "EUR"})
    assert (wrong.status_code, "line 2: A cost is 0 or more" in text(wrong)) == (422, True)
    assert staff.post(path, {"rows": "VN-1001\t0.2\t0.3\nVN-1002\t\t0.5", "currency": "EUR"}).status_code == 303
    page = text(staff.get(path))
    for part in ("€0.20", "€0.30", "€0.50", "VN-1002"):
        assert part in page


# --- Price seen by ----------------------------------------------------------------------------------------------------
def test_the_price_that_a_customer_sees_and_saw(world: World, staff: Any, base: UUID) -> None:
    staff.post("/portal/prices/costs/", {"rows": "VN-1001\t0.2\t0.3", "currency": "EUR"})
    path = "/portal/prices/seen/"
    ask = {"customer": "Garage Lecomte", "sku": "VN-1001", "quantity": "250", "at": ""}
    page = text(staff.get(path, data=ask))
    for part in ("€0.33", "Tarif Lecomte", "from 200 pieces", "Margin rate", "39.39%"):
        assert part in page
    assert "No customer matches." in text(staff.get(path, data=ask | {"customer": "zzz"}))
    assert "No product has this reference." in text(staff.get(path, data=ask | {"sku": "zzz"}))
    assert "A quantity is above 0." in text(staff.get(path, data=ask | {"quantity": "0"}))
    before = (timezone.localtime() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    assert "Price on request" in text(staff.get(path, data=ask | {"at": before}))
