"""Files of all kinds: what is detected, what is read, what is refused before it does harm."""

from __future__ import annotations

import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from integrations.catalog_import import errors, limits, mapping
from integrations.catalog_import.cells import Oddity
from integrations.catalog_import.detection import detect
from integrations.catalog_import.reading import Format, open_source
from tests.imports.files import GOOD, ods_bytes, xlsx_bytes


@pytest.fixture
def look(tmp_path):
    def look(content, **wanted):
        path = tmp_path / "file"
        path.write_bytes(content)
        found, body = detect(path, wanted)
        return found, body

    return look


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encodings(look, encoding, expected):
    found, body = look(GOOD.encode(encoding))
    assert found.encoding == expected
    assert found.headers[3:5] == ("Marque", "Catégorie")
    assert body[0].cells[1] == "Vis à tôle 4,2×13"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(look, delimiter):
    rows = [["SKU", "Name", "Price"], ["A1", "Bolt; M8, A4", "1.25"], ["A2", "Nut | M8", "0.75"], ["A3", "Rod", "4.10"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    found, body = look(text.encode())
    assert found.delimiter == delimiter
    assert [row.cells for row in body] == rows[1:]


def test_the_header_may_stand_below_titles(look):
    text = "TARIF 2027\nPrix nets HT en euros, pour 100 pièces\n\nRéf.;Désignation;PU HT\nA1;Vis;12,50\nA2;Écrou;8,40\n"
    found, body = look(text.encode("cp1252"))
    assert (found.header_line, found.decimal, found.currency, found.price_per) == (4, ",", "EUR", "100")
    assert found.title == ("TARIF 2027", "Prix nets HT en euros, pour 100 pièces")
    assert body[0].line == 5


def test_line_numbers_are_those_of_the_file_with_breaks_in_cells(look):
    _found, body = look(b'SKU;Name;Price\nA1;"Bolt\nM8";1.25\nA2;Nut;0.75\n')
    assert [row.line for row in body] == [2, 4]


@pytest.mark.parametrize(
    ("values", "decimal"),
    [(("1,25", "2,5"), ","), (("1.25", "2.5"), "."), (("1", "2"), ""), (("1,250", "2,500"), ""), (("1,2", "1.3"), "")],
)
def test_the_decimal_separator_is_only_known_when_it_shows(look, values, decimal):
    found, _body = look(f"SKU;Name;Price\nA1;Bolt;{values[0]}\nA2;Nut;{values[1]}\n".encode())
    assert found.decimal == decimal


def test_currency_of_column_names(look):
    found, _body = look(b"SKU;Name;Unit Price USD 1;Break Qty 1\nA1;Bolt;0.25;1\nA2;Nut;0.31;1\n")
    assert found.currency == "USD"


def test_detection_can_be_corrected(look):
    found, _body = look("SKU;Nom\nA1;Vis à tôle\n".encode(), encoding="cp1252", delimiter=",", header_line="2")
    assert (found.encoding, found.delimiter, found.header_line) == ("cp1252", ",", 2)


def test_a_workbook_keeps_barcodes_and_finds_odd_cells(look):
    content = xlsx_bytes(
        [
            ["Liste de prix", None, None, None],
            ["Référence", "Désignation", "EAN", "Prix HT"],
            ["A1", "Vis", 3760123456784, 12.5],
            [1001, "Écrou", 3760123456784, 0.1],
            [date(2026, 2, 1), "Rondelle", None, "=D3*2"],
        ]
    )
    found, body = look(content)
    assert (found.kind, found.sheet, found.header_line, found.formulas) == ("sheet", "Sheet", 2, 1)
    assert body[0].cells == ["A1", "Vis", 3760123456784, Decimal("12.5")]
    assert body[1].cells[0] == 1001
    assert body[2].cells[0] == Oddity("date", "2026-02-01")
    assert body[2].cells[3] == Oddity("formula", "=")


def test_the_sheet_with_the_list_is_chosen_and_can_be_changed(look, tmp_path):
    import io

    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.title = "Cover"
    book.active.append(["Prices", 2027])
    book.active.append(["of", "Acme"])
    sheet = book.create_sheet("List")
    for row in (["SKU", "Name", "Price"], ["A1", "Bolt", 1.25], ["A2", "Nut", 0.75]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    found, _body = look(buffer.getvalue())
    assert (found.sheets, found.sheet) == (("Cover", "List"), "List")
    found, _body = look(buffer.getvalue(), sheet="Cover")
    assert found.sheet == "Cover"


def test_an_ods_file_is_read(look):
    found, body = look(ods_bytes([["SKU", "Name", "Price"], ["A1", "Bolt", 1.25]]))
    assert found.headers == ("SKU", "Name", "Price")
    assert body[0].cells == ["A1", "Bolt", Decimal("1.25")]


def bomb(tmp_path, *, size, entries=1):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(entries):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return path.read_bytes()


@pytest.mark.parametrize(("size", "entries"), [(60 * 1024 * 1024, 1), (5 * 1024 * 1024, 1), (10, 300)])
def test_a_zip_bomb_is_refused_by_its_directory(look, tmp_path, size, entries):
    content = bomb(tmp_path, size=size, entries=entries)
    began = time.perf_counter()
    with pytest.raises(errors.HostileFile):
        look(content)
    assert time.perf_counter() - began < 1


def test_entities_in_a_workbook_are_refused(look, tmp_path):
    path = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>')
    with pytest.raises(errors.UnreadableFile):
        look(path.read_bytes())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.UnreadableFile),
        (b"   \n ", errors.UnreadableFile),
        (b"%PDF-1.4", errors.UnreadableFile),
        (b"<html><table><tr><td>1</td></tr></table>", errors.UnreadableFile),
        (b"PK\x03\x04 broken", errors.UnreadableFile),
        (b"\xd0\xcf\x11\xe0" + bytes(100), errors.OldSpreadsheet),
        (bytes(1000), errors.UnreadableFile),
        (b"SKU;Name;Price\n", errors.EmptyTable),
    ],
)
def test_what_is_no_table_is_refused(look, content, error):
    with pytest.raises(error):
        look(content)


def test_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS", 100)
    monkeypatch.setattr(limits, "MAX_HEADER_LINE", 0)
    path = tmp_path / "file"
    path.write_text("\n".join(f"A{n};x" for n in range(200)))
    with pytest.raises(errors.TooManyRows):
        list(open_source(path, Format("text", "utf-8", ";")).rows())


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("Réf.", ["A1"], "sku"),
        ("Part No", ["A1"], "sku"),
        ("Réf. fabricant", ["X"], "mpn"),
        ("EAN13", ["3760123456784"], "gtin"),
        ("Désignation", ["Vis"], "name_fr"),
        ("Name (EN)", ["Bolt"], "name_en"),
        ("Fabricant", ["X"], "brand"),
        ("Sub-Category", ["X"], "category_2"),
        ("Unité de vente", ["cent", "cent"], "price_basis"),
        ("Unité de vente", ["pièce", "m"], "base_unit"),
        ("Conditionnement", ["100"], "pack_factor:1"),
        ("Conditionnement", ["boîte"], "pack_unit:1"),
        ("Conditionnement", ["boîte de 100"], "units"),
        ("PU HT", ["1,2"], "price"),
        ("PU HT qté", ["1,2"], "tier_price:1"),
        ("à partir de", ["100"], "tier_quantity:1"),
        ("Break Qty 3", ["100"], "tier_quantity:3"),
        ("Unit Price USD 3", ["1.2"], "tier_price:3"),
        ("Prix TTC", ["1,2"], ""),
        ("Dispo", ["12"], "stock"),
        ("Lead time (days)", ["3"], "lead_time"),
        ("Date de réappro", ["31/03/2031"], "restock_on"),
        ("Retour en stock", ["31/03/2031"], "restock_on"),
        ("Disponible le", ["31/03/2031"], "restock_on"),
        ("Restock date", ["2031-03-31"], "restock_on"),
        ("Available from", ["2031-03-31"], "restock_on"),
        ("Disponibilité", ["12"], "stock"),
        ("Attribut Couleur (FR)", ["rouge"], "attr:couleur:fr"),
        ("attr:longueur", ["12"], "attr:longueur"),
        ("Bonjour", ["12"], ""),
    ],
)
def test_targets_are_proposed_from_names_and_values(header, values, target):
    from integrations.catalog_import.cells import Row

    body = [Row(number, [value]) for number, value in enumerate(values, start=2)]
    found = mapping.propose([header], body).get(0, "")
    assert found == target


def test_a_file_without_names_takes_the_description_for_it():
    assert mapping.propose(["Part No", "Description", "Price"], [])[1] == "name_en"
    assert mapping.propose(["Réf.", "Description", "Prix"], [])[1] == "name_fr"
    assert mapping.propose(["SKU", "Name", "Description"], [])[2] == "description_fr"
