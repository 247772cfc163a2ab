"""A file of prices into a batch: rows or tiers, every wrong row named, nothing half-written."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Variant
from integrations.catalog_export.services import Form, export
from integrations.catalog_import import checking
from integrations.catalog_import import services as imports
from integrations.price_file import PriceFile, read_price_file
from pricing.batches import create_batch
from pricing.models import PriceBatchLine, PriceList
from pricing.validity import NewPrice, PriceSet
from tests.counting import statements
from tests.imports.files import csv_file, xlsx_file
from tests.world import BOT, World, acting


@pytest.fixture
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})):
        yield


def read(file: Any, currency: str = "EUR") -> PriceFile:
    return read_price_file(file=csv_file(file) if isinstance(file, str) else file, currency=currency)


def price_set(*pairs: tuple[str, str], ended: tuple[str, ...] = (), is_partial: bool = True) -> PriceSet:
    prices = tuple(NewPrice(Decimal(quantity), Decimal(price)) for quantity, price in pairs)
    return PriceSet(prices, is_partial=is_partial, ended=tuple(map(Decimal, ended)))


def whole(*pairs: tuple[str, str], ended: tuple[str, ...] = ()) -> PriceSet:
    """All that goods cost: what else holds ends."""
    return price_set(*pairs, ended=ended, is_partial=False)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    "file",
    [
        (
            "Référence;Quantité;Prix net;Valable du\nVN-1001;1;0,55;01/03/2027\nVN-1001;500;0,45;01/03/2027\n"
            "VN-1002;;sans prix;01/03/2027\n"
        ),
        (
            "SKU,Min quantity,Price,Valid from\nVN-1001,1,0.55,2027-03-01\nVN-1001,500,0.45,2027-03-01\n"
            "VN-1002,,no price,2027-03-01\n"
        ),
        (
            "Réf.;PU HT;à partir de;Date d'effet\nVN-1001;0,55;;01/03/2027\nVN-1001;0,45;500;01/03/2027\n"
            "VN-1002;sans prix;;01/03/2027\n"
        ),
    ],
)
def test_rows_are_read_in_both_languages(world: World, file: str) -> None:
    found = read(file)
    assert found.wrong == []
    assert found.prices == {
        world.acme.variants["VN-1001"]: price_set(("1", "0.55"), ("500", "0.45")),
        world.acme.variants["VN-1002"]: price_set(ended=("1",)),
    }
    assert (found.price_count, str(found.starts_on)) == (3, "2027-03-01")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    "file",
    [
        "SKU;Price;Tiers\nVN-1001;1.1970;1000:0.7215\nVN-1002;no price;\n",
        "SKU;Unit Price;Break Qty 1;Break Price 1\nVN-1001;1.197;1000;0.7215\nVN-1002;no price;;\n",
        "Réf.;PU HT;PU HT qté;à partir de\nVN-1001;1,197;0,7215;1000\nVN-1002;sans prix;;\n",
        # for a hundred pieces: by a column, by the title, by the name of the column
        "Réf.;Unité de vente;PU HT;PU HT qté;à partir de\nVN-1001;cent;119,7;72,15;1000\nVN-1002;cent;sans prix;;\n",
        "Réf.;Prix HT;Prix pour;Paliers\nVN-1001;119,7;100;1000:72,15\nVN-1002;sans prix;;\n",
        (
            "Prix nets HT en euros, pour 100 pièces\n\nRéf.;PU HT;PU HT qté;à partir de\nVN-1001;119,7;72,15;1000\n"
            "VN-1002;sans prix;;\nTOTAL;2 articles\n"
        ),
        "SKU;Price per 100;Tiers\nVN-1001;119.7;1000:72.15\nVN-1002;no price;\n",
    ],
)
def test_tiers_and_the_basis_of_prices_are_read_as_an_import_reads_them(world: World, file: str) -> None:
    found = read(file)
    assert found.wrong == []
    assert found.prices == {
        world.acme.variants["VN-1001"]: whole(("1", "1.197"), ("1000", "0.7215")),
        world.acme.variants["VN-1002"]: whole(ended=("1",)),
    }


@pytest.mark.usefixtures("acme")
def test_a_file_of_tiers_alone_is_read(world: World) -> None:
    found = read(
        "Part No,MOQ,Break Qty 1,Unit Price EUR 1,Break Qty 2,Unit Price EUR 2\nVN-1001,1,1,0.0044,200,0.0036\n"
    )
    assert found.wrong == []
    assert found.prices == {world.acme.variants["VN-1001"]: whole(("1", "0.0044"), ("200", "0.0036"))}


@pytest.mark.usefixtures("acme")
def test_a_file_of_a_kind_that_was_imported_is_read_as_it_was(world: World) -> None:
    text = "Art.;Tarif A;Tarif B\nVN-1001;100;90\n"
    mapping = {0: "sku", 2: "price"}
    key = imports.upload(file=csv_file(text), actor=BOT)
    choices = imports.Choices(mapping=mapping, settings={"price_per": "1000"}, price_list="base:EUR")
    imports.check(import_id=key, choices=choices, actor=BOT)
    checking.run(key)
    assert read(text).prices == {world.acme.variants["VN-1001"]: price_set(("1", "0.09"))}


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("SKU;Prix public;Prix net", "Several columns hold the price"),
        ("SKU;Prix;Quantité;à partir de", "Several columns hold the quantity"),
        ("SKU;Prix;Quantité;Paliers", "beside tiers"),
        ("SKU;Prix;PU HT qté", "has a quantity or a price column"),
        ("SKU;Prix TTC;Quantité", "the price"),
    ],
)
def test_columns_that_leave_a_price_open_are_refused(head: str, reason: str) -> None:
    found = read(f"{head}\nVN-1001;1;2;3\n")
    assert found.prices == {}
    assert [(wrong.line, reason in wrong.reason) for wrong in found.wrong] == [(1, True)]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("VN-1001;douzième;1;0,5;100", "Prix pour", "1, 100 (cent), 1000 (mille)"),
        ("VN-1001;100;1;0,5;", "Palier quantité", "needs a quantity and a price"),
        ("VN-1001;100;1;cher;100", "Palier prix", "This is no number."),
        ("VN-1001;100;0;0,5;100", "PU HT", "The price is zero"),
        ("VN-1001;100;sur demande;;", "PU HT", "write “no price”"),
        ("VN-1001;100;0,00005;;", "PU HT", "six decimals"),
        ("VN-1001;100;1;0,5", "", "cut off"),
    ],
)
def test_what_cannot_be_read_of_tiers_is_refused_at_its_row(row: str, column: str, reason: str) -> None:
    found = read(f"Réf.;Prix pour;PU HT;Palier prix;Palier quantité\nVN-1002;cent;1;0,5;100\n{row}\n")
    assert [(wrong.line, wrong.column) for wrong in found.wrong] == [(3, column)]
    assert reason in found.wrong[0].reason


@pytest.mark.usefixtures("acme")
def test_a_price_of_another_unit_than_the_product_s_is_refused() -> None:
    found = read("SKU;Unité;Prix\nVN-1001;pièce;0,5\nVN-1002;boîte;50\n")
    assert [(wrong.line, wrong.column) for wrong in found.wrong] == [(3, "Unité")]
    assert "another base unit" in found.wrong[0].reason


@pytest.mark.usefixtures("acme")
def test_a_workbook_is_read_like_a_text(world: World) -> None:
    found = read(xlsx_file([["SKU", "Quantity", "Price"], ["VN-1003", 1, 0.17], ["VN-1003", 1000, 0.11]]))
    assert found.prices == {world.acme.variants["VN-1003"]: price_set(("1", "0.17"), ("1000", "0.11"))}


@pytest.mark.usefixtures("acme")
def test_an_export_is_a_price_file(world: World) -> None:
    file = io.BytesIO()
    key = PriceList.objects.get(is_base=True).pk
    export(rows=Variant.objects.all(), price_list_id=key, form=Form.XLSX, file=file, actor=BOT)
    found = read(SimpleUploadedFile("export.xlsx", file.getvalue()))
    assert (found.wrong, len(found.prices), found.price_count) == ([], 5, 10)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (";1;0,5;;", "Référence", "The reference is missing."),
        ("VN-9999;1;0,5;;", "Référence", "No product has this reference."),
        ("VN-1001;1;;;", "Prix net", "The price is missing."),
        ("VN-1001;1;cher;;", "Prix net", "This is no number."),
        ("VN-1001;1;-1;;", "Prix net", "The price is negative."),
        ("VN-1001;1;0,1234567;;", "Prix net", "six decimals"),
        ("VN-1001;0;1;;", "Quantité", "above zero"),
        ("VN-1001;1.000;1;;", "Quantité", "two ways"),
        ("VN-1001;1;1;USD;", "Devise", "The price is in USD"),
        ("VN-1001;1;1;;31/02/2027", "Valable du", "This is no day"),
        ("VN-1001;1;1;;02/03/2027", "Valable du", "one moment"),
        ("VN-1004;1;1;;", "Quantité", "This quantity is there twice."),
    ],
)
def test_each_wrong_row_is_named_with_its_column(row: str, column: str, reason: str) -> None:
    head = "Référence;Quantité;Prix net;Devise;Valable du\nVN-1004;1;0,5;EUR;01/03/2027\n"
    found = read(f"{head}{row}\nVN-1005;1;0,5;EUR;01/03/2027\n")
    assert [(wrong.line, wrong.column) for wrong in found.wrong] == [(3, column)]
    assert reason in found.wrong[0].reason


@pytest.mark.usefixtures("acme")
def test_a_file_without_the_columns_says_which_are_missing() -> None:
    assert ["the price" in wrong.reason for wrong in read("SKU;Stock\nVN-1001;5\n").wrong] == [True]


@pytest.mark.usefixtures("acme")
def test_the_statements_do_not_grow_with_the_rows() -> None:
    read("SKU;Price\nVN-1001;1\n")  # what attributes there are is remembered
    counts = []
    for skus in (["VN-1001"], [f"VN-100{place}" for place in range(1, 6)]):
        with statements() as asked:
            read("SKU;Price\n" + "".join(f"{sku};1\n" for sku in skus))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_page_takes_the_file_or_says_what_is_wrong(world: World, browser: Any) -> None:
    with acting((world.acme.scope, {"party": "tenant"})):
        batch_id, base = create_batch(name="Spring", actor=BOT), PriceList.objects.get(is_base=True).pk
    staff = browser(world.acme.host, world.acme.owner)
    path = f"/portal/prices/batches/{batch_id}/"

    def send(text: str) -> Any:
        return staff.post(f"{path}file/", {"price_list": str(base), "file": csv_file(text)})

    answer = send("SKU;Price\nVN-1001;0.55\nVN-9;1\n")
    assert answer.status_code == 422
    assert "No product has this reference." in answer.content.decode()
    assert lines(world, batch_id) == []
    answer = send("SKU;Price;Valid from\nVN-1001;0.55;2031-03-01\nVN-1002;0.66;2031-03-01\n")
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?from=2031-03-01#publish")
    assert lines(world, batch_id) == [("VN-1001", Decimal("0.55")), ("VN-1002", Decimal("0.66"))]
    assert 'value="2031-03-01T00:00"' in staff.get(answer["Location"]).content.decode()
    assert staff.post(f"{path}file/", {"price_list": str(base)}).status_code == 422
    assert send("%PDF").status_code == 422


def lines(world: World, batch_id: UUID) -> list[tuple[str, Decimal | None]]:
    with acting((world.acme.scope, {"party": "tenant"})):
        rows = PriceBatchLine.objects.filter(batch_id=batch_id).order_by("variant__sku")
        return list(rows.values_list("variant__sku", "unit_price"))
