"""Templates, and requests that begin with the lines of a file."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq.errors import MayNotBuy
from rfq.models import RFQ
from rfq.reuse.models import RFQTemplate
from rfq.reuse.services import NameMissing, NameTaken, drop_template, save_template, templates_of
from tests.rfq.test_negotiation import request_for
from tests.world import World

CSV = "Référence;Quantité;Unité;Commentaire\nVN-1001;250;;Vis CHC M8×40\nX-77;12;m;\n"


def test_a_template_is_its_companys_and_named_once(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        with pytest.raises(NameMissing):
            save_template(rfq_id=rfq_id, name="  ", actor=world.delmas.buyer)
        with pytest.raises(MayNotBuy):
            save_template(rfq_id=rfq_id, name="Visserie", actor=world.delmas.onlooker)
        template_id = save_template(rfq_id=rfq_id, name="Visserie", actor=world.delmas.buyer)
        with pytest.raises(NameTaken):
            save_template(rfq_id=rfq_id, name="VISSERIE", actor=world.delmas.buyer)
        assert [row.name for row in templates_of(world.delmas.buyer)] == ["Visserie"]
    with use_tenant(PLATFORM, company_id=world.lecomte.id):
        assert templates_of(world.lecomte.buyer) == []
        for act in (lambda: save_template(rfq_id=rfq_id, name="x", actor=world.lecomte.buyer),):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotFound):
            drop_template(template_id=template_id, actor=world.lecomte.buyer)
    with use_tenant(world.acme.scope, party="tenant"):
        assert not RFQTemplate.objects.exists()
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        drop_template(template_id=template_id, actor=world.delmas.buyer)
        assert RFQ.objects.filter(pk=rfq_id).exists()


def test_keep_begin_and_remove_through_the_pages(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    buyer = browser("localhost", world.delmas.admin)
    assert buyer.post(f"/rfqs/{rfq_id}/template/", {"template_name": ""}).status_code in (400, 422)
    assert buyer.post(f"/rfqs/{rfq_id}/template/", {"template_name": "Visserie"}).status_code == 303
    assert buyer.post(f"/rfqs/{rfq_id}/template/", {"template_name": "visserie"}).status_code == 409
    page = buyer.get("/rfqs/templates/").text
    begin = re.search(r'href="(/rfqs/new/\?again=[0-9a-f]{32})"', page)
    assert begin is not None
    assert 'value="Plan 4471-B : équerre pliée 3 mm"' in buyer.get(begin[1]).text
    drop = re.search(r'action="(/rfqs/templates/[0-9a-f-]{36}/drop/)"', page)
    assert drop is not None
    assert browser("localhost", world.lecomte.admin).post(drop[1]).status_code == 404
    assert buyer.post(drop[1]).status_code == 303
    assert "No template yet" in buyer.get("/rfqs/templates/").text


def _file(content: bytes, name: str = "besoin.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_gives_the_lines_and_sends_nothing(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    typed = {"title": "Besoin", "line-description": ["Tige"], "line-code": [""], "line-quantity": ["3"]}
    answer = buyer.post("/rfqs/new/", {**typed, "line-unit": ["H87"], "file": _file(CSV.encode())})
    assert answer.status_code == 200
    page = answer.text
    for value in ("Tige", "Vis CHC M8×40", "VN-1001", "250", "X-77"):
        assert f'value="{value}"' in page, value
    assert page.index('value="Tige"') < page.index('value="VN-1001"')
    assert '<option value="MTR" selected>' in page
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert not RFQ.objects.exists()


def test_a_file_that_cannot_be_read_is_told_and_keeps_what_was_typed(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    typed = {"title": "Besoin", "line-description": ["Tige"], "line-code": [""], "line-quantity": ["3"]}
    long = "Référence;Quantité\n" + "".join(f"A-{number};1\n" for number in range(1000))
    for content in (b"\x00\x01\x02\xff" * 50, long.encode(), "Article;Qté;x\n".encode() * 0 + b"a;Quantity\nb;1\n"):
        answer = buyer.post("/rfqs/new/", {**typed, "line-unit": ["H87"], "more": "1", "file": _file(content)})
        assert answer.status_code == 422, content[:40]
        assert 'value="Tige"' in answer.text
        assert 'value="A-7"' not in answer.text
