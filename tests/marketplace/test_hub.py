"""The buyer's list of documents over all suppliers: filters, order, sums, the file, whose sites."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import BusinessUnit
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from frontend.marketplace.documents import csv_export
from marketplace.models import Document, DocumentKind
from marketplace.policies import seen_documents
from marketplace.queries import DocumentFilter, documents_of_company, narrowed
from orders import fulfilment
from orders.amending import services as amending
from orders.amending.services import Change
from shipping.models import Shipment
from tests.counting import statements
from tests.marketplace.talking import document_id, ordered, staff_writes
from tests.notifications.test_letters import shipped_order


@pytest.fixture
def hub(world):
    """Delmas bought at Acme and at Bolt; a parcel and an invoice came, and Acme wrote."""
    invoice = shipped_order(world)
    order_id = ordered(world.bolt, world.delmas, po_number="=PO-7")
    ordered(world.acme, world.lecomte, po_number="PO-SECRET")
    staff_writes(world.acme, document_id(world.acme, invoice.id))
    return {"invoice": invoice, "order": order_id}


def _shown(world, chosen: DocumentFilter, actor=None) -> list[str]:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return [
            f"{row.kind} {row.tenant_name}" for row in documents_of_company(actor or world.delmas.buyer, chosen).rows
        ]


def test_everything_of_all_suppliers_is_in_one_list(world, hub):
    assert sorted(_shown(world, DocumentFilter())) == [
        "invoice Acme Visserie",
        "order Acme Visserie",
        "order Bolt Électricité",
        "shipment Acme Visserie",
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (DocumentFilter(kind="shipment"), ["shipment Acme Visserie"]),
        (DocumentFilter(search="po-7"), ["order Bolt Électricité"]),
        (DocumentFilter(state="placed"), ["order Bolt Électricité"]),
        (DocumentFilter(only_unread=True), ["invoice Acme Visserie"]),
        (DocumentFilter(only_overdue=True), []),
        (DocumentFilter(since=timezone.localdate() + timedelta(days=2)), []),
        (DocumentFilter(until=timezone.localdate() - timedelta(days=2)), []),
        (DocumentFilter(unit_id=uuid7()), []),
        (DocumentFilter(kind="order", sort="supplier"), ["order Acme Visserie", "order Bolt Électricité"]),
        (DocumentFilter(kind="order", sort="-supplier"), ["order Bolt Électricité", "order Acme Visserie"]),
        (DocumentFilter(kind="order", sort="-amount"), ["order Acme Visserie", "order Bolt Électricité"]),
    ],
)
def test_choices_narrow_and_sort(world, hub, chosen, found):
    assert _shown(world, chosen) == found


def test_what_is_overdue_is_found(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        Document.objects.filter(kind="invoice").update(due_on=timezone.localdate() - timedelta(days=1))
    assert _shown(world, DocumentFilter(only_overdue=True)) == ["invoice Acme Visserie"]


def test_the_index_follows_the_reference_and_the_parcel(world, hub):
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        change = Change(po_number="PO-8")
        amending.amend(order_id=hub["order"], change=change, version=1, actor=world.delmas.buyer)
    assert _shown(world, DocumentFilter(search="PO-8")) == ["order Bolt Électricité"]
    assert _shown(world, DocumentFilter(search="PO-7")) == []
    assert _shown(world, DocumentFilter(state="prepared")) == ["shipment Acme Visserie"]
    with use_tenant(world.acme.scope, party="tenant"):
        shipment_id = Shipment.objects.get().pk
        fulfilment.record_tracking(shipment_id=shipment_id, code="handed_over", actor=world.acme.staff)
    assert _shown(world, DocumentFilter(kind="shipment", state="handed_over")) == ["shipment Acme Visserie"]


def test_sums_are_of_one_kind_and_one_currency(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        Document.objects.filter(object_id=hub["order"]).update(currency="CHF", amount=Decimal(7))
        sums = documents_of_company(world.delmas.buyer).sums
    assert [(kind, count, "CHF" in amount) for kind, count, amount in sums] == [
        ("Invoices", 1, False),
        ("Orders", 1, True),
        ("Orders", 1, False),
    ]


def test_other_sites_are_seen_by_right(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        unit = BusinessUnit(id=uuid7(), company_id=world.delmas.id, name="North", kind="site")
        unit.path = f"{unit.pk.hex}/"
        unit.save()
        Document.objects.filter(object_id=hub["order"]).update(unit_id=unit.pk)
    near = replace(world.delmas.buyer, unit_ids=frozenset({unit.pk}))
    assert _shown(world, DocumentFilter(), near) == ["order Bolt Électricité"]
    assert len(_shown(world, DocumentFilter())) == 4
    assert _shown(world, DocumentFilter(unit_id=unit.pk)) == ["order Bolt Électricité"]


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(csv_export, "PIECE", 2)


def _many(world, tenant_id: UUID, count: int) -> None:
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        Document.objects.bulk_create(
            Document(
                company_id=world.delmas.id,
                tenant_id=tenant_id,
                tenant_name="x",
                kind=DocumentKind.ORDER,
                object_id=uuid7(),
                number=f"CO-{number}",
                state="placed",
            )
            for number in range(count)
        )


def test_more_documents_are_no_more_statements(world, hub):
    counts = []
    for more in (0, 40):
        _many(world, world.acme.id, more)
        with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as found:
            documents_of_company(world.delmas.buyer)
        counts.append(len(found))
    assert counts == [6, 6]


def test_the_page_keeps_its_filters_in_the_address(world, browser, hub):
    visitor = browser("localhost", world.delmas.admin)
    page = visitor.get("/documents/?kind=order&q=PO-7&state=placed&sort=-amount&since=x").content.decode()
    assert "Enter a date" in page
    assert 'href="/documents/?kind=order&amp;state=placed&amp;sort=-amount&amp;since=x"' in page  # the chip of the text
    assert 'aria-sort="descending"' in page
    assert 'href="/documents/export.csv?kind=order&amp;q=PO-7' in page
    assert "PO-SECRET" not in page
    unread = visitor.get("/documents/?unread=1").content.decode()
    assert hub["invoice"].number in unread
    assert "1 unread" in unread


@pytest.mark.parametrize(("language", "amount"), [("fr", "6,5"), ("en", "6.5")])
def test_the_file_holds_what_the_page_shows(world, browser, hub, language, amount):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        Document.objects.filter(object_id=hub["order"]).update(amount=Decimal("6.5"))
    visitor = browser("localhost", world.delmas.admin, language=language)
    answer = visitor.get("/documents/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 5
    assert {len(row) for row in rows} == {13}
    order = next(row for row in rows if row[3] == "Bolt Électricité")
    assert (order[2], order[8], order[9]) == ("'=PO-7", amount, "EUR")
    assert answer["Content-Disposition"].startswith('attachment; filename="documents-')
    answer = visitor.get("/documents/export.csv?kind=invoice&unread=1")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ("60;" in lines[1], lines[1].startswith(("Facture", "Invoice"))) == (True, True)


def test_rows_from_before_are_filled(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        Document.objects.filter(kind="shipment").delete()
        Document.objects.update(order_id=None, po_number="")
    call_command("fill_documents", tenant="bolt", stdout=io.StringIO())
    assert _shown(world, DocumentFilter(search="PO-7")) == ["order Bolt Électricité"]
    assert _shown(world, DocumentFilter(kind="shipment")) == []
    for _time in range(2):
        call_command("fill_documents", stdout=io.StringIO())
    assert _shown(world, DocumentFilter(kind="shipment")) == ["shipment Acme Visserie"]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert Document.objects.get(kind="shipment").order_id == hub["invoice"].order_id
        assert not Document.objects.filter(order_id=None).exists()


@pytest.mark.parametrize("search", ["po-7", "po7", "PO 7", "7", "007"])
def test_a_reference_is_found_by_its_beginning_or_its_last_digits(world, hub, search):
    assert _shown(world, DocumentFilter(search=search)) == ["order Bolt Électricité"]


def test_a_number_is_found_by_its_beginning_or_its_last_digits_and_nobody_elses(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        row = Document.objects.get(kind="invoice")
    digits = row.number.rpartition("-")[2]
    for search in (row.number, row.number.lower().replace("-", " "), row.number[:-1], digits, digits.lstrip("0")):
        assert "invoice Acme Visserie" in _shown(world, DocumentFilter(search=search)), search
    for search in ("SECRET", "po-secret", "инв", "%", "_"):
        assert _shown(world, DocumentFilter(search=search)) == [], search


def test_an_index_finds_a_number_behind_row_security(world, hub):
    with use_tenant(PLATFORM, company_id=world.delmas.id), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO marketplace_document (id, company_id, tenant_id, tenant_name, kind, object_id, number,
                                              po_number, state, amount, currency, happened_at, updated_at)
            SELECT gen_random_uuid(), company_id, tenant_id, tenant_name, kind, gen_random_uuid(),
                   'FA-2026-' || lpad(n::text, 6, '0'), 'CDE ' || n, state, amount, currency, happened_at, updated_at
              FROM marketplace_document, generate_series(1, 20000) AS n WHERE kind = 'invoice'
            """
        )
        assert cursor.rowcount == 20_000
        cursor.execute("ANALYZE marketplace_document")
        found = documents_of_company(world.delmas.buyer, DocumentFilter(search="fa 2026 01234")).rows
        assert len(found) == 10
        for search in ("FA-2026-012345", "12345", "cde 12345"):
            rows = narrowed(seen_documents(world.delmas.buyer), DocumentFilter(search=search))
            plan = rows.order_by().explain()
            assert "marketplace_document_number" in plan, plan
            assert "Seq Scan" not in plan, plan
            assert rows.count() == 1
