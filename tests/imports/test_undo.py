"""Undoing: what the import changed and nobody else since, in chunks, once, and only the last import."""

from __future__ import annotations

import csv
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import OrderUnit, Product, Variant, VariantMove
from catalog.part_numbers import save_number
from core.errors import IllegalMove, NotAllowed
from core.tenancy import use_tenant
from customers.queries import require_approved
from integrations.catalog_import import history, jobs, services, undo, undoing
from integrations.catalog_import.errors import ImportNotFound, LaterImport, NothingToUndo
from integrations.models import CatalogImport, CatalogImportChange, ImportState, UndoOutcome
from inventory.counting import Count, set_counts
from inventory.models import Stock, StockMovement
from pricing.models import Price
from pricing.services import NewPrice, PriceSet, set_prices
from tests.imports.conftest import Importer
from tests.imports.files import GOOD
from tests.imports.test_applying import rows

CHANGED = (
    "SKU;Name FR;Name EN;Marque;Catégorie;EAN;Unité;Boîte;Prix net;Palier;Prix palier;Stock;Délai;TVA;Poids (kg);"
    "attr:couleur;Mots-clés;Retour en stock\n"
    "PN-2001;Vis neuve;New screw;Autre;Fixation > Clous;4006381333931;pce;250;0,0500;500;0,0400;12 000;5 j;5,5 %;0,02;"
    "noir;boulon;31/03/2031\n"
    "PN-9;Écrou;Nut;Vissal;Fixation > Écrous;;pce;10;0,0700;;;0;1 j;;;;;\n"
)


def nails(count: int) -> str:
    """Goods without stock."""
    return "SKU;Name;Price\n" + "".join(f"N-{n:05};Nail {n};1.25\n" for n in range(count))


def undo_it(importer: Importer, import_id: UUID) -> CatalogImport:
    with use_tenant(importer.tenant.scope):
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
    importer.drain()
    return importer.row(import_id)


def picture(importer) -> dict[str, object]:
    """All that imports write, as values."""
    with use_tenant(importer.tenant.scope):
        variants = Variant.objects.select_related("product__brand", "product__category", "stock").order_by("sku")
        return {
            variant.sku: (
                *(variant.name_fr, variant.name_en, variant.gtin, variant.tax_rate, variant.weight_kg),
                variant.keywords_fr,
                variant.attributes,
                (variant.product.name_fr, variant.product.brand and variant.product.brand.slug),
                variant.product.category and variant.product.category.path,
                (variant.stock.on_hand, variant.stock.lead_time_days, variant.stock.restock_on)
                if hasattr(variant, "stock")
                else None,
                sorted(variant.units.values_list("code", "factor", "minimum", "maximum", "gtin")),
                sorted(variant.prices.filter(valid_to=None).values_list("min_quantity", "unit_price")),
            )
            for variant in variants
        }


def test_everything_becomes_what_it_was_and_no_price_is_deleted(importer):
    importer.take(GOOD)
    before = picture(importer)
    with use_tenant(importer.tenant.scope):
        prices = set(Price.objects.values_list("pk", flat=True))
    import_id = importer.take(CHANGED)
    assert importer.counts(import_id) == (1, 1, 0, 0)
    assert picture(importer) != before
    row = undo_it(importer, import_id)
    assert row.state == ImportState.UNDONE
    assert (row.restored_count, row.removed_count, row.archived_count, row.left_count) == (1, 1, 0, 0)
    assert (row.undone_by_name, row.done_count) == (importer.tenant.staff.name, 2)
    assert picture(importer) == before
    with use_tenant(importer.tenant.scope):
        assert prices <= set(Price.objects.values_list("pk", flat=True))
        timeline = list(
            Price.objects.filter(variant__sku="PN-2001", min_quantity=1)
            .order_by("valid_from")
            .values_list("unit_price")
        )
        assert timeline == [(Decimal("0.042"),), (Decimal("0.05"),), (Decimal("0.042"),)]
        assert not Product.objects.filter(code="PN-9").exists()
        movements = StockMovement.objects.filter(variant__sku="PN-2001").order_by("at").values_list("quantity")
        assert [quantity for (quantity,) in movements] == [12500, -500, 500]


def test_what_somebody_changed_since_is_left_alone_and_listed(importer):
    importer.take(GOOD)
    import_id = importer.take(CHANGED)
    variant = importer.variant("PN-2001")
    with use_tenant(importer.tenant.scope):
        Variant.objects.filter(pk=variant.pk).update(name_fr="Vis à moi")
        OrderUnit.objects.filter(variant=variant, code="XBX").update(factor=300)
        base = Price.objects.filter(variant=variant).values_list("price_list_id", flat=True)[0]
        own = PriceSet((NewPrice(Decimal(500), Decimal("0.033")),), is_partial=True)
        set_prices(price_list_id=base, prices={variant.pk: own}, actor=importer.tenant.staff)
        set_counts(counts={variant.pk: Count(Decimal(11))}, reference="inventory")
        page = history.undo_page(import_id)
    assert [value for _label, value, _tone in page.figures] == ["0", "1", "0", "1"]
    left = {field.label for field in page.left[0].fields if field.is_left}
    assert {"Name (French)", "Stock", "Price from 500, Tarif public"} < left
    assert "Barcode (GTIN, EAN)" not in left
    row = undo_it(importer, import_id)
    assert (row.restored_count, row.removed_count, row.left_count) == (0, 1, 1)
    after = importer.variant("PN-2001")
    assert (after.name_fr, after.name_en, after.gtin) == ("Vis à moi", "Tapping screw 4.2×13", "3760123456784")
    assert (after.stock.on_hand, after.stock.lead_time_days) == (11, 2)
    assert importer.prices("PN-2001") == {"1": "0.042", "500": "0.033", "1000": "0.031"}
    with use_tenant(importer.tenant.scope):
        assert OrderUnit.objects.get(variant=variant, code="XBX").factor == 300
        change = CatalogImportChange.objects.get(catalog_import_id=import_id, sku="PN-2001")
        assert change.outcome == UndoOutcome.PARTLY
        assert {name.split(".")[0] for name in change.left} == {"name_fr", "unit", "price", "stock"}


def test_new_goods_in_use_are_archived_and_those_worked_on_are_kept(world, importer):
    import_id = importer.take(
        "SKU;Name;Price;Stock\nU-1;Used;1,20;0\nU-2;Worked on;1,20;0\nU-3;Counted;1,20;0\nU-4;Free;1;0\n"
    )
    used, worked, counted = (importer.variant(sku).pk for sku in ("U-1", "U-2", "U-3"))
    with use_tenant(importer.tenant.scope):
        customer = require_approved(world.delmas.buyer)
        save_number(owner=customer, number="D-1", code="U-1", actor=world.delmas.buyer)
    with use_tenant(importer.tenant.scope):
        base = Price.objects.filter(variant=worked).values_list("price_list_id", flat=True)[0]
        dearer = PriceSet((NewPrice(Decimal(1), Decimal("1.50")),))
        set_prices(price_list_id=base, prices={worked: dearer}, actor=importer.tenant.staff)
        set_counts(counts={counted: Count(Decimal(9))}, reference="inventory")
    row = undo_it(importer, import_id)
    assert (row.restored_count, row.removed_count, row.archived_count, row.left_count) == (0, 1, 1, 2)
    assert importer.variant("U-1").state == "archived"
    assert importer.variant("U-2").state == importer.variant("U-3").state == "active"
    with use_tenant(importer.tenant.scope):
        move = VariantMove.objects.get(subject_id=used)
        assert (move.from_state, move.to_state, move.actor_name) == ("active", "archived", importer.tenant.staff.name)
        assert not Variant.objects.filter(sku="U-4").exists()
        lines, total = history.changes(import_id, kind="left", limit=10, offset=0)
    assert (total, {line.sku for line in lines}) == (2, {"U-2", "U-3"})


def test_new_goods_whose_stock_has_moved_are_archived_and_come_back_with_the_next_import(importer):
    text = "SKU;Name;Price;Stock\nS-1;Bolt;1,20;3\nS-2;Nut;1,20;0\n"
    row = undo_it(importer, importer.take(text))
    assert (row.removed_count, row.archived_count) == (1, 1)
    assert importer.variant("S-1").state == "archived"
    import_id = importer.take(text)
    assert importer.counts(import_id) == (1, 1, 0, 0)
    assert importer.variant("S-1").state == "active"
    with use_tenant(importer.tenant.scope):
        lines, _total = history.changes(import_id, kind="changed", limit=10, offset=0)
    assert [(field.label, field.before, field.after) for field in lines[0].fields] == [("State", "Archived", "Active")]
    assert undo_it(importer, import_id).restored_count == 1
    assert importer.variant("S-1").state == "archived"


def test_only_the_last_import_and_then_the_one_before(importer):
    first = importer.take("SKU;Name;Price\nL-1;Bolt;1,20\n")
    second = importer.take("SKU;Name;Price\nL-1;Bolt new;1,30\n")
    nothing = importer.take("SKU;Name;Price\nL-1;Bolt new;1,30\n")
    with use_tenant(importer.tenant.scope):
        with pytest.raises(LaterImport) as refused:
            undo.undo(import_id=first, actor=importer.tenant.staff)
        assert importer.row(second).filename in str(refused.value)
        with pytest.raises(NothingToUndo):
            undo.undo(import_id=nothing, actor=importer.tenant.staff)
    assert importer.variant("L-1").name_en == "Bolt new"
    undo_it(importer, second)
    assert (importer.variant("L-1").name_en, importer.prices("L-1")) == ("Bolt", {"1": "1.2"})
    with use_tenant(importer.tenant.scope), pytest.raises(NothingToUndo):
        undo.undo(import_id=second, actor=importer.tenant.staff)
    assert undo_it(importer, first).removed_count == 1
    with use_tenant(importer.tenant.scope):
        assert not Variant.objects.filter(sku="L-1").exists()


def test_an_undone_file_can_be_checked_and_applied_again(importer):
    import_id = importer.take("SKU;Name;Price\nL-1;Bolt;1,20\n")
    undo_it(importer, import_id)
    row = importer.row(import_id)
    with use_tenant(importer.tenant.scope):
        choices = services.Choices(jobs.mapping_of(row), {}, row.price_list_code)
        services.check(import_id=import_id, choices=choices, actor=importer.tenant.staff)
    importer.drain()
    importer.apply(import_id)
    assert importer.counts(import_id) == (1, 0, 0, 0)
    assert undo_it(importer, import_id).removed_count == 1


class KilledError(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def test_a_killed_worker_is_followed_by_one_that_goes_on(importer, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 10)
    import_id = importer.take(nails(35))
    told: list[int] = []

    def kill_after_two(_import_id):
        told.append(1)
        if len(told) == 2:
            raise KilledError

    with use_tenant(importer.tenant.scope):
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
        with monkeypatch.context() as patched:
            patched.setattr(jobs, "tell", kill_after_two)
            with pytest.raises(KilledError):
                undoing.run(import_id)
        assert Variant.objects.filter(sku__startswith="N-").count() == 15
        row = CatalogImport.objects.get(pk=import_id)
        assert (row.state, row.done_count, row.removed_count) == (ImportState.UNDOING, 20, 20)
        undoing.run(import_id)
        row = CatalogImport.objects.get(pk=import_id)
        assert (row.state, row.done_count, row.removed_count) == (ImportState.UNDONE, 35, 35)
        assert not Variant.objects.filter(sku__startswith="N-").exists()


def test_a_cancelled_undo_can_be_asked_for_again(importer, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 10)
    import_id = importer.take(nails(25))
    with use_tenant(importer.tenant.scope):
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
        with monkeypatch.context() as patched:
            patched.setattr(jobs, "tell", lambda key: services.cancel(import_id=key, actor=importer.tenant.staff))
            undoing.run(import_id)
    row = importer.row(import_id)
    assert (row.state, row.removed_count) == (ImportState.APPLIED, 10)
    row = undo_it(importer, import_id)
    assert (row.state, row.removed_count, row.done_count) == (ImportState.UNDONE, 25, 25)


def test_only_the_tenants_staff_and_only_their_own(world, importer):
    import_id = importer.take(GOOD)
    with use_tenant(importer.tenant.scope), pytest.raises(NotAllowed):
        undo.undo(import_id=import_id, actor=world.delmas.buyer)
    with use_tenant(world.bolt.scope), pytest.raises(ImportNotFound):
        undo.undo(import_id=import_id, actor=world.bolt.staff)
    checked = importer.check(GOOD)
    with use_tenant(importer.tenant.scope), pytest.raises((NothingToUndo, IllegalMove)):
        undo.undo(import_id=checked, actor=importer.tenant.staff)
    assert importer.row(import_id).state == ImportState.APPLIED


def test_statements_do_not_grow_with_rows(importer):
    def statements(count: int, start: int) -> tuple[int, int, int]:
        importer.take(rows(count, start=start))
        import_id = importer.take(rows(count, start=start, price="1.35"))
        assert importer.counts(import_id) == (0, count, 0, 0)
        with use_tenant(importer.tenant.scope), CaptureQueriesContext(connection) as foreseen:
            history.undo_page(import_id)
        with use_tenant(importer.tenant.scope), CaptureQueriesContext(connection) as listed:
            history.changes(import_id, kind="", limit=count, offset=0)
        with use_tenant(importer.tenant.scope):
            undo.undo(import_id=import_id, actor=importer.tenant.staff)
            with CaptureQueriesContext(connection) as undone:
                undoing.run(import_id)
        assert importer.row(import_id).restored_count == count
        return len(foreseen), len(listed), len(undone)

    statements(8, 9000)
    assert statements(20, 0) == statements(300, 1000)


def test_rows_that_say_nothing_new_leave_no_trace(importer):
    importer.take(GOOD)
    import_id = importer.take(GOOD)
    with use_tenant(importer.tenant.scope):
        assert not CatalogImportChange.objects.filter(catalog_import_id=import_id).exists()
        assert not history.aftermath(import_id).is_undoable


def test_the_differences_are_shown_and_downloaded(world, importer, browser):
    importer.take(GOOD)
    import_id = importer.take(CHANGED)
    staff = browser(world.acme.host, world.acme.owner)
    page = staff.get(f"/portal/imports/{import_id}/changes/").text
    assert "<del>Vis à tôle 4,2×13</del>" in page
    assert "<ins>Vis neuve</ins>" in page
    assert "<del>€0.042</del>" in page
    assert "New product" in page
    assert "PN-2001" not in staff.get(f"/portal/imports/{import_id}/changes/?kind=created").text
    text = staff.get(f"/portal/imports/{import_id}/changes.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(text.splitlines(), delimiter=";"))
    assert lines[0] == ["Line", "Reference", "Field", "Before", "After", "Undone"]
    assert ["2", "PN-2001", "Name (French)", "Vis à tôle 4,2×13", "Vis neuve", ""] in lines
    assert ["2", "PN-2001", "Stock", "12,500", "12,000", ""] in lines
    assert ["3", "PN-9", "New product", "", "", ""] in lines


def test_undoing_from_the_page(world, importer, browser):
    importer.take(GOOD)
    import_id = importer.take(CHANGED)
    staff = browser(world.acme.host, world.acme.owner)
    path = f"/portal/imports/{import_id}/"
    assert f'href="{path}undo/"' in staff.get(path).text
    page = staff.get(f"{path}undo/").text
    assert "New products that are removed" in page
    assert staff.post(f"{path}undo/").status_code == 303
    assert "Being undone" in staff.get(path).text
    importer.drain()
    page = staff.get(path).text
    assert "Undone by" in page
    assert "Values put back" in page
    assert staff.post(f"{path}undo/").status_code == 409
    with use_tenant(world.acme.scope):
        assert Stock.objects.get(variant__sku="PN-2001").on_hand == 12500
    assert "Undone" in staff.get("/portal/imports/").text
