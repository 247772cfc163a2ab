"""The catalogue as a file: exported and imported again it changes nothing, in either language and every form."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.enums import AttributeKind, RelationKind, VariantState
from catalog.models import AttributeDefinition, Brand, Category, Family, OrderUnit, Product, Relation, Variant
from catalog.outline import forget_outline
from core.errors import NotAllowed
from core.tenancy import use_tenant
from integrations.catalog_export.columns import INSTEAD, LEFT_OUT, OF_PACKS, VALUES
from integrations.catalog_export.services import Form, export
from integrations.catalog_export.texts import number
from integrations.catalog_import import mapping, numbers, undo
from integrations.catalog_import.cells import Verbatim, unguarded, verbatim
from integrations.catalog_import.detection import detect
from integrations.catalog_import.targets import TARGETS
from integrations.models import CatalogImportIssue
from inventory.models import Stock, StockMovement
from pricing.models import Price, PriceList
from tests.counting import statements
from tests.imports.conftest import Importer
from tests.world import BOT, World

FORMS = list(Form)


def base() -> UUID:
    return PriceList.objects.get(is_base=True).pk


def exported(world: World, form: Form, *, language: str = "en", price_list: str = "base") -> SimpleUploadedFile:
    """The whole catalogue as a browser would send it back."""
    file = io.BytesIO()
    with use_tenant(world.acme.scope, party="tenant"), translation.override(language):
        key = PriceList.objects.get(code=price_list).pk if price_list else None
        export(rows=Variant.objects.all(), price_list_id=key, form=form, file=file, actor=world.acme.staff)
    return SimpleUploadedFile(f"export.{form.suffix}", file.getvalue())


def vary(world: World) -> None:
    """Goods of every kind: what an import knows, and texts that a file could spoil."""
    with use_tenant(world.acme.scope, party="tenant"):
        forget_outline()
        goods = {variant.sku: variant for variant in Variant.objects.select_related("product")}
        _vary_products(goods)
        _vary_variants(goods)
        _vary_conditions(goods)
        _vary_relations(goods)


def _vary_products(goods: dict[str, Variant]) -> None:
    deep = Category.objects.get(path="vis")
    inner = Category.objects.create(
        parent=deep, path="vis/tete-fraisee-6-pans", slug="tete-fraisee-6-pans", name_fr="Tête fraisée / 6 pans"
    )
    renamed = Category.objects.create(path="ancien", slug="ancien", name_fr="Nouveau nom", name_en="New name")
    odd = Category.objects.create(path="joints-bagues", slug="joints-bagues", name_fr="Joints | Bagues")
    family = Family.objects.create(code="screws", name_fr="Vis")
    for code, label, kind, unit in (
        ("longueur", "Longueur", AttributeKind.NUMBER, "mm"),
        ("filet-pas", "Pas du filet", AttributeKind.TEXT, ""),
        ("couleur", "Couleur", AttributeKind.TEXT, ""),
        ("matiere", "Matière", AttributeKind.TEXT, ""),
    ):
        AttributeDefinition.objects.create(code=code, label_fr=label, kind=kind, unit=unit)
    one, two, three, four, _five = (goods[f"VN-100{place}"] for place in range(1, 6))
    one.product.category, one.product.family, two.product.category = inner, family, renamed
    three.product.category, four.product.category = odd, None
    one.product.description_fr = "Première ligne\r\nDeuxième ; ligne\r\n\r\n=3+4"
    one.product.description_en = 'With "quotes", commas; and\ttabs'
    two.product.description_fr = "Acier < 8.8 & > 4.6 : <b>gras</b> &amp; nu"
    for variant in goods.values():
        variant.product.save()


def _vary_variants(goods: dict[str, Variant]) -> None:
    one, two, three, four, five = (goods[f"VN-100{place}"] for place in range(1, 6))
    one.attributes = {
        "longueur": "40.125",
        "filet-pas": "-1,25",
        "couleur": {"fr": "gris", "en": "grey"},
        "matiere": {"fr": "A4"},
    }
    two.attributes = {"couleur": "=ROUGE", "longueur": "1.5"}
    three.attributes = {"couleur": "@rouge", "filet-pas": "'=1"}
    one.gtin, one.manufacturer_part_number = "3760123456784", "00120E4"
    one.tax_rate, two.tax_rate, three.tax_rate, four.tax_rate = "0.055", "0.021", "0", "0.051255"
    one.weight_kg, one.length_mm, one.width_mm, one.height_mm = "0.015125", "40.5", "8", "1000.25"
    one.origin_country, one.customs_code, one.is_dangerous, one.un_number = "FR", "73181535", True, "0012"
    three.is_service = True
    two.is_oversize, two.name_fr, two.name_en = True, "Vis\u00a0à  tôle 4,2\u202f×\u202f13", ""
    three.name_fr, four.name_en, five.name_fr = "=SOMME(A1)", "+33 screw", "-40 °C"
    five.manufacturer_part_number = "1E5"
    one.keywords_fr, one.keywords_en = "=SOMME, '=1, boulon à six pans", "bolt, <b>, 1E5"
    two.keywords_en, three.keywords_fr = "=screw", "1E5"
    for variant in goods.values():
        variant.save()
    more = Variant.objects.create(
        product=one.product, sku="12E4", sku_key="12e4", name_fr="Variante", attributes={"longueur": "50"}
    )
    OrderUnit.objects.create(variant=more, code="H87", factor=1, is_base=True)


def _vary_conditions(goods: dict[str, Variant]) -> None:
    one, two, three, four = (goods[f"VN-100{place}"] for place in range(1, 5))
    OrderUnit.objects.filter(variant=one, is_base=True).update(minimum="2.5", multiple="0.125", maximum="1000.125")
    OrderUnit.objects.filter(variant=one, code="XBX").update(
        factor="1.125", minimum=2, multiple=2, maximum=40, gtin="13760123456781"
    )
    for code, factor in (("XPX", 4800), ("XCT", 250), ("XRO", 7), ("XSA", "3.5")):
        OrderUnit.objects.create(variant=one, code=code, factor=factor)
    Stock.objects.filter(variant=one).update(on_hand="1234.125", lead_time_days=0, restock_on=date(2031, 3, 4))
    Stock.objects.filter(variant=three).update(restock_on=date(2020, 1, 31))
    Stock.objects.filter(variant=two).delete()
    prices = Price.objects.filter(price_list_id=base())
    prices.filter(variant=one).update(unit_price="0.123456")
    prices.filter(variant=two, min_quantity=1).delete()
    prices.filter(variant=three).delete()
    prices.filter(variant=four, min_quantity=1).update(unit_price="987654321098.123456")
    Price.objects.create(price_list_id=base(), variant=four, min_quantity="12.125", unit_price="1234.125")
    Brand.objects.filter(slug="fixor").update(name="FIXOR")


def _vary_relations(goods: dict[str, Variant]) -> None:
    one, two, three, four, five = (goods[f"VN-100{place}"] for place in range(1, 6))
    Variant.objects.filter(pk=four.pk).update(sku="VN,1004; A")
    Variant.objects.filter(pk=five.pk).update(sku="=VN|5")
    odd = Variant.objects.get(sku="12E4")
    for position, (variant, kind, other) in enumerate(
        (
            (one, RelationKind.REPLACEMENT, odd),
            (one, RelationKind.ALTERNATIVE, three),
            (one, RelationKind.ALTERNATIVE, two),
            (two, RelationKind.ACCESSORY, four),
            (three, RelationKind.ACCESSORY, five),
            (three, RelationKind.ACCESSORY, one),
        )
    ):
        Relation.objects.create(variant=variant, kind=kind, other=other, position=position)


def everything(world: World) -> list[Any]:
    """All rows that an import could change."""
    with use_tenant(world.acme.scope, party="tenant"):
        models: tuple[Any, ...] = (
            Variant, Product, OrderUnit, Price, Stock, StockMovement, Category, Brand, AttributeDefinition, Relation
        )  # fmt: skip
        return [sorted(model.objects.values_list(), key=str) for model in models]


# --- The round trip ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_exported_and_imported_again_nothing_changes(
    world: World, importer: Importer, form: Form, language: str
) -> None:
    vary(world)
    before = everything(world)
    import_id = importer.take(exported(world, form, language=language))
    row = importer.row(import_id)
    assert (row.state, row.row_count) == ("applied", 6)
    # what looks like HTML comes back as it was, and is pointed at
    assert {issue[2] for issue in importer.issues(import_id)} <= {"markup", "tier_dearer"}
    assert importer.counts(import_id) == (0, 0, 6, 0)
    assert everything(world) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_world_without_oddities_comes_back_without_a_word(world: World, importer: Importer, form: Form) -> None:
    import_id = importer.take(exported(world, form, language="fr"))
    assert importer.counts(import_id) == (0, 0, 5, 0)
    assert importer.issues(import_id) == []


@pytest.mark.parametrize("form", FORMS)
def test_another_list_goes_out_and_comes_back_by_itself(world: World, importer: Importer, form: Form) -> None:
    file = exported(world, form, price_list="lecomte")
    import_id = importer.take(file, price_list="lecomte")
    assert importer.counts(import_id) == (0, 0, 5, 0)
    assert importer.issues(import_id) == []


def test_what_an_undo_archived_stays_archived(world: World, importer: Importer) -> None:
    vary(world)
    undone = importer.take("SKU;Name;Price;Stock\nS-1;Bolt;1,20;3\n")
    with use_tenant(importer.tenant.scope):
        undo.undo(import_id=undone, actor=importer.tenant.staff)
    importer.drain()
    with use_tenant(importer.tenant.scope):
        Variant.objects.filter(sku="=VN|5").update(state=VariantState.ARCHIVED)  # by hand
    assert importer.variant("S-1").state == VariantState.ARCHIVED
    before = everything(world)
    import_id = importer.take(exported(world, Form.SEMICOLON))
    assert importer.counts(import_id) == (0, 0, 5, 0)
    assert everything(world) == before


def test_without_a_list_prices_are_left_alone(world: World, importer: Importer) -> None:
    file = exported(world, Form.COMMA, price_list="")
    assert b"price" not in (file.file or io.BytesIO()).read().splitlines()[0].lower()
    file.seek(0)
    assert importer.counts(importer.take(file)) == (0, 0, 5, 0)


def test_what_is_changed_in_the_file_is_changed_by_the_import(world: World, importer: Importer) -> None:
    file = exported(world, Form.SEMICOLON, language="fr")
    text = file.read().decode("utf-8-sig").replace(";0,62;", ";0,63;").replace("Washer M8 A4", "Washer M8 A4 new")
    import_id = importer.take(SimpleUploadedFile("export.csv", text.encode("utf-8-sig")))
    assert importer.counts(import_id) == (0, 2, 3, 0)
    assert importer.prices("VN-1002") == {"1": "0.63", "500": "0.51"}
    assert importer.variant("VN-1004").name_en == "Washer M8 A4 new"


def test_an_export_into_an_empty_shop_makes_the_same_goods(world: World, importer: Importer) -> None:
    vary(world)
    file = exported(world, Form.XLSX)
    with use_tenant(world.acme.scope, party="tenant"):
        before = {row.sku: row for row in Variant.objects.select_related("product__category")}
        units = sorted(OrderUnit.objects.values_list("variant__sku", "code", "factor", "minimum", "multiple", "gtin"))
        Variant.objects.all().delete()
        Product.objects.all().delete()
    import_id = importer.take(file)
    assert importer.counts(import_id) == (6, 0, 0, 0)
    with use_tenant(world.acme.scope, party="tenant"):
        after = {row.sku: row for row in Variant.objects.select_related("product__category")}
        assert units == sorted(
            OrderUnit.objects.values_list("variant__sku", "code", "factor", "minimum", "multiple", "gtin")
        )
    for sku, was in before.items():
        now = after[sku]
        for name in ("gtin", "manufacturer_part_number", "attributes", "tax_rate", "weight_kg", "un_number"):
            assert getattr(now, name) == getattr(was, name), (sku, name)
        assert now.product.code == was.product.code


# --- The table of columns ---------------------------------------------------------------------------------------------
def test_every_target_of_the_import_is_exported_or_said_in_another_way() -> None:
    keys = {target.key for target in TARGETS} - LEFT_OUT
    assert keys == VALUES.keys() | OF_PACKS.keys() | INSTEAD.keys()
    assert not VALUES.keys() & OF_PACKS.keys() & INSTEAD.keys()
    assert set(INSTEAD.values()) <= VALUES.keys()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_import_proposes_for_each_column_what_it_is(world: World, language: str, tmp_path: Any) -> None:
    vary(world)
    file = io.BytesIO()
    with use_tenant(world.acme.scope, party="tenant"), translation.override(language):
        written = export(
            rows=Variant.objects.all(), price_list_id=base(), form=Form.SEMICOLON, file=file, actor=world.acme.staff
        )
    path = tmp_path / "file"
    path.write_bytes(file.getvalue())
    found, body = detect(path, {})
    proposed = mapping.propose(found.headers, body)
    assert [proposed.get(place) for place in range(len(found.headers))] == list(written.targets)
    assert (found.delimiter, found.encoding) == (";", "utf-8-sig")


# --- Values -----------------------------------------------------------------------------------------------------------
@example("\r:")
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    | st.from_regex(r"'{0,3}[=+\-@#E0-9'][A-Za-z0-9()!/+.,]{0,6}", fullmatch=True)
)
def test_a_text_comes_back_and_no_spreadsheet_runs_it(text: str) -> None:
    cell = verbatim(text)
    assert unguarded(cell) == text
    is_number = re.fullmatch(r"[+-]?[\d\s.,]+", cell)
    assert is_number or cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    if cell.startswith("''"):
        assert isinstance(unguarded(cell), Verbatim) or cell == text


@given(
    st.decimals(min_value=0, max_value=Decimal(10) ** 12, places=6, allow_nan=False),
    st.sampled_from([",", "."]),
    st.sampled_from([",", ".", ""]),
)
def test_a_number_comes_back_whatever_separator_is_detected(value: Decimal, decimal: str, detected: str) -> None:
    for counts in (True, False):
        assert numbers.number(number(value, decimal), detected, counts=counts) == value


NAMES = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=40)


@dataclass(frozen=True)
class Spoiled:
    """What one of the goods is called and costs, how many there are, and the file that it goes through."""

    name: str
    price: Decimal
    stock: Decimal
    form: Form
    language: str


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Spoiled,
        name=NAMES.map(str.strip).filter(bool),
        price=st.decimals(min_value="0.000001", max_value=Decimal(10) ** 9, places=6),
        stock=st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=4),
        form=st.sampled_from(FORMS),
        language=st.sampled_from(["en", "fr"]),
    )
)
def test_any_name_price_and_stock_come_back(world: World, importer: Importer, case: Spoiled) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        Variant.objects.filter(sku="VN-1001").update(name_fr=case.name)
        Product.objects.filter(code="VN-1001").update(name_fr=case.name)
        Price.objects.filter(price_list_id=base(), variant__sku="VN-1001").update(unit_price=case.price)
        Stock.objects.filter(variant__sku="VN-1001").update(on_hand=case.stock)
    import_id = importer.check(exported(world, case.form, language=case.language))
    with use_tenant(world.acme.scope, party="tenant"):
        issues = CatalogImportIssue.objects.filter(catalog_import_id=import_id, is_blocking=True)
        assert list(issues.values("code", "value")) == []
    assert importer.counts(import_id) == (0, 0, 5, 0)


# --- Statements, rights -----------------------------------------------------------------------------------------------
def test_statements_are_those_of_a_portion(world: World) -> None:
    counts = []
    with use_tenant(world.acme.scope, party="tenant"):
        for skus in (["VN-1001"], [f"VN-100{place}" for place in range(1, 6)]):
            rows = Variant.objects.filter(sku__in=skus)
            forget_outline()
            with statements() as asked:
                export(rows=rows, price_list_id=base(), form=Form.COMMA, file=io.BytesIO(), actor=BOT)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_staff_may_export(world: World) -> None:
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(NotAllowed):
        export(
            rows=Variant.objects.all(), price_list_id=None, form=Form.COMMA, file=io.BytesIO(), actor=world.delmas.buyer
        )


# --- The page ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "kind", "count"),
    [
        ("", "text/csv", 5),
        ("form=comma&q=screw", "text/csv", 2),
        ("form=xlsx&list=none", "application/vnd.openxmlformats", 5),
        ("state=draft", "text/csv", 0),
    ],
)
def test_the_file_is_downloaded_as_it_was_asked_for(
    world: World, browser: Any, query: str, kind: str, count: int
) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    assert 'action="/portal/catalog/export/"' in staff.get("/portal/catalog/").content.decode()
    assert 'action="/portal/catalog/export/"' in staff.get("/portal/imports/").content.decode()
    answer = staff.get(f"/portal/catalog/export/?{query}")
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"].startswith(kind)) == (200, True)
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    if kind == "text/csv":
        assert len(content.decode("utf-8-sig").splitlines()) == count + 1
    for stranger in (world.delmas.admin, world.bolt.owner):
        assert browser(world.acme.host, stranger).get("/portal/catalog/export/").status_code == 404


def test_what_cannot_be_exported_is_not_found(world: World, browser: Any) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    for query in ("form=pdf", "list=x", "family=x"):
        assert staff.get(f"/portal/catalog/export/?{query}").status_code == 404
