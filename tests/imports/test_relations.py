"""What replaces, does the same or goes with: columns of references, whose products may stand in later lines."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Relation
from catalog.relations import relate
from core.tenancy import use_tenant
from integrations.catalog_import import history, jobs, relating, report, services
from integrations.catalog_import.cells import BadCell, Oddity, Verbatim
from integrations.catalog_import.links import skus, written
from integrations.catalog_import.targets import guess
from integrations.models import CatalogImport, ImportState
from tests.imports.conftest import Importer
from tests.imports.test_undo import undo_it

HEADER = "SKU;Name;Remplacé par;Alternatives;Accessoires\n"
FILE = HEADER + "R-1;One;R-3;R-2 | R-4;\nR-2;Two;;R-1,R-3;\nR-3;Three;;;R-4;\nR-4;Four;;;\n"


def relations(importer: Importer) -> set[tuple[str, str, str, int]]:
    with use_tenant(importer.tenant.scope):
        rows = Relation.objects.filter(variant__sku__startswith="R-")
        return set(rows.values_list("variant__sku", "kind", "other__sku", "position"))


FOUND = {
    ("R-1", "replacement", "R-3", 0),
    ("R-1", "alternative", "R-2", 0),
    ("R-1", "alternative", "R-4", 1),
    ("R-2", "alternative", "R-1", 0),
    ("R-2", "alternative", "R-3", 1),
    ("R-3", "accessory", "R-4", 0),
}
ENDED = {("R-1", "replacement"), ("R-2", "alternative")}


# --- Names and cells --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Remplacé par", "replacement"),
        ("Replacement", "replacement"),
        ("Réf. de remplacement", "replacement"),
        ("Replaced by", "replacement"),
        ("Superseded by (SKU)", "replacement"),
        ("Alternatives", "alternative"),
        ("Équivalents", "alternative"),
        ("Produits similaires", "alternative"),
        ("Accessoires", "accessory"),
        ("Accessory SKUs", "accessory"),
        ("Replaces", None),
    ],
)
def test_columns_are_known_by_their_names(header: str, key: str | None) -> None:
    found = guess(header)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("A | B|A", ("A", "B")),
        ("A,B; C", ("A", "B", "C")),
        ("A,5 | B", ("A,5", "B")),
        ("A\nB C\n", ("A", "B C")),
        ("A,5 |", ("A,5",)),
        ("- |", ("-",)),
        (1001, ("1001",)),
        (Verbatim("12E4"), ("12E4",)),
        (" ", ()),
    ],
)
def test_a_cell_names_several(cell: str | int, found: tuple[str, ...]) -> None:
    assert skus(cell) == found
    assert skus(written(found)) == found or isinstance(cell, Verbatim)


@pytest.mark.parametrize("cell", ["=A1+B1", "1.2E+12", "A|" + "x" * 81, Oddity("date", "2026-01-01")])
def test_a_cell_that_is_spoiled(cell: str | Oddity) -> None:
    with pytest.raises(BadCell):
        skus(cell)


def test_what_cannot_be_written_is_left_empty() -> None:
    assert written(("A|B", "C")) == ""


# --- Taken over -------------------------------------------------------------------------------------------------------
def test_a_later_line_is_found_and_a_second_run_writes_nothing(importer: Importer) -> None:
    import_id = importer.take(FILE)
    assert importer.counts(import_id) == (4, 0, 0, 0)
    assert relations(importer) == FOUND
    with use_tenant(importer.tenant.scope):
        before = set(Relation.objects.values_list("pk", flat=True))
    again = importer.check(FILE)
    assert importer.counts(again) == (0, 0, 4, 0)
    importer.apply(again)
    assert importer.counts(again) == (0, 0, 4, 0)
    with use_tenant(importer.tenant.scope):
        assert set(Relation.objects.values_list("pk", flat=True)) == before
        assert history.aftermath(again).change_count == 0


def test_a_list_takes_the_place_of_the_one_before_and_an_empty_cell_or_no_column_of_none(importer: Importer) -> None:
    importer.take(FILE)
    importer.take("SKU;Name\nR-1;Uno\n")
    assert relations(importer) == FOUND
    import_id = importer.check("SKU;Alternatives;Accessoires\nR-1;R-4;\nR-2;R-3,R-1;\nR-3;;R-4\n")
    assert importer.counts(import_id) == (0, 2, 1, 0)
    importer.apply(import_id)
    assert importer.counts(import_id) == (0, 2, 1, 0)
    assert relations(importer) == (
        FOUND - {row for row in FOUND if row[:2] in (("R-1", "alternative"), ("R-2", "alternative"))}
    ) | {
        ("R-1", "alternative", "R-4", 0),
        ("R-2", "alternative", "R-3", 0),
        ("R-2", "alternative", "R-1", 1),
    }
    with use_tenant(importer.tenant.scope):
        lines = "".join(report.all_changes(import_id))
    assert "Alternatives;R-2, R-4;R-4" in lines


def test_a_dash_alone_ends_a_list_and_is_undone(importer: Importer) -> None:
    importer.take(FILE)
    ending = "SKU;Remplacé par;Alternatives;Accessoires\nR-1;-;;\nR-2;;–;-\nR-3;;-;\n"
    import_id = importer.check(ending)
    assert importer.counts(import_id) == (0, 2, 1, 0)
    importer.apply(import_id)
    assert importer.counts(import_id) == (0, 2, 1, 0)
    assert relations(importer) == {row for row in FOUND if row[:2] not in ENDED}
    assert importer.counts(importer.check(ending)) == (0, 0, 3, 0)
    undo_it(importer, import_id)
    assert relations(importer) == FOUND


def test_a_replacement_that_ends_closes_no_circle(importer: Importer) -> None:
    importer.take(FILE)
    import_id = importer.take("SKU;Remplacé par\nR-1;-\nR-3;R-1\n")
    assert importer.counts(import_id) == (0, 2, 0, 0)
    assert ("R-3", "replacement", "R-1", 0) in relations(importer)


# --- Refused ----------------------------------------------------------------------------------------------------------
def test_an_unknown_reference_is_said_at_its_row_and_column(importer: Importer) -> None:
    import_id = importer.check(HEADER + "R-1;One;;R-2,X-9;\nR-2;Two;;R-1;\nR-3;Three;;;VN-1001\nR-4;Four;;;R-4\n")
    assert set(importer.issues(import_id)) == {
        (2, "Alternatives", "relation_unknown"),
        (3, "Alternatives", "relation_unknown"),  # the new product in line 2 is not taken either
        (5, "Accessoires", "relation_self"),
    }
    assert importer.counts(import_id) == (1, 0, 0, 3)
    with use_tenant(importer.tenant.scope):
        refused = "".join(report.refused_rows(import_id))
    assert "R-1;One;;R-2,X-9;;2;Alternatives;There is no product with the reference X-9" in refused
    importer.apply(import_id)
    assert importer.counts(import_id) == (1, 0, 0, 3)
    assert relations(importer) == {("R-3", "accessory", "VN-1001", 0)}


def test_nothing_is_replaced_in_a_circle(importer: Importer) -> None:
    importer.take(HEADER + "R-1;One;R-2;;\nR-2;Two;;;\nR-3;Three;;;\nR-4;Four;;;\n")
    import_id = importer.check("SKU;Replaced by\nR-2;R-3\nR-3;R-1\nR-4;R-1\n")
    assert set(importer.issues(import_id)) == {
        (2, "Replaced by", "relation_circle"),
        (3, "Replaced by", "relation_circle"),
    }
    # what the file itself takes out of the chain is no circle
    turned = importer.take("SKU;Replaced by\nR-1;R-4\nR-2;R-1\n")
    assert importer.issues(turned) == []
    assert relations(importer) == {("R-1", "replacement", "R-4", 0), ("R-2", "replacement", "R-1", 0)}


# --- Steps ------------------------------------------------------------------------------------------------------------
def test_a_killed_worker_is_followed_by_one_that_goes_on(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 2)
    relate_chunk, calls = relating._relate_chunk, []

    def killed(*args: object) -> bool:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return relate_chunk(*args)  # type: ignore[arg-type]

    import_id = importer.check(FILE)
    monkeypatch.setattr(relating, "_relate_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        importer.apply(import_id)
    row = importer.row(import_id)
    assert (row.state, row.done_count, row.related_count) == (ImportState.APPLYING, 4, 2)
    assert relations(importer) == {row for row in FOUND if row[0] in ("R-1", "R-2")}
    with use_tenant(importer.tenant.scope):
        CatalogImport.objects.filter(pk=import_id).update(alive_at="2026-01-01T00:00Z")
        services.resume(import_id=import_id, actor=importer.tenant.staff)
    importer.drain()
    assert (importer.row(import_id).state, importer.counts(import_id)) == (ImportState.APPLIED, (4, 0, 0, 0))
    assert relations(importer) == FOUND


def test_cancelling_between_two_portions_of_relations(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 2)
    relate_chunk = relating._relate_chunk

    def cancelled(*args: object) -> bool:
        done = relate_chunk(*args)  # type: ignore[arg-type]
        with use_tenant(importer.tenant.scope):
            CatalogImport.objects.update(is_cancel_requested=True)
        return done

    import_id = importer.check(FILE)
    monkeypatch.setattr(relating, "_relate_chunk", cancelled)
    importer.apply(import_id)
    assert importer.row(import_id).state == ImportState.CANCELLED
    assert relations(importer) == {row for row in FOUND if row[0] in ("R-1", "R-2")}
    undo_it(importer, import_id)
    assert relations(importer) == set()


def test_statements_do_not_grow_with_rows(importer: Importer) -> None:
    def statements(count: int, start: int) -> int:
        names = [f"R-{n:05}" for n in range(start, start + count)]
        lines = (f"{sku};S;;{names[n - 1]};{names[n - 2]}\n" for n, sku in enumerate(names))
        with CaptureQueriesContext(connection) as asked:
            importer.take(HEADER + "".join(lines))
        return len(asked)

    statements(8, 9000)
    assert statements(20, 0) == statements(400, 1000)


# --- Undone -----------------------------------------------------------------------------------------------------------
def test_undoing_gives_back_what_was_there(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 2)
    importer.take(FILE)
    import_id = importer.take(
        "SKU;Name;Alternatives;Accessoires\nR-1;;R-8;R-9\nR-3;;;R-9,R-8\nR-8;New;R-9;\nR-9;Newer;R-1;\n"
    )
    assert importer.counts(import_id) == (2, 2, 0, 0)
    with use_tenant(importer.tenant.scope):
        page = history.undo_page(import_id)
    assert [value for _label, value, _tone in page.figures][1:] == ["2", "0", "0"]
    row = undo_it(importer, import_id)
    assert (row.state, row.removed_count, row.left_count) == (ImportState.UNDONE, 2, 0)
    assert relations(importer) == FOUND


def test_relations_that_somebody_changed_since_are_left_alone(importer: Importer) -> None:
    importer.take(FILE)
    import_id = importer.take("SKU;Name;Alternatives\nR-1;;R-8\nR-2;;R-8\nR-8;New;\n")
    with use_tenant(importer.tenant.scope):
        one = importer.variant("R-1").pk
        relate(variant_id=one, other_sku="R-3", kind="alternative", actor=importer.tenant.staff)
    row = undo_it(importer, import_id)
    # the new product stays, because what names it is somebody's own now
    assert (row.restored_count, row.removed_count, row.left_count) == (1, 0, 2)
    assert {one for one in relations(importer) if one[:2] == ("R-1", "alternative")} == {
        ("R-1", "alternative", "R-8", 0),
        ("R-1", "alternative", "R-3", 1),
    }
    assert {one for one in FOUND if one[0] == "R-2"} <= relations(importer)
