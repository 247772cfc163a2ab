"""A supplier's catalogue comes in from files: dry run, report of bad rows, progress, articles in the storefront."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from devkit.walk import supplying
from devkit.walk.supplying import CATALOGUE, OWNER_PASSWORD
from tests.e2e.acts import come_back_until, follow, press, row, search_for
from tests.e2e.people import People
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ("Référence", "Désignation", "Marque", "Catégorie", "Prix HT", "Colisage", "Stock")
ROWS = 1000  # enough for the work to be seen at work


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tarif")
    for cells in (HEADER, *rows):
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def articles(count: int) -> list[tuple[object, ...]]:
    """Threaded rods; the one before the last has a price that is no number."""
    rows: list[tuple[object, ...]] = [
        (f"TF-{n:05d}", f"Tige filetée M{6 + n % 10} longueur {n}", "Fixor", "Tiges", 1.5 + n / 1000, 10, n % 700)
        for n in range(1, count + 1)
    ]
    rows[-2] = (*rows[-2][:4], "à voir", *rows[-2][5:])
    return rows


def upload(owner: Page, name: str, mime_type: str, content: bytes) -> None:
    owner.goto("/portal/imports/")
    file: Any = {"name": name, "mimeType": mime_type, "buffer": content}
    owner.locator("input[type=file]").set_input_files(file)
    press(owner, "Look at the file")
    expect(owner.get_by_role("heading", level=1)).to_contain_text(name)


def check(owner: Page) -> None:
    press(owner, "Check all rows")
    expect(owner.locator("#work")).to_contain_text("This was a dry run: nothing is changed yet.")


def refused_rows(owner: Page) -> list[dict[str, str]]:
    """The download with the rows that are left out, each with its reason."""
    with owner.expect_download() as waiting:
        follow(owner, "Refused rows (CSV)")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def apply(owner: Page, button: str) -> None:
    press(owner, button)
    expect(owner.locator("#work")).to_contain_text("Applied.")


def test_a_catalogue_comes_from_csv_and_then_from_xlsx(person: People, stack: Stack) -> None:
    supplier = stack.journey(supplying.STEPS[:3])
    slug = supplier.fact("slug")
    owner = person(supplier.fact("supplier email"), shop=slug, password=OWNER_PASSWORD)
    visitor = person(shop=slug, start="/catalog/")
    expect(visitor.locator("main")).to_contain_text("Nothing matches")

    upload(owner, "tarif.csv", "text/csv", CATALOGUE.encode())
    check(owner)
    expect(row(owner.locator("#issues"), "douze")).to_contain_text("7")
    (refused,) = refused_rows(owner)
    assert refused["Référence"] == "BF-1006"
    assert (refused["Line"], refused["Column"], refused["Prix HT"]) == ("7", "Prix HT", "douze")
    assert refused["Reason"]
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("Nothing matches")
    apply(owner, "Apply 5 rows")
    come_back_until(visitor, "BF-1005")
    expect(visitor.locator("main")).not_to_contain_text("BF-1006")

    upload(owner, "tiges.xlsx", XLSX, workbook(articles(ROWS)))
    check(owner)
    expect(row(owner.locator("#issues"), "à voir")).to_contain_text(str(ROWS))
    assert [bad["Référence"] for bad in refused_rows(owner)] == [f"TF-{ROWS - 1:05d}"]
    press(owner, f"Apply {ROWS - 1:,} rows")
    expect(owner.get_by_role("progressbar")).to_be_visible()
    expect(owner.locator("#work")).to_contain_text("Applied.", timeout=60_000)
    come_back_until(visitor, f"{ROWS - 1 + 5:,} references")
    search_for(visitor, f"TF-{ROWS:05d}")
    expect(visitor.locator("#results tbody tr").first).to_contain_text(f"longueur {ROWS}")


def test_a_file_that_is_no_table_is_refused_with_a_reason(person: People) -> None:
    owner = person("nadia@lumen.example", shop="lumen", start="/portal/imports/")
    file: Any = {"name": "tarif.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n\x00\x01\x02"}
    person.may_see(422)
    owner.locator("input[type=file]").set_input_files(file)
    press(owner, "Look at the file")
    expect(owner.locator("#id_file-error")).not_to_be_empty()
    expect(owner).to_have_url(owner.url)
