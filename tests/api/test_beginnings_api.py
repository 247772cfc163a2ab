"""What a company's request begins with through the API: a template of its own, or the lines of a file."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.asking import NewLine
from rfq.models import RFQ, RFQTarget
from rfq.reuse.services import save_template
from tests.api.test_marketplace_api import SNAPSHOT, client_of, send
from tests.api.test_schema import check
from tests.counting import statements
from tests.rfq.test_negotiation import request_for
from tests.world import CompanyWorld, World

CSV = "Référence;Quantité;Unité;Commentaire\nVN-1001;250;;Vis CHC M8×40\n4006381333931;12,5;m;\n"


@pytest.fixture
def api(world: World) -> Client:
    return client_of(world.delmas)


def _template(company: CompanyWorld, rfq_id: UUID, name: str) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return save_template(rfq_id=rfq_id, name=name, actor=company.buyer)


def _again(template_id: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "template": str(template_id),
        "deadline_at": (timezone.now() + timedelta(days=4)).isoformat(),
        **changes,
    }


def _read(api: Client, content: bytes | str, name: str = "lines.csv", **headers: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return api.post("/api/v1/rfq-lines/", {"file": SimpleUploadedFile(name, raw)}, headers=headers)


def test_a_template_is_asked_again_under_ones_own_key_once(world: World, api: Client) -> None:
    lines = (NewLine("Tige M8", Decimal(300), target_price=Decimal(2)), NewLine("Tige M10", Decimal(5), "MTR"))
    first = request_for(world.delmas, world.acme, world.bolt, lines=lines, is_sealed=True, private_note="SECRET")
    template_id, rfq_id = _template(world.delmas, first, "Visserie"), uuid7()
    (listed,) = api.get("/api/v1/rfq-templates/").json()["items"]
    assert (listed["id"], listed["name"], listed["request_id"]) == (str(template_id), "Visserie", str(first))
    path = f"rfqs/{rfq_id}/from-template/"
    sent, again = (send(api, "put", path, _again(template_id)) for _time in range(2))
    assert (sent.status_code, again.status_code) == (201, 200), sent.content
    assert sent.json() == again.json()
    assert sent["Location"] == f"/api/v1/rfqs/{rfq_id}/"
    said = sent.json()
    assert [(line["description"], line["unit"]) for line in said["lines"]] == [("Tige M8", "H87"), ("Tige M10", "MTR")]
    assert {row["supplier"] for row in said["suppliers"]} == {world.acme.name, world.bolt.name}
    assert said["is_sealed"]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 2
        assert RFQTarget.objects.filter(rfq_id=rfq_id).count() == 1, "what was not told stays untold"
    other = send(
        api, "put", f"rfqs/{uuid7()}/from-template/", _again(template_id, title="B", suppliers=[str(world.acme.id)])
    )
    assert (other.json()["title"], len(other.json()["suppliers"])) == ("B", 1)
    check(yaml.safe_load(SNAPSHOT.read_text()), "TemplatePage", api.get("/api/v1/rfq-templates/").json())


def test_foreign_templates_and_keys_do_not_exist(world: World, api: Client) -> None:
    own = request_for(world.delmas, world.acme)
    template_id = _template(world.delmas, own, "Visserie")
    stranger = client_of(world.lecomte)
    assert stranger.get("/api/v1/rfq-templates/").json()["items"] == []
    assert send(stranger, "put", f"rfqs/{uuid7()}/from-template/", _again(template_id)).status_code == 404
    theirs = _template(world.lecomte, request_for(world.lecomte, world.acme), "À nous")
    assert send(stranger, "put", f"rfqs/{own}/from-template/", _again(theirs)).status_code == 404, "a taken key"
    assert client_of(None).get("/api/v1/rfq-templates/").status_code == 401
    for wrong in ({"deadline_at": "2020-01-01T00:00:00Z"}, {"suppliers": [str(uuid7())]}, {"unit_price": "1"}):
        assert send(api, "put", f"rfqs/{uuid7()}/from-template/", _again(template_id, **wrong)).status_code == 422
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 1


def test_templates_are_paged_and_statements_do_not_grow(world: World, api: Client) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    for name in ("A", "B", "C"):
        _template(world.delmas, rfq_id, name)
    api.get("/api/v1/rfq-templates/")
    with statements() as few:
        api.get("/api/v1/rfq-templates/", {"limit": 1})
    with statements() as many:
        api.get("/api/v1/rfq-templates/")
    assert len(few) == len(many)
    page = api.get("/api/v1/rfq-templates/", {"limit": 2}).json()
    rest = api.get("/api/v1/rfq-templates/", {"cursor": page["next_cursor"]}).json()
    assert [row["name"] for row in page["items"] + rest["items"]] == ["C", "B", "A"]
    assert rest["next_cursor"] is None


def test_the_lines_of_a_file_can_be_asked_for_as_they_are_read(world: World, api: Client) -> None:
    found = _read(api, CSV, **{"accept-language": "fr"})
    assert found.status_code == 200, found.content
    first, second = found.json()["lines"]
    assert first == {
        "row": 2,
        "description": "Vis CHC M8×40",
        "quantity": "250",
        "unit": "H87",
        "gtin": "",
        "part_number": "VN-1001",
    }
    assert (second["quantity"], second["unit"], second["gtin"]) == ("12.5", "MTR", "4006381333931")
    assert found.json()["errors"] == []
    check(yaml.safe_load(SNAPSHOT.read_text()), "ReadLines", found.json())
    lines = [{name: value for name, value in line.items() if name != "row"} for line in (first, second)]
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQ.objects.exists(), "reading keeps nothing"
    body = {
        "title": "Lignes",
        "deadline_at": (timezone.now() + timedelta(days=3)).isoformat(),
        "suppliers": [str(world.acme.id)],
        "lines": lines,
    }
    assert send(api, "put", f"rfqs/{uuid7()}/", body).status_code == 201


def test_what_is_wrong_is_said_by_row(world: World, api: Client) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (("Reference", "Quantity", "Unit"), ("A-1", 5, ""), ("A-2", timezone.localdate(), ""), ("A-3", -2, ""),
                ("A-4", "many", ""), ("A-5", 1, "parsec")):  # fmt: skip
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    answer = _read(api, file.getvalue(), "lines.xlsx")
    assert [line["part_number"] for line in answer.json()["lines"]] == ["A-1"], answer.content
    wrong = [(one["row"], one["field"], one["code"]) for one in answer.json()["errors"]]
    assert wrong == [
        (3, "B", "bad_cell"),
        (4, "quantity", "min_value"),
        (5, "quantity", "invalid"),
        (6, "unit", "invalid"),
    ]
    for content, name in ((b"%PDF-1.4", "a.csv"), (b"PK\x03\x04", "a.xlsx"), (b"", "a.csv")):
        assert _read(api, content, name).status_code in (415, 422)
    assert api.post("/api/v1/rfq-lines/", {}).status_code == 422
    assert _read(client_of(None), CSV).status_code == 401
