"""Pictures and documents by ZIP: each file finds its goods or its reason, hostile ones do no harm, work goes on."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.enums import MediaKind
from catalog.models import Media, Variant
from core.errors import NotAllowed
from core.tenancy import use_tenant
from integrations.media_import import archive, errors, jobs, names, services
from integrations.media_import.goods import find
from integrations.media_import.issues import reason
from integrations.media_import.models import MediaImport, MediaImportItem, MediaImportState, MediaOutcome
from tests.counting import statements
from tests.imports.files import zip_bytes

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
STEP = b"ISO-10303-21;\nHEADER;\n"


def image(color="#1a6b4f", form="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(out, form)
    return out.getvalue()


@pytest.fixture
def acme(world):
    return world.acme


@pytest.fixture
def bring(acme, drain):
    """Upload a ZIP and have it worked on; answers its outcomes by file."""

    def bring(files, *, work=True):
        import_id = upload(acme, zip_bytes(files))
        if work:
            drain()
        return import_id

    return bring


def upload(acme, content):
    with use_tenant(acme.scope):
        return services.upload(file=SimpleUploadedFile("photos.zip", content), actor=acme.staff)


def outcomes(acme, import_id):
    with use_tenant(acme.scope):
        rows = MediaImportItem.objects.filter(media_import_id=import_id)
        return {row.source: row.code or row.outcome for row in rows}


def state(acme, import_id):
    with use_tenant(acme.scope):
        return MediaImport.objects.get(pk=import_id).state


def media(acme, sku):
    with use_tenant(acme.scope):
        variant = Variant.objects.get(sku=sku)
        return list(Media.objects.filter(product_id=variant.product_id))


def test_names_find_their_goods_and_kinds(acme, bring):
    import_id = bring(
        {
            "photos/VN-1001_10.jpg": image("#100000"),
            "photos/VN-1001_2.jpg": image("#200000"),
            "photos/VN-1001.png": image("#000000", "PNG"),
            "vn 1002 (2).webp": image("#300000", "WEBP"),
            "VN-1001/FDS.pdf": PDF,
            "VN-1001/fiche technique.pdf": PDF + b" ",
            "VN-1001_plan.step": STEP,
            "__MACOSX/._VN-1001.jpg": b"x",
            ".DS_Store": b"x",
        }
    )
    assert set(outcomes(acme, import_id).values()) == {MediaOutcome.ADDED}, outcomes(acme, import_id)
    assert state(acme, import_id) == MediaImportState.DONE
    found = media(acme, "VN-1001")
    assert sorted(row.kind for row in found) == sorted(
        [MediaKind.IMAGE] * 3 + [MediaKind.SAFETY_SHEET, MediaKind.DATA_SHEET, MediaKind.CAD]
    )
    pictures = [row for row in found if row.kind == MediaKind.IMAGE]
    assert {row.content_type for row in pictures} == {"image/webp"}
    assert all(row.title_fr for row in pictures)
    with use_tenant(acme.scope):
        sources = MediaImportItem.objects.filter(media_import_id=import_id, source__startswith="photos")
        assert [row.source[-7:] for row in sources] == ["001.png", "1_2.jpg", "_10.jpg"]


def test_the_same_files_again_write_nothing(acme, bring):
    files = {"VN-1001.jpg": image(), "VN-1001.pdf": PDF}
    bring(files)
    before = media(acme, "VN-1001")
    again = bring(files)
    assert outcomes(acme, again) == dict.fromkeys(files, MediaOutcome.UNCHANGED)
    assert media(acme, "VN-1001") == before


def test_each_bad_file_has_its_reason_and_the_good_ones_do_not_mind(acme, bring):
    import_id = bring(
        {
            "VN-1001.jpg": image(),
            "VN-9999.jpg": image(),
            "VN-1002.jpg": b"\xff\xd8\xff no picture",
            "VN-1002.pdf": b"%PDF-1.7 cut off",
            "VN-1002_2.jpg": b"<html><script>alert(1)</script></html>",
            "VN-1002.exe": b"MZ\x90\x00",
        }
    )
    assert outcomes(acme, import_id) == {
        "VN-1001.jpg": MediaOutcome.ADDED,
        "VN-9999.jpg": "sku_unknown",
        "VN-1002.jpg": "not_an_image",
        "VN-1002.pdf": "not_a_document",
        "VN-1002_2.jpg": "unknown_type",
        "VN-1002.exe": "unknown_type",
    }
    assert media(acme, "VN-1002") == []


def test_every_code_has_a_text():
    codes = {*archive.REFUSALS, "unreadable", "not_in_zip", "sku_unknown", "unknown_type", "not_an_image"}
    assert all("our side" not in reason(code, {"skus": ""}) for code in codes)
    assert "VIS-8, VIS/8" in reason("sku_ambiguous", {"skus": "VIS-8, VIS/8"})
    assert reason("bad_answer", {"status": 404}) == "The server answered 404 instead of the file."


def hostile():
    """An archive whose names lead out, with a link, a bomb, a name that is there twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../VN-1001.jpg", image())
        packed.writestr("/etc/VN-1001.jpg", image())
        packed.writestr("C:VN-1001.jpg", image())
        link = zipfile.ZipInfo("VN-1001_link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("VN-1001_bomb.jpg", bytes(5 * 1024 * 1024))
        packed.writestr("VN-1001_big.jpg", bytes(archive.MAX_FILE + 1))
        packed.writestr("VN-1002.jpg", image())
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("VN-1002.jpg", image("#111111"))
    return buffer.getvalue()


def test_hostile_entries_are_not_even_looked_into(acme, drain):
    import_id = upload(acme, hostile())
    drain()
    found = outcomes(acme, import_id)
    assert [found[name] for name in ("../../VN-1001.jpg", "/etc/VN-1001.jpg", "C:VN-1001.jpg", "VN-1001_link.jpg")] == [
        "unsafe_name"
    ] * 4
    assert (found["VN-1001_bomb.jpg"], found["VN-1001_big.jpg"]) == ("bomb", "too_large")
    assert found["VN-1002.jpg"] == "name_twice"
    assert media(acme, "VN-1001") == media(acme, "VN-1002") == []


def test_a_directory_that_lies_about_a_size_does_not_fill_the_memory():
    content = zip_bytes({"a.jpg": bytes(archive.MAX_FILE + 1000)})
    real = (archive.MAX_FILE + 1000).to_bytes(4, "little")
    lying = content.replace(real, (10).to_bytes(4, "little"))
    assert lying != content
    with zipfile.ZipFile(io.BytesIO(lying)) as opened:
        body = archive.content(opened, "a.jpg")
    assert body is None or len(body) <= 10


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"no archive", errors.NoArchive),
        (zip_bytes({"a.jpg": b"x"})[:-10], errors.NoArchive),
        (zip_bytes({}), errors.NothingInArchive),
        (zip_bytes({".DS_Store": b"x"}), errors.NothingInArchive),
        (zip_bytes({f"{number}.jpg": b"" for number in range(archive.MAX_ENTRIES + 1)}), errors.HostileArchive),
    ],
)
def test_what_is_no_archive_for_us_is_refused_as_a_whole(acme, content, refusal):
    with pytest.raises(refusal):
        upload(acme, content)
    with use_tenant(acme.scope):
        assert not MediaImport.objects.exists()


def test_only_staff_may(world):
    with use_tenant(world.acme.scope), pytest.raises(NotAllowed):
        services.upload(file=SimpleUploadedFile("a.zip", zip_bytes({"a.jpg": b"x"})), actor=world.delmas.buyer)


def test_cancelled_work_stops_and_goes_on_where_it_was(acme, bring, drain):
    files = {f"VN-1001_{number}.jpg": image(f"#{number:02d}0000") for number in range(1, 4)}
    import_id = bring(files, work=False)
    with use_tenant(acme.scope):
        services.cancel(import_id=import_id, actor=acme.staff)
    drain()
    assert state(acme, import_id) == MediaImportState.CANCELLED
    assert set(outcomes(acme, import_id).values()) == {MediaOutcome.PENDING}
    with use_tenant(acme.scope):
        services.go_on(import_id=import_id, actor=acme.staff)
    drain()
    assert set(outcomes(acme, import_id).values()) == {MediaOutcome.ADDED}


def test_a_killed_worker_leaves_whole_files_and_the_next_one_goes_on(acme, bring, monkeypatch):
    import_id = bring({"VN-1001.jpg": image("#010101"), "VN-1001_2.jpg": image("#020202")}, work=False)
    real, calls = jobs._record, []

    def dying(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments)

    with use_tenant(acme.scope):
        monkeypatch.setattr(jobs, "_record", dying)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(import_id)
        monkeypatch.setattr(jobs, "_record", real)
        jobs.run(import_id)
    assert outcomes(acme, import_id) == {
        "VN-1001.jpg": MediaOutcome.ADDED,
        "VN-1001_2.jpg": MediaOutcome.UNCHANGED,  # it had been added, but that had not been written down
    }
    assert len(media(acme, "VN-1001")) == 2


def test_refused_files_can_be_tried_again_but_hostile_ones_not(acme, drain):
    import_id = upload(acme, zip_bytes({"VN-9999.jpg": image(), "../VN-1001.jpg": image()}))
    drain()
    with use_tenant(acme.scope):
        Variant.objects.filter(sku="VN-1001").update(sku="VN-9999", sku_key="vn9999")
        services.go_on(import_id=import_id, actor=acme.staff)
    drain()
    assert outcomes(acme, import_id) == {"VN-9999.jpg": MediaOutcome.ADDED, "../VN-1001.jpg": "unsafe_name"}


def test_work_that_is_going_on_is_not_started_twice(acme, bring):
    import_id = bring({"VN-1001.jpg": image()}, work=False)
    with use_tenant(acme.scope), pytest.raises(errors.MediaImportRunning):
        services.go_on(import_id=import_id, actor=acme.staff)


def test_statements_of_looking_up_do_not_grow_with_files(acme, world):
    def count(files):
        with use_tenant(acme.scope), statements() as found:
            find([(f"VN-{number}_2.jpg", "") for number in range(files)])
        return len(found)

    assert count(2) == count(200) == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("VIS-8.jpg", ["VIS-8"]),
        ("VIS-8_2.jpg", ["VIS-8_2", "VIS-8"]),
        ("VIS-8 (2).jpg", ["VIS-8 (2)", "VIS-8"]),
        ("VIS_8_fr_datasheet.pdf", ["VIS_8_fr_datasheet", "VIS_8_fr", "VIS_8", "VIS"]),
        ("lot/VIS-8/sheet.pdf", ["sheet", "VIS-8", "lot"]),
        ("VIS-8-2.jpg", ["VIS-8-2"]),
    ],
)
def test_references_that_a_name_may_mean(name, expected):
    assert names.candidates(name) == expected


def test_the_pages(world, browser, drain):
    staff = browser(world.acme.host, world.acme.owner)
    assert "No ZIP file yet" in staff.get("/portal/imports/media/").text
    refused = staff.post("/portal/imports/media/", {"file": SimpleUploadedFile("a.zip", b"no archive")})
    assert refused.status_code == 422
    assert "This is no ZIP file" in refused.text
    content = zip_bytes({"VN-1001.jpg": image(), "VN-9999.jpg": image()})
    answer = staff.post("/portal/imports/media/", {"file": SimpleUploadedFile("photos.zip", content)})
    assert answer.status_code == 303
    path = answer["Location"]
    assert "every 2s" in staff.get(path).text
    drain()
    page = staff.get(path).text
    assert "No product has this reference" in page
    assert "every 2s" not in page
    assert "VN-1001.jpg" not in staff.get(f"{path}?outcome=refused").text
    report = staff.get(f"{path}files.csv").text
    assert "VN-9999.jpg;;Refused;No product has this reference" in report
    assert staff.post(f"{path}go-on/").status_code == 303
    assert "photos.zip" in staff.get("/portal/imports/media/").text
