"""Applying: in chunks, again without a change, after a kill from where it stopped, only what the file speaks of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.events import CatalogChanged
from catalog.models import AttributeDefinition, Brand, Category, OrderUnit, Variant
from core.errors import IllegalMove, NotAllowed
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from integrations.catalog_import import applying, checking, jobs, price_lists, services
from integrations.catalog_import.errors import ImportNotFound, StillRunning
from integrations.models import CatalogImport, ImportState
from inventory import counting
from inventory.models import Stock, StockMovement
from pricing.models import Price, PriceList
from tests.catalog.test_packs import KIT, make
from tests.imports.files import GOOD, csv_file, xlsx_file


def rows(count, *, price="1.25", start=0):
    body = "".join(
        f"N-{n:05};Screw {n};Box;{100 + n};{price};500;1.05;{n};Brand {n % 7};Metal > Screws\n"
        for n in range(start, start + count)
    )
    return f"SKU;Name;Pack unit;Pack size;Price;Qty 1;Price 1;Stock;Brand;Category\n{body}"


def test_everything_of_a_row_arrives(importer):
    importer.take(GOOD)
    variant = importer.variant("PN-2001")
    assert (variant.name_fr, variant.name_en) == ("Vis à tôle 4,2×13", "Tapping screw 4.2×13")
    assert (variant.gtin, variant.product.brand.name) == ("3760123456784", "Vissal")
    assert variant.product.category.path == "fixation/vis"
    assert (variant.stock.on_hand, variant.stock.lead_time_days) == (12500, 2)
    assert importer.prices("PN-2001") == {"1": "0.042", "1000": "0.031"}
    assert importer.prices("PN-2003") == {"1": "0.09"}
    with use_tenant(importer.tenant.scope):
        units = OrderUnit.objects.filter(variant=variant).values_list("code", "factor", "is_base")
        assert set(units) == {("H87", Decimal(1), True), ("XBX", Decimal(200), False)}
        assert Category.objects.get(path="fixation").name_fr == "Fixation"
        movement = StockMovement.objects.get(variant=variant)
        assert (movement.kind, movement.quantity) == ("count", Decimal(12500))


def test_the_same_from_a_workbook(importer):
    header = [
        "Référence",
        "Nom",
        "EAN",
        "Unités",
        "Prix",
        "Paliers",
        "Stock",
        "attr:longueur (mm)",
        "Attribut Couleur EN",
    ]
    line = ["W-1", "Vis", 3760123456784, "XBX:100;XPX:4800", 0.125, "500:0,11;1000:0,1", 40, 12.5, "red"]
    importer.take(xlsx_file([header, line]))
    variant = importer.variant("W-1")
    assert variant.gtin == "3760123456784"
    assert variant.attributes == {"longueur": "12.5", "couleur": {"en": "red"}}
    assert importer.prices("W-1") == {"1": "0.125", "500": "0.11", "1000": "0.1"}
    with use_tenant(importer.tenant.scope):
        assert set(variant.units.values_list("code", "factor")) == {
            ("H87", Decimal(1)),
            ("XBX", Decimal(100)),
            ("XPX", Decimal(4800)),
        }
        length = AttributeDefinition.objects.get(code="longueur")
        assert (length.label_fr, length.unit, length.kind) == ("longueur", "mm", "number")
        assert AttributeDefinition.objects.get(code="couleur").kind == "text"


def test_a_second_run_changes_nothing_and_writes_nothing(importer):
    importer.take(GOOD)
    with use_tenant(importer.tenant.scope):
        before = (Price.objects.count(), StockMovement.objects.count(), set(Variant.objects.values_list("updated_at")))
    with use_tenant(PLATFORM):
        events = OutboxEvent.objects.filter(name=CatalogChanged.NAME).count()
    import_id = importer.take(GOOD)
    assert importer.counts(import_id) == (0, 0, 3, 0)
    with use_tenant(importer.tenant.scope):
        after = (Price.objects.count(), StockMovement.objects.count(), set(Variant.objects.values_list("updated_at")))
    assert after == before
    with use_tenant(PLATFORM):
        assert OutboxEvent.objects.filter(name=CatalogChanged.NAME).count() == events


def test_a_new_price_closes_the_old_one(importer):
    importer.take("SKU;Name;Price;Qty 1;Price 1\nA;Bolt;1.20;100;1.05\n")
    import_id = importer.take("SKU;Name;Price;Qty 1;Price 1\nA;Bolt;1.20;100;0.99\n")
    assert importer.counts(import_id) == (0, 1, 0, 0)
    assert importer.prices("A") == {"1": "1.2", "100": "0.99"}
    with use_tenant(importer.tenant.scope):
        closed = Price.objects.get(variant__sku="A", valid_to__isnull=False)
        opened = Price.objects.get(variant__sku="A", valid_to=None, min_quantity=100)
        assert (closed.unit_price, closed.valid_to) == (Decimal("1.05"), opened.valid_from)


def test_a_tier_that_is_gone_from_the_file_is_closed(importer):
    importer.take("SKU;Name;Price;Qty 1;Price 1\nA;Bolt;1.20;100;1.05\n")
    importer.take("SKU;Name;Price;Qty 1;Price 1\nA;Bolt;1.20;;\n")
    assert importer.prices("A") == {"1": "1.2"}


def test_only_what_the_file_speaks_of_is_touched(importer):
    importer.take("SKU;Name;Name EN;Marque;Price;Qty 1;Price 1;Stock\nA;Vis;Bolt;Vissal;1.20;100;1.05;7\n")
    import_id = importer.take("SKU;Price\nA;1.30\n")
    assert importer.counts(import_id) == (0, 1, 0, 0)
    variant = importer.variant("A")
    assert (variant.name_fr, variant.name_en, variant.product.brand.name) == ("Vis", "Bolt", "Vissal")
    assert variant.stock.on_hand == 7
    assert importer.prices("A") == {"1": "1.3", "100": "1.05"}
    import_id = importer.take("SKU;Stock;Marque\nA;9;\n")
    variant = importer.variant("A")
    assert (variant.stock.on_hand, variant.product.brand.name) == (9, "Vissal")
    assert importer.prices("A") == {"1": "1.3", "100": "1.05"}


def test_a_base_unit_cannot_change(importer):
    importer.take("SKU;Name;Unité;Price\nA;Cable;m;1.20\n")
    import_id = importer.take("SKU;Name;Unité;Price\nA;Cable;kg;1.25\nB;Rope;m;2.15\n")
    assert importer.issues(import_id) == [(2, "Unité", "base_unit_differs")]
    assert importer.counts(import_id) == (1, 0, 0, 1)
    assert importer.prices("A") == {"1": "1.2"}


def test_stock_does_not_go_below_what_is_reserved(importer):
    variant_id = importer.tenant.variants["VN-1001"]
    with use_tenant(importer.tenant.scope):
        Stock.objects.filter(variant_id=variant_id).update(reserved=50)
    import_id = importer.take("SKU;Stock\nVN-1001;20\n")
    assert importer.issues(import_id) == [(2, "Stock", "stock_below_reserved")]
    with use_tenant(importer.tenant.scope):
        stock = Stock.objects.get(variant_id=variant_id)
        assert (stock.on_hand, stock.reserved) == (Decimal(50), Decimal(50))


def test_prices_go_to_the_chosen_list_which_is_made_when_needed(importer):
    importer.take("SKU;Name;Price USD\nA;Bolt;1.20\n")
    with use_tenant(importer.tenant.scope):
        made = PriceList.objects.get(currency="USD")
        assert made.is_base
        assert Price.objects.get(variant__sku="A").price_list == made
        PriceList.objects.create(code="pro", name="Pro")
    importer.take("SKU;Name;Price\nA;Bolt;1.10\n", price_list="pro")
    with use_tenant(importer.tenant.scope):
        assert Price.objects.filter(variant__sku="A", price_list__code="pro").count() == 1
        assert Price.objects.filter(variant__sku="A", valid_to=None).count() == 2


def test_prices_go_to_a_new_list_that_is_made_when_the_file_is_applied(importer):
    choice = price_lists.new_choice("EUR", "Revendeurs du Rhône")
    import_id = importer.check("SKU;Name;Price\nA;Bolt;1.10\n", price_list=choice)
    with use_tenant(importer.tenant.scope):
        assert not PriceList.objects.filter(name="Revendeurs du Rhône").exists()
    importer.apply(import_id)
    importer.take("SKU;Name;Price\nA;Bolt;1.05\n", price_list=choice)
    with use_tenant(importer.tenant.scope):
        made = PriceList.objects.get(name="Revendeurs du Rhône")
        assert (made.currency, made.is_base) == ("EUR", False)
        assert Price.objects.get(price_list=made, valid_to=None).unit_price == Decimal("1.05")


def test_brands_are_one_however_they_are_typed(importer):
    importer.take("SKU;Name;Marque;Price\nA;Bolt;Texas Instruments;1.25\nB;Nut;TEXAS INSTRUMENTS ;1.25\n")
    with use_tenant(importer.tenant.scope):
        assert Brand.objects.filter(slug="texas-instruments").count() == 1


def test_variants_of_one_product(importer):
    importer.take("SKU;Parent SKU;Name;Price\nA-1;A;Bolt M6;1.25\nA-2;A;Bolt M8;1.35\n")
    assert importer.variant("A-1").product_id == importer.variant("A-2").product_id


class KilledError(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


def test_a_killed_worker_is_followed_by_one_that_goes_on(importer, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 10)
    import_id = importer.check(rows(35))
    told: list[int] = []

    def kill_after_two(_import_id):
        told.append(1)
        if len(told) == 2:
            raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "tell", kill_after_two)
        with use_tenant(importer.tenant.scope):
            services.apply(import_id=import_id, actor=importer.tenant.staff)
            with pytest.raises(KilledError):
                applying.run(import_id)
    stopped = importer.row(import_id)
    assert (stopped.state, stopped.done_count, stopped.created_count) == (ImportState.APPLYING, 20, 20)
    with use_tenant(importer.tenant.scope):
        applying.run(import_id)
        assert Variant.objects.filter(sku__startswith="N-").count() == 35
        assert Price.objects.filter(variant__sku__startswith="N-").count() == 70
    done = importer.row(import_id)
    assert (done.state, done.done_count, done.created_count) == (ImportState.APPLIED, 35, 35)


def test_a_broken_chunk_leaves_the_chunks_before_it_whole(importer, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 10)
    import_id = importer.check(rows(25))
    set_counts = counting.set_counts

    def fail_in_the_second_chunk(*, counts, reference):
        if any(count.on_hand == 15 for count in counts.values()):
            raise RuntimeError("the disk is full")
        return set_counts(counts=counts, reference=reference)

    with monkeypatch.context() as patched:
        patched.setattr(counting, "set_counts", fail_in_the_second_chunk)
        with use_tenant(importer.tenant.scope):
            services.apply(import_id=import_id, actor=importer.tenant.staff)
            with pytest.raises(RuntimeError):
                applying.run(import_id)
    failed = importer.row(import_id)
    assert (failed.state, failed.error, failed.done_count) == (ImportState.FAILED, "internal", 10)
    with use_tenant(importer.tenant.scope):
        assert Variant.objects.filter(sku__startswith="N-").count() == 10
        assert Stock.objects.filter(variant__sku__startswith="N-").count() == 10


def test_a_second_worker_on_the_same_import_steps_back(importer, monkeypatch):
    import_id = importer.check(rows(5))
    with use_tenant(importer.tenant.scope):
        services.apply(import_id=import_id, actor=importer.tenant.staff)
        prepare = applying._prepare

        def overtaken(catalog_import, job):
            CatalogImport.objects.filter(pk=import_id).update(done_count=5)
            return prepare(catalog_import, job)

        monkeypatch.setattr(applying, "_prepare", overtaken)
        applying.run(import_id)
        assert not Variant.objects.filter(sku__startswith="N-").exists()
    assert importer.row(import_id).state == ImportState.APPLYING


def test_cancelling_stops_between_two_chunks(importer, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 10)
    import_id = importer.check(rows(30))
    asked: list[int] = []

    def cancel_once(_import_id):
        if not asked:
            asked.append(1)
            services.cancel(import_id=import_id, actor=importer.tenant.staff)

    with use_tenant(importer.tenant.scope), monkeypatch.context() as patched:
        patched.setattr(jobs, "tell", cancel_once)
        services.apply(import_id=import_id, actor=importer.tenant.staff)
        applying.run(import_id)
        assert Variant.objects.filter(sku__startswith="N-").count() == 10
    assert importer.row(import_id).state == ImportState.CANCELLED
    importer.take(rows(30))
    with use_tenant(importer.tenant.scope):
        assert Variant.objects.filter(sku__startswith="N-").count() == 30


def test_cancelling_a_check(importer, monkeypatch):
    import_id = importer.upload(rows(30))
    with use_tenant(importer.tenant.scope):
        choices = services.Choices({0: "sku", 1: "name_en"}, {}, "base:EUR")
        services.check(import_id=import_id, choices=choices, actor=importer.tenant.staff)
        services.cancel(import_id=import_id, actor=importer.tenant.staff)
        checking.run(import_id)
    assert importer.row(import_id).state == ImportState.CANCELLED


def test_silent_work_can_be_started_again_and_only_then(importer):
    import_id = importer.check(rows(5))
    with use_tenant(importer.tenant.scope):
        services.apply(import_id=import_id, actor=importer.tenant.staff)
        with pytest.raises(StillRunning):
            services.resume(import_id=import_id, actor=importer.tenant.staff)
        long_ago = timezone.now() - services.SILENCE * 2
        CatalogImport.objects.filter(pk=import_id).update(alive_at=long_ago)
        services.resume(import_id=import_id, actor=importer.tenant.staff)
    importer.drain()
    assert importer.counts(import_id) == (5, 0, 0, 0)


def test_only_checked_files_are_applied_and_only_by_the_tenants_staff(world, importer):
    import_id = importer.upload(GOOD)
    with use_tenant(importer.tenant.scope):
        with pytest.raises(IllegalMove):
            services.apply(import_id=import_id, actor=importer.tenant.staff)
        with pytest.raises(NotAllowed):
            services.apply(import_id=import_id, actor=world.bolt.staff)
        with pytest.raises(NotAllowed):
            services.upload(file=csv_file(GOOD), actor=world.delmas.buyer)
    with use_tenant(world.bolt.scope), pytest.raises(ImportNotFound):
        services.cancel(import_id=import_id, actor=world.bolt.staff)
    assert importer.row(import_id).state == ImportState.UPLOADED


def test_statements_do_not_grow_with_rows(importer):
    def statements(count, start):
        import_id = importer.check(rows(count, start=start))
        with (
            use_tenant(importer.tenant.scope),
            CaptureQueriesContext(
                connection,
            ) as checked,
        ):
            CatalogImport.objects.filter(pk=import_id).update(state=ImportState.CHECKING)
            checking.run(import_id)
        with use_tenant(importer.tenant.scope), CaptureQueriesContext(connection) as applied:
            services.apply(import_id=import_id, actor=importer.tenant.staff)
            applying.run(import_id)
        assert importer.counts(import_id) == (count, 0, 0, 0)
        return len(checked), len(applied)

    statements(8, 9000)
    assert statements(20, 0) == statements(400, 1000)


def test_changes_are_told_once_per_chunk(importer):
    import_id = importer.check(rows(12))
    with use_tenant(PLATFORM):
        before = OutboxEvent.objects.filter(name=CatalogChanged.NAME).count()
    importer.apply(import_id)
    with use_tenant(PLATFORM):
        events = OutboxEvent.objects.filter(name=CatalogChanged.NAME).order_by("-id")
        assert events.count() == before + 1
        assert len(events[0].payload["variant_ids"]) == 12


def test_statistics_are_fresh_after_a_large_import(importer):
    importer.take(rows(1000))
    with use_tenant(importer.tenant.scope) as scope:
        variants = Variant.objects.count()
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::int FROM pg_class WHERE relname = %s AND relnamespace = %s::regnamespace",
            [Variant._meta.db_table, scope.schema_name],
        )
        assert cursor.fetchone() == (variants,)


def test_days_of_restock_are_set_left_alone_and_taken_away(importer):
    def restock(cell: str) -> object:
        importer.take(f"SKU;Name;Price;Retour en stock\nR-1;Bolt;1.20;{cell}\n")
        return importer.variant("R-1").stock.restock_on

    assert [restock(cell) for cell in ("31/03/2031", "", "2031-04-01", "bientôt", "-", "")] == [
        date(2031, 3, 31),
        date(2031, 3, 31),
        date(2031, 4, 1),
        date(2031, 4, 1),
        None,
        None,
    ]


def test_the_price_of_a_pack_is_left_out_and_its_row_is_taken(world, importer):
    make(world, KIT)
    text = "SKU;Name FR;Net price\nVN-1001;Kit de fixation;9,00\nVN-1002;Écrou;8,00\n"
    import_id = importer.take(text)
    assert importer.issues(import_id) == [(2, "Net price", "pack_price")]
    assert importer.variant("VN-1001").name_fr == "Kit de fixation"
    with use_tenant(importer.tenant.scope):
        new = Price.objects.filter(unit_price__in=(8, 9)).values_list("variant__sku", "unit_price")
        assert list(new) == [("VN-1002", Decimal(8))]
