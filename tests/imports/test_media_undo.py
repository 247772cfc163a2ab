"""Undoing what imports brought of pictures and documents: theirs goes, what somebody cares for stays."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.enums import MediaKind
from catalog.media.services import MediaData, add_media, describe
from catalog.models import Media, Variant
from core.errors import NotAllowed
from core.tenancy import use_tenant
from integrations.catalog_import import history, undo
from integrations.media_import import errors, jobs, services, undoing
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome
from integrations.models import ImportState
from tests.counting import statements
from tests.imports.files import zip_bytes
from tests.imports.test_media_columns import HEADER, SITE, Site, apply, work
from tests.imports.test_media_import import PDF, image


@pytest.fixture
def acme(world):
    return world.acme


@pytest.fixture
def bring(acme, drain):
    def bring(files):
        with use_tenant(acme.scope):
            file = SimpleUploadedFile("photos.zip", zip_bytes(files))
            import_id = services.upload(file=file, actor=acme.staff)
        drain()
        return import_id

    return bring


@pytest.fixture
def take_back(acme, drain):
    def take_back(import_id):
        with use_tenant(acme.scope):
            services.undo(import_id=import_id, actor=acme.staff)
        drain()
        with use_tenant(acme.scope):
            return MediaImport.objects.get(pk=import_id).state

    return take_back


def outcomes(acme, import_id):
    with use_tenant(acme.scope):
        rows = MediaImportItem.objects.filter(media_import_id=import_id)
        return {row.source: row.code or row.outcome for row in rows}


def standing(acme):
    with use_tenant(acme.scope):
        return set(Media.objects.values_list("pk", flat=True))


FILES = {"VN-1001.jpg": image("#100000"), "VN-1002.jpg": image("#200000"), "VN-1002_FDS.pdf": PDF}


def test_what_a_zip_added_goes_and_what_was_there_stays(acme, bring, take_back):
    with use_tenant(acme.scope):
        variant = Variant.objects.get(sku="VN-1002")
        data = MediaData(MediaKind.SAFETY_SHEET)
        add_media(variant_id=variant.pk, contents=[("sheet.pdf", PDF)], data=data, actor=acme.staff)
    before = standing(acme)
    import_id = bring(FILES)
    assert len(standing(acme)) == len(before) + 2
    assert take_back(import_id) == MediaImportState.UNDONE
    assert standing(acme) == before
    assert outcomes(acme, import_id) == {
        "VN-1001.jpg": MediaOutcome.UNDONE,
        "VN-1002.jpg": MediaOutcome.UNDONE,
        "VN-1002_FDS.pdf": MediaOutcome.UNCHANGED,
    }
    with use_tenant(acme.scope), pytest.raises(errors.NothingBrought):
        services.undo(import_id=import_id, actor=acme.staff)
    bring(FILES)
    assert len(standing(acme)) == len(before) + 2


def test_what_somebody_named_or_another_import_found_there_stays(acme, bring, take_back):
    import_id = bring(FILES)
    again = bring({"VN-1002.jpg": FILES["VN-1002.jpg"]})
    with use_tenant(acme.scope):
        named = MediaImportItem.objects.get(media_import_id=import_id, source="VN-1001.jpg").media_id
        assert named is not None
        describe(media_id=named, title_fr="Vue de face", title_en="", actor=acme.staff)
    take_back(import_id)
    assert outcomes(acme, import_id) == {
        "VN-1001.jpg": "kept_changed",
        "VN-1002.jpg": "kept_shared",
        "VN-1002_FDS.pdf": MediaOutcome.UNDONE,
    }
    assert outcomes(acme, again) == {"VN-1002.jpg": MediaOutcome.UNCHANGED}
    with use_tenant(acme.scope):
        assert set(Media.objects.values_list("kind", flat=True)) == {MediaKind.IMAGE}


def test_undoing_goes_on_after_a_kill_and_can_be_cancelled(acme, bring, monkeypatch):
    monkeypatch.setattr(undoing, "PORTION", 1)
    import_id = bring(FILES)
    with use_tenant(acme.scope):
        before = Media.objects.count()
        services.undo(import_id=import_id, actor=acme.staff)
        assert undoing._undo_portion(import_id) == 1
        assert Media.objects.count() == before - 1
        with pytest.raises(errors.MediaImportRunning):
            services.go_on(import_id=import_id, actor=acme.staff)
        services.cancel(import_id=import_id, actor=acme.staff)
        undoing.run(import_id)
        assert MediaImport.objects.get(pk=import_id).state == MediaImportState.CANCELLED
        assert Media.objects.count() == before - 1
        services.undo(import_id=import_id, actor=acme.staff)
        MediaImport.objects.update(alive_at="2026-01-01T00:00Z")
        services.go_on(import_id=import_id, actor=acme.staff)
        jobs.run(import_id)
        undoing.run(import_id)
        assert MediaImport.objects.get(pk=import_id).state == MediaImportState.UNDONE
        assert Media.objects.count() == before - 3


def test_only_staff_may(world, bring):
    import_id = bring(FILES)
    before = standing(world.acme)
    with use_tenant(world.acme.scope), pytest.raises(NotAllowed):
        services.undo(import_id=import_id, actor=world.delmas.buyer)
    with use_tenant(world.bolt.scope), pytest.raises(errors.MediaImportNotFound):
        services.undo(import_id=import_id, actor=world.bolt.staff)
    assert standing(world.acme) == before


def test_statements_do_not_grow_with_files(acme, bring):
    counts = []
    for skus in (("VN-1001",), ("VN-1001", "VN-1002", "VN-1003", "VN-1004")):
        import_id = bring({f"{sku}.jpg": image(f"#0{place}00ff") for place, sku in enumerate(skus)})
        with use_tenant(acme.scope):
            services.undo(import_id=import_id, actor=acme.staff)
            with statements() as asked:
                undoing._undo_portion(import_id)
            counts.append(len(asked))
            undoing.run(import_id)
    assert counts[0] == counts[1]


def test_the_page_offers_it_and_does_it(world, browser, bring, drain):
    import_id = bring(FILES)
    staff = browser(world.acme.host, world.acme.owner)
    href = f"/portal/imports/media/{import_id}/"
    assert f'action="{href}undo/"' in staff.get(href).content.decode()
    assert staff.post(f"{href}undo/").status_code in (302, 303)
    assert "Being undone" in staff.get(href).content.decode()
    drain()
    page = staff.get(href).content.decode()
    assert "Taken away again" in page
    assert f'action="{href}undo/"' not in page


# --- Of a catalogue ---------------------------------------------------------------------------------------------------
def test_undoing_a_catalogue_takes_its_pictures_and_new_goods_away(importer, monkeypatch, drain):
    rows = (f"P-1;Vis;{SITE}/a.jpg;;{SITE}/sheet.pdf;", f"VN-1001;Autre nom;{SITE}/b.jpg;;;")
    import_id = apply(importer, *rows, monkeypatch=monkeypatch)
    before = standing(importer.tenant)
    site = Site({f"{SITE}/a.jpg": image(), f"{SITE}/b.jpg": image("#0000ff"), f"{SITE}/sheet.pdf": PDF})
    with use_tenant(importer.tenant.scope), pytest.raises(errors.MediaImportRunning):
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
    work(importer.tenant, site)
    assert len(standing(importer.tenant)) == len(before) + 3
    with use_tenant(importer.tenant.scope):
        figures = {label: value for label, value, _tone in history.undo_page(import_id).figures}
        assert figures["Pictures and documents that it brought"] == "3"
        assert figures["New products that are removed"] == "1"
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
    drain()
    row = importer.row(import_id)
    assert (row.state, row.removed_count, row.restored_count, row.left_count) == (ImportState.UNDONE, 1, 1, 0)
    assert standing(importer.tenant) == before
    again = importer.check(HEADER + "\n".join(rows) + "\n")
    assert importer.counts(again) == (1, 1, 0, 0)


def test_new_goods_with_a_picture_of_somebodys_own_are_kept(importer, monkeypatch, drain):
    import_id = apply(importer, f"P-1;Vis;{SITE}/a.jpg;;;", monkeypatch=monkeypatch)
    work(importer.tenant, Site({f"{SITE}/a.jpg": image()}))
    with use_tenant(importer.tenant.scope):
        variant = Variant.objects.get(sku="P-1")
        data = MediaData(MediaKind.IMAGE, title_fr="À moi")
        contents = [("own.jpg", image("#00ff00"))]
        add_media(variant_id=variant.pk, contents=contents, data=data, actor=importer.tenant.staff)
        undo.undo(import_id=import_id, actor=importer.tenant.staff)
    drain()
    assert importer.row(import_id).left_count == 1
    with use_tenant(importer.tenant.scope):
        assert [row.title_fr for row in Media.objects.filter(product_id=variant.product_id)] == ["À moi"]
