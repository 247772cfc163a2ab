"""OpenDocument spreadsheets from upload to stored goods: keys stay texts, and what a program pads is left out."""

from __future__ import annotations

from decimal import Decimal

from tests.imports.files import ods_file

HEADER: list[str | float] = ["SKU", "Désignation", "EAN", "Unité", "Prix net", "Stock", "TVA"]
#: What an office program writes below and beside a table: a million empty rows of a thousand empty cells.
PADDING = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
    "</table:table-row>"
)


def cell(kind: str, attributes: str, shown: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{shown}</text:p></table:table-cell>'


def test_from_upload_to_stored_goods(importer):
    rows: list[list[str | float]] = [
        HEADER,
        ["007", "Vis à tôle", "3760123456784", "pce", 0.125, 40, cell("percentage", 'office:value="0.2"', "20 %")],
        [7, "Écrou", 4006381333931, "pce", cell("currency", 'office:value="1.5"', "1,50 €"), 12500.0, "5,5 %"],
        ["1E5", "Rondelle", "", "pce", cell("float", 'table:formula="of:=0.5*2" office:value="1"', "1"), 0, ""],
    ]
    import_id = importer.take(ods_file(rows, after=PADDING))
    assert importer.row(import_id).row_count == 3
    assert importer.issues(import_id) == [(4, "SKU", "scientific")]
    first, second = importer.variant("007"), importer.variant("7")
    assert (first.gtin, second.gtin) == ("3760123456784", "4006381333931")
    assert (importer.prices("007"), importer.prices("7")) == ({"1": "0.125"}, {"1": "1.5"})
    assert (first.stock.on_hand, second.stock.on_hand) == (40, 12500)
    assert (first.tax_rate, second.tax_rate) == (Decimal("0.2"), Decimal("0.055"))
    assert importer.counts(importer.take(ods_file(rows, after=PADDING))) == (0, 0, 2, 1)


def test_cells_that_stand_for_several_and_dates(importer):
    same = cell("string", 'table:number-columns-repeated="2"', "Vis")
    rows: list[list[str | float]] = [
        ["SKU", "Name FR", "Name EN", "Prix"],
        ["A-1", same, 2],
        [cell("date", 'office:date-value="2026-03-01"', "1/3/26"), same, 3],
    ]
    import_id = importer.take(ods_file(rows))
    assert importer.issues(import_id) == [(3, "SKU", "cell_date")]
    variant = importer.variant("A-1")
    assert (variant.name_fr, variant.name_en, importer.prices("A-1")) == ("Vis", "Vis", {"1": "2"})
