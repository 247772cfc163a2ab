"""A product's page: described by its family, its variants as a matrix, what replaces it and goes with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from catalog.enums import AttributeKind, VariantState
from catalog.models import (
    AttributeDefinition,
    CustomerPartNumber,
    Family,
    FamilyAttribute,
    OrderUnit,
    Product,
    Relation,
    Variant,
)
from catalog.outline import forget_outline
from core.tenancy import use_tenant
from inventory.models import Stock
from orders.models import CartLine
from pricing.models import Price, PriceList
from tests.counting import statements
from tests.world import World

Open = Callable[..., Any]
PATH = "/catalog/p/VN-1001/"


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def screws(world: World, *, finishes: tuple[str, ...] = ("Brut",), hole: bool = False) -> None:
    """VN-1001 becomes a screw of thread × length (× finish) with prices, as a family says."""
    with use_tenant(world.acme.scope):
        family = Family.objects.create(code="vis", name_fr="Vis")
        kinds = {"longueur": (AttributeKind.NUMBER, "mm"), "filetage": (AttributeKind.TEXT, "")}
        for place, code in enumerate(("filetage", "longueur", "finition")):
            kind, unit = kinds.get(code, (AttributeKind.TEXT, ""))
            row = AttributeDefinition.objects.create(code=code, label_fr=code.title(), kind=kind, unit=unit)
            FamilyAttribute.objects.create(family=family, attribute=row, position=place)
        axes = ["filetage", "longueur", "finition"]
        product = Product.objects.get(code="VN-1001")
        Product.objects.filter(pk=product.pk).update(family=family, axes=axes)
        base = PriceList.objects.get(is_base=True)
        first = True
        for finish in finishes:
            for thread, length in (("M4", "100"), ("M10", "20"), ("M10", "100"), ("M4", "20")):
                if hole and (thread, length) == ("M4", "100"):
                    continue
                sku = "VN-1001" if first else f"S-{thread}-{length}-{finish}"
                values = {"filetage": thread, "longueur": length, "finition": finish}
                variant, _new = Variant.objects.update_or_create(
                    sku=sku, defaults={"product": product, "sku_key": sku.lower(), "attributes": values}
                )
                if not first:
                    OrderUnit.objects.create(variant=variant, code="H87", factor=1, is_base=True)
                    Price.objects.create(price_list=base, variant=variant, unit_price="1.25")
                first = False
    forget(world)


def forget(world: World) -> None:
    with use_tenant(world.acme.scope):
        forget_outline()


def table_of(html: str) -> list[list[str]]:
    """The matrix: heads, then each line's label and references ("" where nothing is made)."""
    (body,) = re.findall(r'<div class="matrix">(.*?)</table>', html, re.DOTALL)
    heads = re.findall(r'<th scope="col">([^<]+)</th>', body)
    lines = []
    for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', body, re.DOTALL):
        label, *cells = re.split(r"<td[^>]*>", row)
        found = [re.search(r"(?:<b>|/\">)((?:S|VN)-[^<]+)<", cell) for cell in cells]
        lines.append([label.split("<")[0].strip(), *(match[1] if match else "" for match in found)])
    return [heads, *lines]


def test_variants_stand_in_a_matrix_in_natural_order(world: World, browser: Open) -> None:
    screws(world, hole=True)
    html = text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    assert table_of(html) == [["20 mm", "100 mm"], ["M4", "S-M4-20-Brut", ""], ["M10", "VN-1001", "S-M10-100-Brut"]]
    assert "not made" in html
    assert "Other variants" not in html
    key = world.acme.variants["VN-1001"].hex
    assert html.count(f'name="quantity-{key}"') == 1  # asked once, at the top


def test_a_third_axis_is_links(world: World, browser: Open) -> None:
    screws(world, finishes=("Brut", "Zingué"))
    html = text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    assert table_of(html)[1:] == [["M4", "S-M4-20-Brut", "VN-1001"], ["M10", "S-M10-20-Brut", "S-M10-100-Brut"]]
    assert 'href="/catalog/p/S-M4-100-Zingu%C3%A9/#variants"' in html
    html = text_of(browser(world.acme.host, world.delmas.admin).get("/catalog/p/S-M4-100-Zingué/"))
    assert table_of(html)[1] == ["M4", "S-M4-20-Zingué", "S-M4-100-Zingué"]


def test_quantities_of_many_cells_go_into_the_cart_at_once(world: World, browser: Open) -> None:
    screws(world)
    client = browser(world.acme.host, world.delmas.admin)
    html = text_of(client.get(PATH))
    names = re.findall(r'name="(quantity-[0-9a-f]{32})"', html)
    assert len(names) == len(set(names)) == 4
    answer = client.post("/cart/lines/", {name: str(place) for place, name in enumerate(names, start=1)})
    assert answer.status_code == 303
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        found = {f"quantity-{line.variant_id.hex}": line.quantity for line in CartLine.objects.all()}
    assert found == {name: Decimal(place) for place, name in enumerate(names, start=1)}


@pytest.mark.parametrize("broken", ["one axis", "twice the same", "a value is missing"])
def test_variants_that_are_no_table_are_listed(world: World, browser: Open, broken: str) -> None:
    screws(world)
    with use_tenant(world.acme.scope):
        match broken:
            case "one axis":
                Product.objects.filter(code="VN-1001").update(axes=["filetage"])
            case "twice the same":
                values = Variant.objects.get(sku="S-M4-20-Brut").attributes
                Variant.objects.filter(sku="S-M10-20-Brut").update(attributes=values)
            case _:
                Variant.objects.filter(sku="S-M10-20-Brut").update(attributes={"filetage": "M10"})
    html = text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    assert "Other variants" in html
    assert 'class="matrix"' not in html


def test_what_ends_names_its_replacement_first(world: World, browser: Open) -> None:
    with use_tenant(world.acme.scope):
        variants = world.acme.variants
        for sku, kind in (("VN-1002", "replacement"), ("VN-1003", "accessory"), ("VN-1004", "alternative")):
            Relation.objects.create(variant_id=variants["VN-1001"], other_id=variants[sku], kind=kind)
        Relation.objects.create(variant_id=variants["VN-1001"], other_id=variants["VN-1003"], kind="alternative")
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.ENDING)
    html = text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    places = [html.index(text) for text in ("Replaced by: VN-1002", "Price and availability", "Alternatives")]
    assert places == sorted(places)
    assert "This product is ending." in html
    assert html.count(f'name="quantity-{world.acme.variants["VN-1003"].hex}"') == 1
    assert re.findall(r"<code>([^<]+)</code>", html) == ["VN-1003", "VN-1004"]
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1002").update(state=VariantState.ARCHIVED)
    assert "VN-1002" not in text_of(browser(world.acme.host, world.delmas.admin).get(PATH))


def test_what_shipping_and_customs_ask_is_said(world: World, browser: Open) -> None:
    with use_tenant(world.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(
            weight_kg="0.0125",
            length_mm=40,
            width_mm=13,
            height_mm=13,
            origin_country="DE",
            customs_code="73181535",
            is_dangerous=True,
            un_number="1263",
            is_oversize=True,
        )
        OrderUnit.objects.filter(variant__sku="VN-1001", code="XBX").update(gtin="3606100000017", maximum=9)
    html = text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    for text in (
        "12.5 g",
        "40 × 13 × 13 mm",
        "Germany",
        "73181535",
        "Dangerous goods: UN 1263",
        "Oversize: delivered by freight",
        "3606100000017",
        "at most 9",
    ):
        assert text in html, text


def test_a_customer_s_own_number_is_shown_to_nobody_else(world: World, browser: Open) -> None:
    with use_tenant(world.acme.scope):
        CustomerPartNumber.objects.create(
            customer_id=world.acme.customers["delmas"],
            variant_id=world.acme.variants["VN-1001"],
            number="VIS-0231",
            number_key="vis0231",
        )
    assert "your ref. VIS-0231" in text_of(browser(world.acme.host, world.delmas.admin).get(PATH))
    for person in (world.lecomte.admin, None):
        assert "VIS-0231" not in text_of(browser(world.acme.host, person).get(PATH))


def test_statements_do_not_grow_with_variants_and_relations(world: World, browser: Open) -> None:
    client = browser(world.acme.host, world.delmas.admin)
    with use_tenant(world.acme.scope):
        Stock.objects.filter(variant_id=world.acme.variants["VN-1001"]).update(on_hand=0)  # asks whether it ever was
    client.get(PATH)
    with statements() as captured:
        client.get(PATH)
    few = len(captured)
    screws(world, finishes=("Brut", "Zingué", "Noir"))
    with use_tenant(world.acme.scope):
        for sku in ("VN-1002", "VN-1003", "VN-1004"):
            Relation.objects.create(
                variant_id=world.acme.variants["VN-1001"], other_id=world.acme.variants[sku], kind="accessory"
            )
    client.get(PATH)
    with statements() as captured:
        text_of(client.get(PATH))
    assert len(captured) == few <= 10, captured
