"""Families and attributes: what goods of a kind have, which values fit, how they are shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.utils import translation

from catalog.attributes import WrongValue, missing, read_value
from catalog.definitions import AttributeData, attribute_data, delete_attribute, save_attribute
from catalog.enums import AttributeKind
from catalog.errors import AttributeInUse, CodeTaken, FamilyInUse, NoSuchAttribute, NoSuchFamily, ValueDoesNotFit
from catalog.events import CatalogChanged
from catalog.families import FamilyData, Member, delete_family, family_data, family_lines, save_family
from catalog.models import AttributeDefinition, Family, FamilyAttribute, Product, Variant
from catalog.outline import AttributeInfo, OptionInfo, outline
from core.errors import InvalidInput, NotAllowed, Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tests.counting import statements
from tests.world import World

A4, A2 = OptionInfo("a4", "Inox A4", "A4 stainless"), OptionInfo("a2", "Inox A2", "A2 stainless")


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def attribute(world: World, code: str, **values: Any) -> UUID:
    data = AttributeData(code=code, label_fr=values.pop("label_fr", code.title()), **values)
    return save_attribute(data=data, actor=world.acme.staff)


def screws(world: World) -> UUID:
    """A family of three attributes: length in mm (required), grade (required), coated."""
    members = (
        Member(attribute(world, "longueur", kind=AttributeKind.NUMBER, unit="mm"), is_required=True),
        Member(attribute(world, "nuance", kind=AttributeKind.LIST, options=(A4, A2)), is_required=True),
        Member(attribute(world, "revetu", kind=AttributeKind.BOOLEAN), is_filter=False, is_comparable=False),
    )
    return save_family(data=FamilyData("vis", "Vis", "Screws", members), actor=world.acme.staff)


def test_a_family_keeps_its_attributes_in_order(world: World) -> None:
    with acting(world):
        family_id = screws(world)
        stored = family_data(family_id)
        save_family(
            data=FamilyData("vis", "Vis à métaux", "", stored.members[::-1][:2]),
            actor=world.acme.staff,
            family_id=family_id,
        )
        assert family_data(family_id).members == stored.members[::-1][:2]
        (line,) = family_lines()
        assert (line.name_fr, line.attribute_count, line.product_count) == ("Vis à métaux", 2, 0)
        info = outline().families["vis"]
        assert [member.code for member in info.attributes] == ["revetu", "nuance"]
        assert not outline().is_filter("revetu", "vis")
        assert outline().is_filter("revetu", "another")
        assert not outline().is_comparable("revetu", "vis")
    with use_tenant(PLATFORM):
        assert OutboxEvent.objects.filter(name=CatalogChanged.NAME).count() == 5


def test_a_family_in_use_stays(world: World) -> None:
    with acting(world):
        family_id = screws(world)
        Product.objects.filter(code="VN-1001").update(family=family_id)
        with pytest.raises(FamilyInUse, match="1"):
            delete_family(family_id=family_id, actor=world.acme.staff)
        assert Family.objects.filter(pk=family_id).exists()
        Product.objects.update(family=None)
        delete_family(family_id=family_id, actor=world.acme.staff)
        assert not FamilyAttribute.objects.exists()
        with pytest.raises(NoSuchFamily):
            delete_family(family_id=family_id, actor=world.acme.staff)


@pytest.mark.parametrize(
    ("data", "error", "field"),
    [
        (FamilyData("Vis à bois", "Vis"), InvalidInput, "code"),
        (FamilyData("", "Vis"), InvalidInput, "code"),
        (FamilyData("vis", " "), InvalidInput, "name_fr"),
        (FamilyData("taken", "Vis"), CodeTaken, "code"),
        (FamilyData("vis", "Vis", "", (Member(UUID(int=1)),)), NoSuchAttribute, "members"),
    ],
)
def test_a_family_that_cannot_be_writes_nothing(
    world: World, data: FamilyData, error: type[Refused], field: str
) -> None:
    with acting(world):
        save_family(data=FamilyData("taken", "Prise"), actor=world.acme.staff)
        with pytest.raises(error) as refused:
            save_family(data=data, actor=world.acme.staff)
        assert refused.value.field == field
        assert list(Family.objects.values_list("code", flat=True)) == ["taken"]


def test_only_staff_changes_the_structure(world: World) -> None:
    for actor in (world.delmas.buyer, world.bolt.staff):
        with acting(world):
            with pytest.raises(NotAllowed):
                save_family(data=FamilyData("vis", "Vis"), actor=actor)
            with pytest.raises(NotAllowed):
                save_attribute(data=AttributeData("x", "X"), actor=actor)
            assert not Family.objects.exists()
            assert not AttributeDefinition.objects.exists()


def test_a_text_that_becomes_a_list_is_rewritten_where_goods_have_it(world: World) -> None:
    with acting(world):
        key = attribute(world, "matiere")
        Variant.objects.exclude(sku="VN-1001").update(attributes={})
        Variant.objects.filter(sku="VN-1001").update(attributes={"matiere": {"fr": "inox a4", "en": "A4"}, "x": "1"})
        data = AttributeData("matiere", "Matière", kind=AttributeKind.LIST, options=(A2,))
        with pytest.raises(ValueDoesNotFit, match="VN-1001") as refused:
            save_attribute(data=data, actor=world.acme.staff, attribute_id=key)
        assert refused.value.field == "kind"
        assert AttributeDefinition.objects.get().kind == AttributeKind.TEXT
        with translation.override("fr"):
            save_attribute(
                data=AttributeData("matiere", "Matière", kind=AttributeKind.LIST, options=(A2, A4)),
                actor=world.acme.staff,
                attribute_id=key,
            )
        assert Variant.objects.get(sku="VN-1001").attributes == {"matiere": "a4", "x": "1"}
        assert attribute_data(key).options == (A2, A4)
        with pytest.raises(ValueDoesNotFit):  # an option that goods have stays
            save_attribute(data=data, actor=world.acme.staff, attribute_id=key)
        with pytest.raises(AttributeInUse):
            delete_attribute(attribute_id=key, actor=world.acme.staff)


def test_rewriting_costs_the_same_for_any_number_of_goods(world: World) -> None:
    counts = []
    with acting(world):
        key = attribute(world, "longueur")
        for goods in (1, 5):
            ids = list(Variant.objects.values_list("pk", flat=True)[:goods])
            for number, variant_id in enumerate(ids):
                Variant.objects.filter(pk=variant_id).update(attributes={"longueur": f"{number},50 mm"})
            data = AttributeData("longueur", "Longueur", kind=AttributeKind.NUMBER, unit="mm")
            with statements() as captured:
                save_attribute(data=data, actor=world.acme.staff, attribute_id=key)
            counts.append(len(captured))
            assert {v.attributes["longueur"] for v in Variant.objects.filter(pk__in=ids)} == {
                str(n + 0.5) for n in range(goods)
            }
            save_attribute(data=AttributeData("longueur", "L"), actor=world.acme.staff, attribute_id=key)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (AttributeData("x", ""), "label_fr"),
        (AttributeData("X!", "X"), "code"),
        (AttributeData("x", "X", kind="colour"), "kind"),
        (AttributeData("x", "X", kind=AttributeKind.LIST), "options"),
        (AttributeData("x", "X", kind=AttributeKind.LIST, options=(A4, A4)), "options"),
    ],
)
def test_an_attribute_that_cannot_be_is_refused_at_its_field(world: World, data: AttributeData, field: str) -> None:
    with acting(world):
        with pytest.raises(InvalidInput) as refused:
            save_attribute(data=data, actor=world.acme.staff)
        assert refused.value.field == field
        assert not AttributeDefinition.objects.exists()


NUMBER = AttributeInfo("longueur", "Longueur", "Length", AttributeKind.NUMBER, "mm", is_filter=True)
LIST = AttributeInfo("nuance", "Nuance", "Grade", AttributeKind.LIST, "", is_filter=True, options=(A4, A2))
TRUTH = AttributeInfo("revetu", "Revêtu", "Coated", AttributeKind.BOOLEAN, "", is_filter=True)
TEXT = AttributeInfo("norme", "Norme", "Norm", AttributeKind.TEXT, "", is_filter=True)


@pytest.mark.parametrize(
    ("info", "typed", "stored"),
    [
        (NUMBER, "12,50 mm", "12.5"),
        (NUMBER, "1 250", "1250"),
        (NUMBER, "", ""),
        (LIST, "a4", "a4"),
        (LIST, " inox A2 ", "a2"),
        (LIST, "A4 Stainless", "a4"),
        (TRUTH, "Oui", "true"),
        (TRUTH, "0", "false"),
        (TEXT, {"fr": "Rouge", "en": " Red "}, {"fr": "Rouge", "en": "Red"}),
        (TEXT, {"fr": "DIN 912", "en": ""}, "DIN 912"),
        (TEXT, {"fr": "DIN 912", "en": "DIN 912"}, "DIN 912"),
    ],
)
def test_values_are_read_as_people_type_them(info: AttributeInfo, typed: Any, stored: Any) -> None:
    assert read_value(info, typed) == stored
    assert read_value(info, stored, decimal_separator=".") == stored


@pytest.mark.parametrize(
    ("info", "typed"),
    [(NUMBER, "long"), (NUMBER, "1,125"), (NUMBER, "NaN"), (LIST, "A5"), (TRUTH, "maybe"), (TEXT, "x" * 201)],
)
def test_a_value_that_does_not_fit_is_said(info: AttributeInfo, typed: str) -> None:
    with pytest.raises(WrongValue):
        read_value(info, typed)


def test_a_variant_is_held_against_its_family(world: World) -> None:
    with acting(world):
        screws(world)
        known = outline()
    assert missing({"longueur": " "}, known, "vis") == ["longueur", "nuance"]
    assert missing({}, known, "") == []


def test_values_are_shown_in_the_family_s_order_and_the_reader_s_language(world: World) -> None:
    with acting(world):
        screws(world)
        known = outline()
    values = {"revetu": "true", "zz": "x", "nuance": "a4", "longueur": "1250.5"}
    with translation.override("fr"):
        texts = [text for _code, text in known.shown(values, "vis")]
    assert texts == ["1\u202f250,5 mm", "Inox A4", texts[2], "x"]
    with translation.override("en"):
        assert [text for _code, text in known.shown(values, "vis")] == ["1,250.5 mm", "A4 stainless", "Yes", "x"]
        assert known.shown_value("revetu", "false") == "No"
        assert known.shown_value("nuance", "gone") == "gone"


def test_the_pages_build_a_family(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    form = {
        "label_fr": "Matière",
        "label_en": "Material",
        "kind": "list",
        "options": "Inox A4; A4 stainless\nb; Brut; ",
    }
    assert client.post("/portal/catalog/attributes/new/", form | {"is_filter": "1"}).status_code == 303
    assert client.post("/portal/catalog/attributes/new/", {"label_fr": "Longueur", "kind": "number"}).status_code == 303
    with acting(world):
        material, length = (AttributeDefinition.objects.get(code=code).pk for code in ("matiere", "longueur"))
        assert attribute_data(material).options == (
            OptionInfo("inox_a4", "Inox A4", "A4 stainless"),
            OptionInfo("b", "Brut", ""),
        )
        assert not attribute_data(length).is_filter
    members = {f"has-{material.hex}": "1", f"place-{material.hex}": "2", f"required-{material.hex}": "1"}
    members |= {f"has-{length.hex}": "1", f"place-{length.hex}": "1", f"filter-{length.hex}": "1"}
    assert client.post("/portal/catalog/families/new/", {"name_fr": "Vis à bois", **members}).status_code == 303
    with acting(world):
        family = Family.objects.get(code="vis_a_bois")
        assert family_data(family.pk).members == (
            Member(length, is_required=False, is_filter=True, is_comparable=False),
            Member(material, is_required=True, is_filter=False, is_comparable=False),
        )
    page = client.get(f"/portal/catalog/families/{family.pk}/").content.decode()
    assert page.index("Longueur") < page.index("Material")
    assert "Vis à bois" in client.get("/portal/catalog/families/").content.decode()


@pytest.mark.parametrize(
    ("path", "form", "message"),
    [
        ("families/new/", {"name_fr": "", "name_en": ""}, "Small letters, digits"),
        ("families/new/", {"name_fr": "Vis", "code": "É"}, "Small letters, digits"),
        ("attributes/new/", {"label_fr": "X", "kind": "list"}, "A list needs at least one value."),
        ("attributes/new/", {"label_fr": "X", "kind": "list", "options": "a;b;c;d"}, "Line 1 cannot be read"),
        ("attributes/new/", {"label_fr": "X"}, "This field is required."),
    ],
)
def test_a_refused_form_comes_back_with_its_error(
    world: World, browser: Any, path: str, form: dict[str, str], message: str
) -> None:
    response = browser(world.acme.host, world.acme.owner).post(f"/portal/catalog/{path}", form)
    assert response.status_code == 422
    assert message in response.content.decode()
    with acting(world):
        assert not Family.objects.exists()
        assert not AttributeDefinition.objects.exists()


def test_what_is_in_use_is_not_deleted_by_the_page(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    with acting(world):
        family_id = screws(world)
        Product.objects.filter(code="VN-1001").update(family=family_id)
    response = client.post(f"/portal/catalog/families/{family_id}/delete/")
    assert response.status_code == 303
    assert "Products that have this family: 1" in client.get(response["Location"]).content.decode()
