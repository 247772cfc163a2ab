"""Drawings in the form of a new request, and those of an earlier one that is asked again."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, encode_multipart

from core.scope import PLATFORM
from core.tenancy import use_tenant
from frontend.marketplace.rfqs.portions import LINES as SHOWN
from rfq.models import RFQ, Invitation
from rfq.talk import files
from rfq.talk.models import RequestFile
from tests.rfq.test_negotiation import request_for
from tests.rfq.test_rfq_pages import _form
from tests.rfq.test_talk import OTHER, PDF
from tests.world import CompanyWorld, TenantWorld, World

LINES = {
    "line-description": ["Vis CHC M8×40 inox A4", "Équerre"],
    "line-quantity": ["5000", "10"],
    "line-key": ["1", "2"],
}


def _pdf(name: str, content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _kept(page: str) -> dict[str, list[str]]:
    """The texts that stand for files, by the field that names them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(kept[-0-9]*)" value="([^"]+)"', page):
        found.setdefault(name, []).append(value)
    return found


def _placed(company: CompanyWorld, rfq_id: UUID) -> dict[str, str]:
    """The names of a request's files with their lines."""
    with use_tenant(PLATFORM, company_id=company.id):
        rows = RequestFile.objects.select_related("rfq_line").filter(rfq_id=rfq_id)
        return {row.name: row.rfq_line.description if row.rfq_line else "" for row in rows}


def _newest(company: CompanyWorld) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return RFQ.objects.latest("created_at").id


def _download(browser: Any, tenant: TenantWorld, rfq_id: UUID, name: str) -> Any:
    with use_tenant(tenant.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=rfq_id).id
        file_id = RequestFile.objects.get(rfq_id=rfq_id, name=name).id
    return browser(tenant.host, tenant.owner).get(f"/portal/rfqs/{invitation_id}/files/{file_id}/")


def test_files_come_with_the_form_and_survive_its_correction(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    sent = _form(world, **LINES, title="", **{"files": _pdf("plan.pdf"), "files-2": _pdf("equerre.pdf", OTHER)})
    answer = buyer.post("/rfqs/new/", sent)
    assert answer.status_code == 422
    kept = _kept(answer.text)
    assert sorted(kept) == ["kept", "kept-2"]
    assert "equerre.pdf" in answer.text
    more = buyer.post("/rfqs/new/", _form(world, **LINES, title="", more="1", **kept))
    assert more.status_code == 200
    assert sorted(_kept(more.text)) == ["kept", "kept-2"], "more lines lose no file"
    assert buyer.post("/rfqs/new/", _form(world, **LINES, **kept)).status_code == 303
    rfq_id = _newest(world.delmas)
    assert _placed(world.delmas, rfq_id) == {"plan.pdf": "", "equerre.pdf": "Équerre"}
    assert _download(browser, world.acme, rfq_id, "equerre.pdf").content == OTHER


def test_a_form_is_sent_with_a_field_for_files_in_each_line_that_it_shows(world: World, browser: Any) -> None:
    buyer, keys = browser("localhost", world.delmas.admin), [str(number) for number in range(1, SHOWN + 1)]
    lines = {f"line-{name}": [text] * SHOWN for name, text in (("description", "Vis"), ("quantity", "1"))}
    empty = {name: _pdf("none", b"") for name in ("file", "files", *(f"files-{key}" for key in keys))}
    sent = _form(world, **{**lines, "line-key": keys, **empty, f"files-{SHOWN}": _pdf("plan.pdf")})
    content = encode_multipart(BOUNDARY, sent).replace(b'filename="none"', b'filename=""')
    answer = buyer.post("/rfqs/new/", content, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert answer.status_code == 303
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert list(RequestFile.objects.values_list("name", "rfq_line__position")) == [("plan.pdf", SHOWN)]


def test_lines_left_blank_are_none_though_a_browser_sends_their_empty_fields_for_files(
    world: World, browser: Any
) -> None:
    buyer, blank = browser("localhost", world.delmas.admin), ["3", "4"]
    lines = {name: [*values, "", ""] for name, values in LINES.items()}
    empty = {name: _pdf("none", b"") for name in ("files", *(f"files-{key}" for key in ("1", "2", *blank)))}
    sent = _form(world, **{**lines, "line-key": ["1", "2", *blank]}, **empty)
    content = encode_multipart(BOUNDARY, sent).replace(b'filename="none"', b'filename=""')
    answer = buyer.post("/rfqs/new/", content, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert answer.status_code == 303


def test_files_of_a_kept_draft_stay_and_more_come(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    kept = buyer.post("/rfqs/new/", _form(world, **LINES, keep="1", **{"files-2": _pdf("equerre.pdf")}))
    draft = kept["Location"].rpartition("=")[2]
    assert not _kept(buyer.get(kept["Location"]).text), "they are in the draft, and are not named twice"
    assert buyer.post("/rfqs/new/", _form(world, **LINES, draft=draft, files=_pdf("plan.pdf"))).status_code == 303
    assert _placed(world.delmas, UUID(draft)) == {"plan.pdf": "", "equerre.pdf": "Équerre"}


def test_what_is_no_drawing_is_said_where_it_was_given(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    many = [_pdf(f"p{number}.pdf") for number in range(files.MOST_AT_ONCE + 1)]
    for wrong in ({"files": _pdf("x.exe", b"MZ\x90")}, {"files-1": _pdf("x.exe", b"MZ\x90")}, {"files": many}):
        answer = buyer.post("/rfqs/new/", _form(world, **LINES, **wrong))
        assert answer.status_code == 422, wrong
        assert 'value="Châssis ligne 3"' in answer.text
    lost = buyer.post("/rfqs/new/", _form(world, **{"line-key": ["1", "2"], "files-2": _pdf("plan.pdf")}))
    assert lost.status_code == 422, "a line of which only the drawing is known is not dropped"
    assert "plan.pdf" in lost.text
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQ.objects.exists()


def test_a_name_of_a_file_is_worth_nothing_to_another_company(world: World, browser: Any) -> None:
    answer = browser("localhost", world.delmas.admin).post(
        "/rfqs/new/", _form(world, title="", files=_pdf("secret.pdf"))
    )
    (token,) = _kept(answer.text)["kept"]
    for company, text in ((world.lecomte, token), (world.delmas, f"{token}x"), (world.delmas, "x")):
        taken = browser("localhost", company.admin).post("/rfqs/new/", _form(world, kept=text))
        assert taken.status_code == 303, taken.text
        assert _placed(company, _newest(company)) == {}


def test_asking_again_takes_the_drawings_along(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    given = {"files": _pdf("plan.pdf"), "files-2": _pdf("equerre.pdf", OTHER)}
    assert buyer.post("/rfqs/new/", _form(world, **LINES, suppliers=[world.acme.id.hex], **given)).status_code == 303
    first = _newest(world.delmas)
    page = buyer.get(f"/rfqs/new/?again={first.hex}").text
    kept = _kept(page)
    assert sorted(kept) == ["kept", "kept-2"]
    again = _form(world, **LINES, suppliers=[world.bolt.id.hex], **kept)
    assert buyer.post("/rfqs/new/", again).status_code == 303
    second = _newest(world.delmas)
    assert _placed(world.delmas, second) == {"plan.pdf": "", "equerre.pdf": "Équerre"}
    assert _download(browser, world.bolt, second, "equerre.pdf").content == OTHER
    with use_tenant(world.bolt.scope, party="tenant"):
        assert not RequestFile.objects.filter(rfq_id=first).exists(), "the earlier request stays closed to it"
    draft = UUID(buyer.post("/rfqs/new/", _form(world, **LINES, keep="1", **kept))["Location"].rpartition("=")[2])
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        for row in RequestFile.objects.filter(rfq_id=draft):
            files.remove_from_draft(rfq_id=draft, file_id=row.id, actor=world.delmas.buyer)
    assert buyer.post(f"/rfqs/{draft}/drop/").status_code == 303
    assert _download(browser, world.acme, first, "plan.pdf").content == PDF, "one that goes takes no other's file"


def test_a_strangers_request_gives_no_drawings(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    assert browser("localhost", world.lecomte.admin).get(f"/rfqs/new/?again={rfq_id.hex}").status_code == 404
