"""A supplier makes a product by hand and describes it; a buyer orders many variants of one, and configures a set."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Dialog, FilePayload, expect

from tests.e2e.acts import follow, press
from tests.e2e.people import People

pytestmark = pytest.mark.browser


def picture() -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#d7a029").save(out, "JPEG")
    return {"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_product_is_made_illustrated_and_published(person: People) -> None:
    person.may_see(422, 404)
    nadia = person("nadia@lumen.example", shop="lumen", start="/portal/catalog/new/")
    nadia.get_by_label("Reference", exact=False).first.fill("LU-BY-HAND")
    nadia.get_by_label("Name (English)").fill("Lamp made by hand")
    press(nadia, "Create the draft")
    editor = nadia.url
    visitor = person(shop="lumen", start="/catalog/p/LU-BY-HAND/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    nadia.locator("#codes_gtin").fill("4006381333932")
    press(nadia.locator("#codes"), "Save: Codes and VAT")
    error = nadia.get_by_role("alert").get_by_role("link", name="Barcode (GTIN, EAN)")
    expect(error).to_be_visible()
    error.click()
    expect(nadia.locator("#codes_gtin")).to_be_focused()
    nadia.locator("#codes_gtin").fill("4006381333931")
    press(nadia.locator("#codes"), "Save: Codes and VAT")
    nadia.locator("#media_upload").set_input_files([picture()])
    nadia.locator("#media_title_en").fill("A yellow lamp")
    press(nadia.locator("#media"), "Upload")
    expect(nadia.get_by_role("img", name="A yellow lamp")).to_be_visible()
    press(nadia, "Publish")
    assert nadia.url.startswith(editor)
    visitor.reload()
    shown = visitor.get_by_role("img", name="A yellow lamp")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 800


def test_leaving_unsaved_changes_asks_first(person: People) -> None:
    nadia = person("nadia@lumen.example", shop="lumen", start="/portal/catalog/new/")
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    nadia.on("dialog", refuse)
    nadia.get_by_label("Name (English)").fill("Not saved")
    nadia.get_by_role("link", name="Imports").click()
    expect(nadia.get_by_label("Name (English)")).to_have_value("Not saved")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [360, 1440])
def test_cells_of_a_matrix_go_into_the_cart_together_without_javascript(person: People, width: int) -> None:
    claire = person(
        "ines@batinord.example", shop="visserie-nord", start="/catalog/p/VN-10000/", javascript=False, width=width
    )
    for sku, quantity in (("VN-10001", "200"), ("VN-10072", "400")):
        claire.get_by_role("textbox", name=f"Quantity of {sku}").fill(quantity)
    claire.get_by_role("button", name="Add to cart").last.click()
    expect(claire.get_by_text("2 lines are in the cart.")).to_be_visible()


def test_a_set_is_configured_step_by_step(person: People) -> None:
    claire = person("claire@delmas.example", shop="visserie-nord", start="/catalog/p/VN-SET-M8/")
    follow(claire, "Contents and options")
    expect(claire.locator("#sum code")).to_have_text("VN-SET-M8-A1")
    claire.get_by_role("checkbox", name="Assembled").check()
    expect(claire.locator("#choice").get_by_role("alert")).to_contain_text("“Assembled” needs “Flat washers”.")
    claire.get_by_role("checkbox", name="Flat washers").check()
    expect(claire.locator("#sum code")).to_have_text("VN-SET-M8-A1-B1-B2")
    expect(claire.locator("#sum .price-large")).to_contain_text("€")
    claire.reload()
    expect(claire.get_by_role("checkbox", name="Assembled")).to_be_checked()
