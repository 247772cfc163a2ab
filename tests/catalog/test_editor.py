"""The product editor: each section by itself, what cannot be is said at its field, the life cycle of a variant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.editing import Codes, NewProduct, Texts, create_product, save_codes, save_texts
from catalog.enums import AttributeKind, RelationKind, VariantState
from catalog.errors import AttributesRefused, ReplacementMissing, SkuTaken, VariantNotFound
from catalog.lifecycle import archive, end, publish, restore
from catalog.models import (
    AttributeDefinition,
    AttributeOption,
    Category,
    Family,
    FamilyAttribute,
    OrderUnit,
    Product,
    Relation,
    Variant,
    VariantMove,
)
from catalog.outline import forget_outline
from catalog.relations import relate
from catalog.states import VARIANT
from core.errors import IllegalMove, InvalidInput, NotAllowed
from core.tenancy import use_tenant
from tests.counting import statements
from tests.world import World


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def stored(world: World, sku: str = "VN-1001") -> Variant:
    with acting(world):
        return Variant.objects.select_related("product__brand", "product__family", "product__category").get(sku=sku)


def path(world: World, section: str = "", sku: str = "VN-1001") -> str:
    return f"/portal/catalog/{world.acme.variants[sku]}/{section}"


def screws(world: World) -> Family:
    """VN-1001 is a screw: length in mm is required, the grade is one of two."""
    with acting(world):
        family = Family.objects.create(code="vis", name_fr="Vis", name_en="Screws")
        length = AttributeDefinition.objects.create(
            code="longueur", label_fr="Longueur", label_en="Length", kind=AttributeKind.NUMBER, unit="mm"
        )
        grade = AttributeDefinition.objects.create(code="nuance", label_fr="Nuance", kind=AttributeKind.LIST)
        AttributeOption.objects.create(attribute=grade, code="a4", label_fr="Inox A4")
        FamilyAttribute.objects.create(family=family, attribute=length, is_required=True)
        FamilyAttribute.objects.create(family=family, attribute=grade, position=1)
        Product.objects.filter(code="VN-1001").update(family=family)
        forget_outline()
    return family


LONG = ",".join("k" * length for length in range(1, 44))  # as it is kept, with a space behind each comma
SECTIONS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "texts": (
        {
            "name_fr": "Vis CHC",
            "name_en": "Cap screw",
            "description_fr": "Inox.",
            "description_en": "Stainless.",
            "keywords_fr": " boulon ;vis  à six pans,Boulon,",
            "keywords_en": "bolt",
        },
        {
            "name_fr": "Vis CHC",
            "name_en": "Cap screw",
            "product.description_en": "Stainless.",
            "keywords_fr": "boulon, vis à six pans",
            "keywords_en": "bolt",
        },
    ),
    "placement": ({"brand": "Nouvelle"}, {"product.brand.name": "Nouvelle", "product.category": None}),
    "codes": (
        {"gtin": "3606100000017", "manufacturer_part_number": " M-1 ", "tax_rate": "5.5"},
        {"gtin": "3606100000017", "manufacturer_part_number": "M-1", "tax_rate": Decimal("0.055")},
    ),
    "measures": (
        {
            "weight_kg": "0.0125",
            "length_mm": "40",
            "origin_country": "FR",
            "customs_code": "7318 15 35",
            "is_dangerous": "on",
            "un_number": "UN 1263",
        },
        {
            "weight_kg": Decimal("0.0125"),
            "length_mm": Decimal(40),
            "origin_country": "FR",
            "customs_code": "73181535",
            "is_dangerous": True,
            "un_number": "1263",
            "is_oversize": False,
        },
    ),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_saved_by_itself(world: World, browser: Any, section: str) -> None:
    form, expected = SECTIONS[section]
    before = stored(world)
    client = browser(world.acme.host, world.acme.owner)
    response = client.post(path(world, f"{section}/"), form)
    assert (response.status_code, response["Location"]) == (303, path(world) + f"#{section}")
    after = stored(world)
    for name, value in expected.items():
        found: Any = after
        for part in name.split("."):
            found = getattr(found, part)
        assert found == value, name
    if section != "texts":
        assert after.name_fr == before.name_fr
    if section != "codes":
        assert after.tax_rate == before.tax_rate
    assert after.updated_at > before.updated_at


@pytest.mark.parametrize(
    ("section", "form", "error"),
    [
        ("texts", {"name_fr": "", "name_en": " "}, ("texts_name_fr", "Give a name in at least one language.")),
        ("texts", {"name_fr": "V", "keywords_en": LONG}, ("texts_keywords_en", "At most 1000 characters.")),
        ("codes", {"gtin": "3606100000018", "tax_rate": "20"}, ("codes_gtin", "The check digit")),
        ("codes", {"gtin": "12345", "tax_rate": "20"}, ("codes_gtin", "8, 12, 13 or 14 digits")),
        ("codes", {"tax_rate": "120"}, ("codes_tax_rate", "from 0 to 99 %")),
        ("codes", {"tax_rate": "much"}, ("codes_tax_rate", "This is not a number.")),
        ("measures", {"weight_kg": "-1"}, ("measures_weight_kg", "more than zero")),
        ("measures", {"length_mm": "1.234"}, ("measures_length_mm", "at most 2 decimals")),
        ("measures", {"customs_code": "7318"}, ("measures_customs_code", "eight digits")),
        ("measures", {"origin_country": "EU"}, ("measures_origin_country", "EU is not one of the available choices")),
        ("measures", {"un_number": "1263"}, ("measures_un_number", "Only dangerous goods")),
        ("placement", {"category": "x"}, ("placement_category", "not one of the available choices")),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_written(
    world: World, browser: Any, section: str, form: dict[str, str], error: tuple[str, str]
) -> None:
    before, (field, message) = stored(world), error
    response = browser(world.acme.host, world.acme.owner).post(path(world, f"{section}/"), form)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html
    assert f'href="#{field}"' in html  # the summary leads to the field
    assert f'id="{field}-error"' in html
    assert stored(world).updated_at == before.updated_at


def test_attributes_are_held_against_the_family(world: World, browser: Any) -> None:
    screws(world)
    client = browser(world.acme.host, world.acme.owner)
    form = {"longueur": "long", "nuance": "a9", "matiere.fr": "x"}
    response = client.post(path(world, "attributes/"), form)
    html = response.content.decode()
    assert response.status_code == 422
    assert "“long” is not a number." in html
    assert "a9 is not one of the available choices" in html
    response = client.post(path(world, "attributes/"), {"longueur": "", "nuance": "a4"})
    assert response.status_code == 422
    assert 'id="attributes_longueur-error"' in response.content.decode()
    assert set(stored(world).attributes) == {"matiere"}
    assert client.post(path(world, "attributes/"), {"longueur": "40.5", "nuance": "a4"}).status_code == 303
    after = stored(world).attributes
    assert {code: after[code] for code in ("longueur", "nuance")} == {"longueur": "40.5", "nuance": "a4"}


def test_numbers_are_written_as_the_language_writes_them(world: World, browser: Any) -> None:
    screws(world)
    client = browser(world.acme.host, world.acme.owner, language="fr")
    assert client.post(path(world, "attributes/"), {"longueur": "40,125"}).status_code == 303
    assert client.post(path(world, "measures/"), {"weight_kg": "0,125"}).status_code == 303
    assert (stored(world).attributes["longueur"], stored(world).weight_kg) == ("40.125", Decimal("0.125"))
    html = client.get(path(world)).content.decode()
    assert 'value="40,125"' in html
    assert 'value="0,125"' in html
    assert client.post(path(world, "attributes/"), {"longueur": "40,125"}).status_code == 303
    assert stored(world).attributes["longueur"] == "40.125"


UNITS = {"code-0": "H87", "factor-0": "1", "minimum-0": "5", "multiple-0": "5"}


def test_units_are_set_and_the_base_unit_stays(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    form = UNITS | {"code-2": "XPX", "factor-2": "4800", "maximum-2": "3", "gtin-2": "3606100000017"}
    assert client.post(path(world, "units/"), form).status_code == 303
    with acting(world):
        rows = OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1001"])
        assert [(r.code, int(r.factor), r.is_base, int(r.minimum), r.maximum, r.gtin) for r in rows] == [
            ("H87", 1, True, 5, None, ""),
            ("XPX", 4800, False, 1, Decimal(3), "3606100000017"),
        ]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"code-2": "XPX", "factor-2": "0"}, "factor-2"),
        ({"code-2": "XPX"}, "factor-2"),
        ({"code-1": "H87", "factor-1": "2"}, "code-1"),
        ({"code-2": "XPX", "factor-2": "10", "minimum-2": "4", "maximum-2": "3"}, "maximum-2"),
        ({"code-2": "XPX", "factor-2": "10", "gtin-2": "1"}, "gtin-2"),
        ({"factor-0": "2"}, "factor-0"),
        ({"minimum-0": "0.00001"}, "minimum-0"),
    ],
)
def test_a_wrong_unit_is_said_in_its_row(world: World, browser: Any, form: dict[str, str], field: str) -> None:
    response = browser(world.acme.host, world.acme.owner).post(path(world, "units/"), UNITS | form)
    assert response.status_code == 422
    assert f'id="units_{field}-error"' in response.content.decode()
    with acting(world):
        assert OrderUnit.objects.filter(variant_id=world.acme.variants["VN-1001"], code="XBX", factor=100).exists()


def test_a_product_made_by_hand_is_a_draft(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    with acting(world):
        category = Category.objects.get(path="vis")
    form = {"sku": "N-1", "name_fr": "Vis neuve", "base_unit": "H87", "brand": "Inoxal", "category": str(category.pk)}
    assert client.post("/portal/catalog/new/", form).status_code == 303
    new = stored(world, "N-1")
    assert (new.state, new.product.brand.name, new.product.category_id) == ("draft", "Inoxal", category.pk)  # type: ignore[union-attr]
    assert client.get("/catalog/p/N-1/").status_code == 404
    page = client.get(f"/portal/catalog/{new.pk}/").content.decode()
    assert "Draft" in page
    assert client.post(f"/portal/catalog/{new.pk}/state/", {"state": "active"}).status_code == 303
    assert client.get("/catalog/p/N-1/").status_code == 200
    response = client.post("/portal/catalog/new/", form)
    assert response.status_code == 422
    assert "There is a product with the reference N-1 already." in response.content.decode()


def test_one_more_variant_joins_its_product(world: World) -> None:
    with acting(world):
        variant_id = create_product(data=NewProduct("N-2", "Vis", beside="VN-1001"), actor=world.acme.staff)
        assert Variant.objects.get(pk=variant_id).product.code == "VN-1001"
        for data, error in (
            (NewProduct("N-3", "Vis", beside="nothing"), InvalidInput),
            (NewProduct("N-2", "Vis"), SkuTaken),
            (NewProduct(" ", "Vis"), InvalidInput),
        ):
            with pytest.raises(error):
                create_product(data=data, actor=world.acme.staff)
        assert Product.objects.count() == 5
        assert Variant.objects.count() == 6


def test_only_the_supplier_changes_its_goods(world: World) -> None:
    variant_id = world.acme.variants["VN-1001"]
    for actor in (world.delmas.buyer, world.bolt.staff):
        with acting(world):
            for change in (
                lambda who: save_texts(variant_id=variant_id, data=Texts("X"), actor=who),
                lambda who: save_codes(variant_id=variant_id, data=Codes("", "", Decimal(0)), actor=who),
                lambda who: archive(variant_id=variant_id, actor=who),
                lambda who: relate(variant_id=variant_id, other_sku="VN-1002", kind="accessory", actor=who),
                lambda who: create_product(data=NewProduct("N", "N"), actor=who),
            ):
                with pytest.raises(NotAllowed):
                    change(actor)
    after = stored(world)
    assert (after.name_fr, after.state) == ("Vis CHC M8×40 inox A4", "active")
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(VariantNotFound):
        archive(variant_id=variant_id, actor=world.bolt.staff)


@pytest.mark.parametrize("before", VariantState)
@pytest.mark.parametrize("to", VariantState)
def test_the_life_cycle_is_the_table(world: World, before: VariantState, to: VariantState) -> None:
    allowed = {
        (VariantState.DRAFT, VariantState.ACTIVE),
        (VariantState.DRAFT, VariantState.ARCHIVED),
        (VariantState.ACTIVE, VariantState.ENDING),
        (VariantState.ACTIVE, VariantState.ARCHIVED),
        (VariantState.ENDING, VariantState.ACTIVE),
        (VariantState.ENDING, VariantState.ARCHIVED),
        (VariantState.ARCHIVED, VariantState.ACTIVE),
    }
    with acting(world):
        variant = Variant.objects.get(sku="VN-1001")
        variant.state = before
        variant.save()
        if (before, to) in allowed:
            VARIANT.move(variant, to=to, actor=world.acme.staff)
            assert VariantMove.objects.get().actor_name == world.acme.owner.name
            assert Variant.objects.get(pk=variant.pk).state == to
        else:
            with pytest.raises(IllegalMove):
                VARIANT.move(variant, to=to, actor=world.acme.staff)
            assert not VariantMove.objects.exists()


def test_what_ends_says_what_replaces_it(world: World) -> None:
    variant_id, staff = world.acme.variants["VN-1001"], world.acme.staff
    with acting(world):
        with pytest.raises(ReplacementMissing):
            end(variant_id=variant_id, actor=staff)
        with pytest.raises(InvalidInput) as refused:
            end(variant_id=variant_id, actor=staff, replacement="nothing")
        assert refused.value.field == "replacement"
        assert Variant.objects.get(pk=variant_id).state == "active"
        end(variant_id=variant_id, actor=staff, replacement="VN-1002")
        assert Relation.objects.get(variant=variant_id).other.sku == "VN-1002"
        with pytest.raises(InvalidInput):  # in a circle
            relate(
                variant_id=world.acme.variants["VN-1002"],
                other_sku="VN-1001",
                kind=RelationKind.REPLACEMENT,
                actor=staff,
            )
        end(variant_id=world.acme.variants["VN-1003"], actor=staff, without_replacement=True)
        restore(variant_id=variant_id, actor=staff)
        end(variant_id=variant_id, actor=staff)  # the replacement is still named
        archive(variant_id=variant_id, actor=staff)
        archive(variant_id=variant_id, actor=staff)
        states = VariantMove.objects.filter(subject=variant_id).values_list("to_state", flat=True)
        assert list(states) == ["ending", "active", "ending", "archived"]


def test_a_draft_is_published_when_nothing_required_is_missing(world: World, browser: Any) -> None:
    screws(world)
    with acting(world):
        Variant.objects.filter(sku="VN-1001").update(state=VariantState.DRAFT)
        with pytest.raises(AttributesRefused) as refused:
            publish(variant_id=world.acme.variants["VN-1001"], actor=world.acme.staff)
        assert [problem.code for problem in refused.value.problems] == ["longueur"]
    client = browser(world.acme.host, world.acme.owner)
    response = client.post(path(world, "state/"), {"state": "active"})
    assert response.status_code == 422
    assert 'id="attributes_longueur-error"' in response.content.decode()
    assert client.post(path(world, "attributes/"), {"longueur": ""}).status_code == 303  # a draft may wait
    assert client.post(path(world, "attributes/"), {"longueur": "40"}).status_code == 303
    assert client.post(path(world, "state/"), {"state": "active"}).status_code == 303
    assert stored(world).state == "active"


def test_relations_come_and_go_by_the_page(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    for _twice in range(2):
        form = {"sku": "VN-1003", "kind": "accessory"}
        assert client.post(path(world, "relations/"), form).status_code == 303
    with acting(world):
        relation = Relation.objects.get()
    assert "VN-1003" in client.get(path(world)).content.decode()
    for form in ({"sku": "VN-1001", "kind": "accessory"}, {"sku": "?", "kind": "accessory"}, {"sku": "VN-1002"}):
        assert client.post(path(world, "relations/"), form).status_code == 422
    assert client.post(path(world, f"relations/{relation.pk}/remove/")).status_code == 303
    assert client.post(path(world, f"relations/{relation.pk}/remove/")).status_code == 404
    with acting(world):
        assert not Relation.objects.exists()


def test_the_list_says_how_complete_goods_are(world: World, browser: Any) -> None:
    screws(world)
    client = browser(world.acme.host, world.acme.owner)
    client.get("/portal/catalog/")
    with statements() as captured:
        html = client.get("/portal/catalog/", data={"q": "VN-1001"}).content.decode()
    few = len(captured)
    with statements() as captured:
        client.get("/portal/catalog/")
    assert len(captured) == few
    # ten things: four are there (two names, brand, category), and the family
    assert "50%" in html
    assert "missing: Description, GTIN, Image" in html


def test_the_editor_costs_the_same_for_any_number_of_units_and_relations(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    client.get(path(world))
    with statements() as captured:
        client.get(path(world))
    few = len(captured)
    with acting(world):
        variant = Variant.objects.get(sku="VN-1001")
        for place, other in enumerate(Variant.objects.exclude(sku="VN-1001")):
            Relation.objects.create(variant=variant, other=other, kind="accessory", position=place)
            Variant.objects.filter(pk=other.pk).update(product=variant.product)
        OrderUnit.objects.create(variant=variant, code="XPX", factor=10)
    with statements() as captured:
        assert "VN-1005" in client.get(path(world)).content.decode()
    assert len(captured) == few
