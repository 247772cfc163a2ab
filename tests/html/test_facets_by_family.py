"""Filters, pages and comparisons go by the product's family; numbers are filtered by ranges."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.enums import AttributeKind
from catalog.models import AttributeDefinition, AttributeOption, Family, FamilyAttribute, Product, Variant
from catalog.outline import forget_outline
from core.tenancy import use_tenant
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.counting import statements
from tests.world import World

Open = Callable[..., Any]
LENGTHS = (-5, 2.5, 10, 12, 16, 20, 25, 30, 40, 100)


@pytest.fixture
def shop(world: World) -> World:
    """Ten screws of lengths from -5 to 100 and a nut; the families say what is filtered and compared."""
    engine().drop(MARKETPLACE)
    with use_tenant(world.acme.scope):
        define = AttributeDefinition.objects.create
        codes = {
            "pitch": define(code="pitch", label_fr="Pas", label_en="Pitch", position=1),
            "length": define(code="length", label_fr="Long", label_en="Length", kind=AttributeKind.NUMBER, unit="mm",
                             position=2),
            "grade": define(code="grade", label_fr="Classe", label_en="Grade", kind=AttributeKind.LIST, position=3),
            "batch": define(code="batch", label_fr="Lot", label_en="Batch", position=4),
        }  # fmt: skip
        for place, code in enumerate(("low", "mid", "high")):
            AttributeOption.objects.create(attribute=codes["grade"], code=code, label_fr=code, position=place)
        screw = Family.objects.create(code="screw", name_fr="Vis", name_en="Screws")
        nut = Family.objects.create(code="nut", name_fr="Écrous", name_en="Nuts")
        for place, code in enumerate(("grade", "length", "pitch", "batch")):
            FamilyAttribute.objects.create(
                family=screw,
                attribute=codes[code],
                position=place,
                is_filter=code != "batch",
                is_comparable=code != "pitch",
            )
        FamilyAttribute.objects.create(family=nut, attribute=codes["batch"])
        Variant.objects.exclude(sku__in=("VN-1001", "VN-1003")).update(state="archived")
        Product.objects.filter(code="VN-1001").update(family=screw)
        Product.objects.filter(code="VN-1003").update(family=nut)
        Variant.objects.filter(sku="VN-1003").update(attributes={"batch": "B7"})
        _screws()
        forget_outline()
        indexing.rebuild_shop(tenant_id=world.acme.id)
    return world


def _screws() -> None:
    product = Product.objects.get(code="VN-1001")
    grades = ("high", "low", "mid")
    for place, length in enumerate(LENGTHS):
        attributes = {"length": str(length), "grade": grades[place % 3], "pitch": f"P{place % 2}", "batch": f"B{place}"}
        if place == 0:
            Variant.objects.filter(sku="VN-1001").update(attributes=attributes)
            continue
        sku = f"S-{place}"
        Variant.objects.create(product=product, sku=sku, sku_key=sku.lower(), name_fr=sku, attributes=attributes)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def legends(html: str) -> list[str]:
    found = re.findall(r"<legend>([^<]+)</legend>", html)
    return [title for title in found if title not in ("Availability", "Your net price")]


def skus(html: str) -> list[str]:
    return sorted(re.findall(r"<code>([^<]+)</code>", html))


def test_a_family_says_what_is_filtered_and_in_which_order(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host)
    mixed = text_of(client.get("/catalog/"))
    assert legends(mixed) == ["Brand", "Family", "Pitch", "Length", "Grade"], "as the tenant has them"
    screws = text_of(client.get("/catalog/?f-family=Vis%7CScrews"))
    assert legends(screws) == ["Family", "Grade", "Length", "Pitch"], "as the family has them"
    assert "Batch" not in legends(text_of(client.get("/catalog/?category=vis"))), "screws are not filtered by it"
    with use_tenant(shop.acme.scope):
        ids = Variant.objects.filter(sku__in=("VN-1001", "VN-1003")).values_list("pk", flat=True)
        docs = {doc.sku: doc for doc in indexing.documents_of(shop.acme.id, list(ids)).shop}
    assert "batch" not in docs["VN-1001"].facets
    assert docs["VN-1001"].keywords == ("B0",), "it is found all the same"
    assert docs["VN-1003"].facets["batch"] == ("B7",), "nuts are"


def test_what_hardly_any_of_the_goods_have_is_no_filter(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        product = Product.objects.get(code="VN-1003")
        rows = [
            Variant(product=product, sku=f"N-{n}", sku_key=f"n{n}", name_fr=f"N {n}", attributes={"batch": f"B{n}"})
            for n in range(60)
        ]
        Variant.objects.bulk_create(rows)
        Variant.objects.filter(sku__startswith="S-").exclude(sku__in=("S-1", "S-2")).update(state="archived")
        indexing.rebuild_shop(tenant_id=shop.acme.id)
    client = browser(shop.acme.host)
    assert legends(text_of(client.get("/catalog/"))) == ["Brand", "Family", "Batch"]
    assert "Grade" in legends(text_of(client.get("/catalog/?f-grade=low"))), "what is filtered by stays"
    assert "Grade" in legends(text_of(client.get("/catalog/?category=vis"))), "among screws it matters"


def test_many_numbers_are_a_range_with_their_unit(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host)
    html = text_of(client.get("/catalog/"))
    assert re.search(r'name="n-length_min" value="" inputmode="decimal" placeholder="-5"', html)
    assert re.search(r'name="n-length_max" value="" inputmode="decimal" placeholder="100"', html)
    assert '<span class="help">mm</span>' in html
    html = text_of(client.get("/catalog/", data={"n-length_min": "2.5", "n-length_max": "16"}))
    assert skus(html) == ["S-1", "S-2", "S-3", "S-4"]
    assert 'name="n-length_min" value="2.5"' in html
    assert 'placeholder="100"' in html, "its own bounds are left out"
    assert re.search(r'class="chip" href="/catalog/">\s*Length: 2\.5 – 16 mm', html)
    french = browser(shop.acme.host, language="fr")
    assert skus(text_of(french.get("/catalog/", data={"n-length_max": "2,5"}))) == ["S-1", "VN-1001"]


@pytest.mark.parametrize(
    "query", ["n-length_min=x", "n-length_min=1e400", "n-nothing_min=3", "n-pitch_min=3", "n-_min=1"]
)
def test_bounds_that_make_no_sense_are_left_out(shop: World, browser: Open, query: str) -> None:
    assert len(skus(text_of(browser(shop.acme.host).get(f"/catalog/?{query}")))) == 11


def test_few_numbers_are_boxes_by_size_and_options_in_the_tenants_order(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/catalog/", data={"f-grade": ["low", "high"], "f-pitch": "P0"}))
    assert re.findall(r'name="f-grade" value="(\w+)"', html) == ["low", "mid", "high"]
    lengths = re.findall(r'name="f-length" value="([^"]+)"', html)
    assert lengths == sorted(lengths, key=float)
    assert len(lengths) > 2


def test_a_comparison_shows_what_the_family_compares(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        keys = list(Variant.objects.filter(sku__in=("VN-1001", "S-1")).values_list("pk", flat=True))
    lines = [("line", f"{shop.acme.id.hex}:{key.hex}") for key in keys]
    client = browser("localhost", shop.delmas.admin)
    html = text_of(client.get(f"/compare/?{urlencode(lines)}"))
    heads = [head.strip() for head in re.findall(r'<th scope="row" role="rowheader">([^<]+)', html)]
    assert heads[-3:] == ["Grade", "Length", "Batch"], "in the family's order, without the pitch"
    only = text_of(client.get(f"/compare/?{urlencode([*lines, ('only', 'differences')])}"))
    assert "Length" in only
    assert "properties are the same everywhere" in only


def test_the_page_lists_attributes_as_the_family_has_them(shop: World, browser: Open) -> None:
    html = text_of(browser(shop.acme.host).get("/catalog/p/VN-1001/"))
    names = re.findall(r"<dt>(Pitch|Length|Grade|Batch)</dt>", html)
    assert names == ["Grade", "Length", "Pitch", "Batch"]


def test_a_range_costs_no_statement(shop: World, browser: Open) -> None:
    client, counts = browser(shop.acme.host), []
    for query in ("", "?n-length_min=3"):
        client.get(f"/catalog/{query}")
        with statements() as captured:
            text_of(client.get(f"/catalog/{query}"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
