"""Grids of fields like a spreadsheet: keys, paste, fill down and undo; saved by one button."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.acts import press
from tests.e2e.people import People

pytestmark = pytest.mark.browser

_PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def supplier(person: People, start: str, *, javascript: bool = True) -> Page:
    """A supplier of the example world; what these tests save they put back."""
    return person("nadia@lumen.example", shop="lumen", start=start, javascript=javascript)


def column(page: Page, name: str) -> Locator:
    """The fields of a column, from the top."""
    return page.locator(f"[data-sheet] .cell[name^='{name}-']")


def values(page: Page, name: str) -> list[str]:
    found: list[str] = column(page, name).evaluate_all("fields => fields.map((field) => field.value)")
    return found


def test_cells_are_pasted_filled_down_taken_back_and_saved(person: People) -> None:
    page = supplier(person, "/portal/catalog/bulk/")
    stock, family = values(page, "stock"), values(page, "family")[0]
    column(page, "stock").first.focus()
    column(page, "stock").first.evaluate(_PASTE, "11\t\tFixings of today\n12\r\n13")
    assert values(page, "stock")[:3] == ["11", "12", "13"]
    assert values(page, "family")[0] == "Fixings of today"
    expect(page.locator("#announce")).to_have_text("Cells pasted: 4")
    column(page, "stock").nth(1).focus()
    page.keyboard.press("Control+d")
    assert values(page, "stock") == ["11", *["12"] * (len(stock) - 1)]
    page.keyboard.press("Control+z")
    assert values(page, "stock")[:3] == ["11", "12", "13"]
    page.get_by_role("button", name="Undo").click()
    assert (values(page, "stock"), values(page, "family")[0]) == (stock, family)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    column(page, "stock").first.fill("21")
    page.keyboard.press("Enter")
    expect(column(page, "stock").nth(1)).to_be_focused()
    expect(column(page, "stock").first).to_have_class("cell is-changed")
    press(page, "Save this page")
    expect(page.get_by_role("status").filter(has_text="One cell was changed.")).to_be_visible()
    assert values(page, "stock") == ["21", *stock[1:]]
    column(page, "stock").first.fill(stock[0])
    press(page, "Save this page")


def test_a_choice_is_pasted_by_its_name_and_what_fits_none_is_said(person: People) -> None:
    page = supplier(person, "/portal/catalog/bulk/")
    before = values(page, "state")
    column(page, "state").first.evaluate(_PASTE, "archived\nsold out")
    assert values(page, "state") == ["archived", *before[1:]]
    expect(page.locator("#announce")).to_have_text("Cells pasted: 1 Cells that none of the choices fits: 1")
    page.get_by_role("button", name="Undo").click()
    assert values(page, "state") == before


def test_the_grid_of_a_price_list_takes_a_pasted_block(person: People) -> None:
    page = supplier(person, "/portal/prices/")
    page.locator("main tbody a").first.click()
    price = page.locator("[data-sheet] .cell[name^='price-'][name$='-0']")
    quantity = page.locator("[data-sheet] .cell[name^='from-'][name$='-0']")
    quantity.first.focus()
    quantity.first.evaluate(_PASTE, "1\t7.77\n1\t8.88\n")
    expect(price.first).to_have_value("7.77")
    expect(price.nth(1)).to_have_value("8.88")
    price.first.focus()
    page.keyboard.press("ArrowDown")
    expect(price.nth(1)).to_be_focused()


def test_without_scripts_the_grid_is_a_form(person: People) -> None:
    page = supplier(person, "/portal/catalog/bulk/", javascript=False)
    expect(page.get_by_role("button", name="Fill down")).to_have_count(0)
    was = values(page, "stock")[2]
    for text in ("33", was):
        column(page, "stock").nth(2).fill(text)
        press(page, "Save this page")
        assert values(page, "stock")[2] == text
