"""Columns that name pictures and documents: noted while a catalogue is applied, fetched or brought afterwards."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.enums import MediaKind
from catalog.models import Media, Variant
from core.egress import AddressNotAllowed, BadAnswer, Egress, Fetched
from core.tenancy import use_tenant
from integrations.catalog_import import mapping
from integrations.media_import import errors, jobs, services
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome
from tests.counting import statements
from tests.imports.bmecat_files import bmecat, product, xml_file
from tests.imports.files import zip_bytes
from tests.imports.test_media_import import PDF, image

SITE = "https://media.example"
HEADER = "SKU;Désignation;Photo;Photo 2;Fiche technique;FDS\n"


class Site(Egress):
    """A way out to a site of the tests; the real one is tried in tests/tenancy/test_egress.py."""

    def __init__(self, files):
        super().__init__()
        self.files = files
        self.asked = []

    def fetch(self, url, *, max_bytes):
        self.asked.append(url)
        if not url.startswith(SITE):
            raise AddressNotAllowed
        if url not in self.files:
            raise BadAnswer(status=404)
        return Fetched(url, self.files[url])


@pytest.fixture
def tenant(importer):
    return importer.tenant


def media_import(tenant):
    with use_tenant(tenant.scope):
        return MediaImport.objects.get()


def work(tenant, site):
    with use_tenant(tenant.scope):
        MediaImport.objects.update(state=MediaImportState.RUNNING)
        jobs.run(MediaImport.objects.get().pk, out=site)


def outcomes(tenant):
    with use_tenant(tenant.scope):
        return {row.source: row.code or row.outcome for row in MediaImportItem.objects.all()}


def kinds(tenant, sku):
    with use_tenant(tenant.scope):
        product_id = Variant.objects.get(sku=sku).product_id
        return {row.kind: row.source_url for row in Media.objects.filter(product_id=product_id)}


def test_columns_are_recognised():
    headers = (
        "SKU", "Photo", "Image 2", "URL fiche technique", "FDS", "Lien document", "image_url", "MSDS", "DXF",
    )  # fmt: skip
    assert list(mapping.propose(headers, []).values()) == [
        "sku", "image:1", "image:2", "data_sheet", "safety_sheet", "document", "image:3", "cad",
    ]  # fmt: skip


def apply(importer, *rows, monkeypatch):
    """Apply a file; its addresses are not fetched yet."""
    monkeypatch.setattr(jobs, "run", lambda _import_id: None)
    import_id = importer.take(HEADER + "\n".join(rows) + "\n")
    monkeypatch.undo()
    return import_id


def test_addresses_are_fetched_each_with_its_outcome(importer, tenant, monkeypatch):
    rows = (
        f"P-1;Vis;{SITE}/a.jpg | {SITE}/b.jpg;{SITE}/c.jpg;{SITE}/sheet.pdf;{SITE}/gone.pdf",
        f"P-2;Écrou;http://127.0.0.1/a.jpg;;{SITE}/page.html;",
    )
    apply(importer, *rows, monkeypatch=monkeypatch)
    assert media_import(tenant).state == MediaImportState.RUNNING
    files = {f"{SITE}/{name}.jpg": image(f"#{place}0{place}0{place}0") for place, name in enumerate("abc")}
    site = Site(files | {f"{SITE}/sheet.pdf": PDF, f"{SITE}/page.html": b"<html></html>"})
    work(tenant, site)
    assert outcomes(tenant) == {
        **dict.fromkeys([*files, f"{SITE}/sheet.pdf"], MediaOutcome.ADDED),
        f"{SITE}/gone.pdf": "bad_answer",
        "http://127.0.0.1/a.jpg": "address_not_allowed",
        f"{SITE}/page.html": "not_a_document",
    }
    assert kinds(tenant, "P-1")[MediaKind.DATA_SHEET] == f"{SITE}/sheet.pdf"
    assert kinds(tenant, "P-2") == {}


def test_the_same_file_again_fetches_nothing_and_is_unchanged(importer, tenant, monkeypatch):
    row = f"P-1;Vis;{SITE}/a.jpg;;;"
    apply(importer, row, monkeypatch=monkeypatch)
    site = Site({f"{SITE}/a.jpg": image()})
    work(tenant, site)
    again = apply(importer, row, monkeypatch=monkeypatch)
    assert importer.counts(again) == (0, 0, 1, 0)
    with use_tenant(tenant.scope):
        assert MediaImportItem.objects.count() == 1


def test_new_pictures_alone_are_a_change(importer, tenant, monkeypatch):
    apply(importer, "P-1;Vis;;;;", monkeypatch=monkeypatch)
    checked = importer.check(f"{HEADER}P-1;Vis;{SITE}/a.jpg;;;\n")
    assert importer.counts(checked) == (0, 1, 0, 0)
    with use_tenant(tenant.scope):
        assert not MediaImport.objects.exists()  # a dry run notes nothing


def test_names_of_files_wait_for_their_zip(importer, tenant, drain):
    importer.take(f"{HEADER}P-1;Vis;photos/a.jpg;missing.jpg;a.pdf;\n")
    waiting = media_import(tenant)
    assert waiting.state == MediaImportState.WAITING
    with use_tenant(tenant.scope):
        with pytest.raises(errors.NoArchive):
            services.bring(import_id=waiting.pk, file=SimpleUploadedFile("a.zip", b"none"), actor=tenant.staff)
        content = zip_bytes({"all/A.jpg": image(), "a.pdf": PDF, "other.jpg": image("#ffffff")})
        services.bring(import_id=waiting.pk, file=SimpleUploadedFile("a.zip", content), actor=tenant.staff)
    drain()
    assert outcomes(tenant) == {
        "photos/a.jpg": MediaOutcome.ADDED,
        "missing.jpg": "not_in_zip",
        "a.pdf": MediaOutcome.ADDED,
    }
    assert set(kinds(tenant, "P-1")) == {MediaKind.IMAGE, MediaKind.DATA_SHEET}


def test_media_of_a_bmecat_catalogue(importer, tenant):
    mime = (
        "<MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE><MIME_SOURCE>./MIME/a.jpg</MIME_SOURCE></MIME>"
        "<MIME><MIME_TYPE>application/pdf</MIME_TYPE><MIME_SOURCE>fds.pdf</MIME_SOURCE>"
        "<MIME_PURPOSE>safety_data_sheet</MIME_PURPOSE></MIME></MIME_INFO>"
    )
    importer.take(xml_file(bmecat(product("P-1", mime))))
    with use_tenant(tenant.scope):
        found = MediaImportItem.objects.values_list("sku", "kind", "source")
        assert set(found) == {("P-1", "image", "./MIME/a.jpg"), ("P-1", "safety_sheet", "fds.pdf")}


def test_statements_do_not_grow_with_rows(importer, tenant):
    def count(rows):
        lines = "".join(f"Q{rows}-{number};Vis;{number}.jpg;;;\n" for number in range(rows))
        checked = importer.check(HEADER + lines)
        with use_tenant(tenant.scope):
            services_of_import = importer.row(checked)
            assert services_of_import.created_count == rows
        with statements() as found:
            importer.apply(checked)
        return len(
            [text for text in found if "media_import" in str(text).lower() or "mediaimport" in str(text).lower()]
        )

    assert count(3) == count(60)


def test_the_page_takes_the_zip(world, browser, importer, tenant, drain):
    import_id = importer.take(f"{HEADER}P-1;Vis;a.jpg;;;\n")
    staff = browser(world.acme.host, world.acme.owner)
    path = f"/portal/imports/media/{media_import(tenant).pk}/"
    assert path in staff.get(f"/portal/imports/{import_id}/").text
    assert "Files that the catalogue names" in staff.get(path).text
    bad = staff.post(f"{path}files/", {"file": SimpleUploadedFile("a.zip", b"none")})
    assert bad.status_code == 422
    assert "This is no ZIP file" in bad.text
    good = SimpleUploadedFile("a.zip", zip_bytes({"a.jpg": image()}))
    assert staff.post(f"{path}files/", {"file": good}).status_code == 303
    drain()
    assert outcomes(tenant) == {"a.jpg": MediaOutcome.ADDED}
