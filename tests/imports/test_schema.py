"""Attributes of a file are read by what the product's family says of them; what nobody describes stays as it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from catalog.definitions import AttributeData, normalise_values, save_attribute
from catalog.enums import AttributeKind, VariantState
from catalog.families import FamilyData, Member, save_family
from catalog.lifecycle import publish
from catalog.models import Family, Product, Variant
from catalog.outline import OptionInfo
from core.tenancy import use_tenant
from integrations.catalog_export.services import Form
from integrations.models import CatalogImportIssue
from tests.counting import statements
from tests.imports.conftest import Importer
from tests.imports.files import xlsx_file
from tests.imports.test_export import exported
from tests.world import BOT, World

A4, A2 = OptionInfo("inox_a4", "Inox A4", "A4 stainless"), OptionInfo("inox_a2", "Inox A2", "A2 stainless")
HEADER = "Réf.;Désignation;Code famille;Attribut : nuance;Attribut : longueur;Attribut : revetu;Attribut : norme\n"


@pytest.fixture
def family(world: World) -> Family:
    """Screws: a grade (required), a length in mm, coated; the standard is a text."""
    with use_tenant(world.acme.scope, party="tenant"):

        def attribute(code: str, kind: str, **more: Any) -> Member:
            data = AttributeData(code=code, label_fr=code.title(), kind=kind, **more)
            return Member(save_attribute(data=data, actor=world.acme.staff), is_required=code == "nuance")

        members = (
            attribute("nuance", AttributeKind.LIST, options=(A4, A2)),
            attribute("longueur", AttributeKind.NUMBER, unit="mm"),
            attribute("revetu", AttributeKind.BOOLEAN),
            attribute("norme", AttributeKind.TEXT),
        )
        key = save_family(data=FamilyData("vis", "Vis", "Screws", members), actor=world.acme.staff)
        return Family.objects.get(pk=key)


def values(importer: Importer, sku: str) -> dict[str, Any]:
    return dict(importer.variant(sku).attributes)


def test_values_are_read_as_the_editor_stores_them(importer: Importer, family: Family) -> None:
    rows = (
        "S-1;Vis;vis;Inox A4;12 mm;oui;DIN 912\n"
        "S-2;Vis;vis;a2 STAINLESS;1,25 cm;No;DIN 933\n"
        "S-3;Vis;vis;inox_a4;12,5;TRUE;12\n"
    )
    import_id = importer.take(HEADER + rows)
    assert importer.issues(import_id) == []
    assert values(importer, "S-1") == {"nuance": "inox_a4", "longueur": "12", "revetu": "true", "norme": "DIN 912"}
    assert values(importer, "S-2") == {"nuance": "inox_a2", "longueur": "12.5", "revetu": "false", "norme": "DIN 933"}
    assert values(importer, "S-3") == {"nuance": "inox_a4", "longueur": "12.5", "revetu": "true", "norme": "12"}
    assert importer.counts(importer.take(HEADER + rows)) == (0, 0, 3, 0)
    again = HEADER.replace("Code famille;", "") + "S-1;Vis;A4 Stainless;0,012 m;1;DIN 912\n"
    assert importer.counts(importer.take(again)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("Laiton;12;oui", "Attribut : nuance", "attribute_option"),
        ("Inox A4;douze;oui", "Attribut : longueur", "number_unreadable"),
        ("Inox A4;12 kg;oui", "Attribut : longueur", "attribute_unit"),
        ("Inox A4;1.250;oui", "Attribut : longueur", "number_ambiguous"),
        ("Inox A4;12;peut-être", "Attribut : revetu", "yes_no_unclear"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_row_and_column(
    importer: Importer, family: Family, cells: str, column: str, code: str
) -> None:
    import_id = importer.check(HEADER + f"S-1;Vis;vis;{cells};x\nS-2;Vis;vis;Inox A4;1;oui;x\n")
    assert importer.issues(import_id) == [(2, column, code)]
    assert importer.counts(import_id) == (1, 0, 0, 1)
    importer.apply(import_id)
    with use_tenant(importer.tenant.scope):
        assert list(Variant.objects.filter(sku__startswith="S-").values_list("sku", flat=True)) == ["S-2"]


def test_without_the_family_the_text_of_the_file_stays(importer: Importer, family: Family) -> None:
    import_id = importer.take(
        HEADER + "S-1;Vis;;Laiton;douze;peut-être;x\nS-2;Vis;;Inox A4;12 mm;oui;x\nS-3;Vis;;;;;\n"
    )
    assert importer.issues(import_id) == []
    assert values(importer, "S-1") == {"nuance": "Laiton", "longueur": "douze", "revetu": "peut-être", "norme": "x"}
    # a list and a yes or no are counted under one value, whoever has them
    assert values(importer, "S-2") == {"nuance": "inox_a4", "longueur": "12 mm", "revetu": "true", "norme": "x"}


def test_the_family_that_the_product_has_counts(importer: Importer, family: Family) -> None:
    with use_tenant(importer.tenant.scope):
        Product.objects.filter(code="VN-1001").update(family=family)
    file = "Réf.;Attribut : longueur\nVN-1001;4 cm\nVN-1002;4 cm\n"
    importer.take(file)
    assert values(importer, "VN-1001")["longueur"] == "40"
    assert values(importer, "VN-1002")["longueur"] == "4 cm"
    refused = importer.check(file.replace("VN-1001;4 cm", "VN-1001;court"))
    assert importer.issues(refused) == [(2, "Attribut : longueur", "number_unreadable")]


def test_the_unit_in_the_name_of_the_column_counts(importer: Importer, family: Family) -> None:
    importer.take("Réf.;Désignation;Code famille;Attribut : nuance;Attribut : longueur (cm)\nS-1;Vis;vis;Inox A4;1,5\n")
    assert values(importer, "S-1")["longueur"] == "15"


def test_numbers_of_a_workbook_are_no_texts(importer: Importer, family: Family) -> None:
    header = ["Réf.", "Désignation", "Code famille", "Attribut : nuance", "Attribut : longueur"]
    importer.take(xlsx_file([header, ["S-1", "Vis", "vis", "Inox A4", 1.125]]))
    assert values(importer, "S-1")["longueur"] == "1.125"


def test_a_new_product_without_what_its_family_requires_is_a_draft(importer: Importer, family: Family) -> None:
    import_id = importer.take(HEADER + "S-1;Vis;vis;;12;oui;x\nS-2;Vis;vis;Inox A4;12;oui;x\n")
    assert importer.issues(import_id) == [(2, "Code famille", "required_missing")]
    assert importer.counts(import_id) == (2, 0, 0, 0)
    assert importer.row(import_id).warning_count == 1
    assert importer.variant("S-1").state == VariantState.DRAFT
    assert importer.variant("S-2").state == VariantState.ACTIVE
    with use_tenant(importer.tenant.scope):
        issue = CatalogImportIssue.objects.get(catalog_import_id=import_id)
        assert (issue.is_blocking, issue.params) == (False, {"names": "Nuance"})
    importer.take(HEADER + "S-1;Vis;vis;Inox A2;12;oui;x\n")
    with use_tenant(importer.tenant.scope):
        publish(variant_id=importer.variant("S-1").pk, actor=BOT)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_export_changes_nothing(world: World, importer: Importer, family: Family, form: Form, language: str) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        Product.objects.filter(code="VN-1001").update(family=family)
        for sku, length in (("VN-1001", "1.125"), ("VN-1002", "2.125")):
            attributes = {"nuance": "inox_a4", "longueur": length, "revetu": "true", "norme": "1.125"}
            Variant.objects.filter(sku=sku).update(attributes=attributes)
    import_id = importer.check(exported(world, form, language=language))
    assert [issue for issue in importer.issues(import_id) if issue[2] != "price_on_request"] == []
    assert importer.counts(import_id) == (0, 0, 5, 0)


def test_the_schema_is_asked_once_however_many_rows(importer: Importer, family: Family) -> None:
    def file(count: int) -> str:
        return HEADER + "".join(f"S-{n};Vis;vis;Inox A4;{n} mm;oui;x\n" for n in range(count))

    importer.take(file(40))
    counts = []
    for count in (4, 40):
        with statements() as asked:
            assert importer.counts(importer.check(file(count))) == (0, 0, count, 0)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_stored_values_are_brought_into_line(world: World, family: Family) -> None:
    with use_tenant(world.acme.scope, party="tenant"):
        stored = {
            "VN-1001": {"nuance": "Inox A4", "longueur": "40 mm", "revetu": "oui", "norme": "12 mm"},
            "VN-1002": {"nuance": {"fr": "Inox A2", "en": "A2 stainless"}, "longueur": "4,5", "revetu": "false"},
            "VN-1003": {"nuance": "Laiton", "longueur": "court", "revetu": "peut-être"},
        }
        for sku, attributes in stored.items():
            Variant.objects.filter(sku=sku).update(attributes=attributes)
        call_command("normalise_attributes", tenant="acme")
        now = dict(Variant.objects.filter(sku__in=stored).values_list("sku", "attributes"))
        assert now["VN-1001"] == {"nuance": "inox_a4", "longueur": "40", "revetu": "true", "norme": "12 mm"}
        assert now["VN-1002"] == {"nuance": "inox_a2", "longueur": "4.5", "revetu": "false"}
        assert now["VN-1003"] == stored["VN-1003"]
        assert normalise_values(actor=BOT) == 0
