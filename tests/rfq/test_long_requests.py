"""Requests of as many lines as one may have, in every unit and currency, through the buyer's form."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog.enums import VariantState
from catalog.models import Variant
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from frontend.marketplace.rfqs.portions import LINES as SHOWN
from orders import carts
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.wishes import NewLine as Wish
from rfq import asking
from rfq.asking import MOST_LINES, NewLine, NewRFQ
from rfq.errors import TooManyLines
from rfq.models import RFQ, RFQLine
from rfq.reuse.services import save_template
from tests.rfq.test_negotiation import request_for
from tests.world import CompanyWorld, World

COUNT = 420


def long_request(world: World, count: int = COUNT, **changes: Any) -> UUID:
    """As a system of the company sends it; every 100th line says more."""
    lines = tuple(
        NewLine(f"Vis {number}", Decimal(number), question="Quel acier ?" if number % 100 == 0 else "")
        for number in range(1, count + 1)
    )
    return request_for(world.delmas, world.acme, lines=lines, **changes)


def typed_in(html: str) -> dict[str, Any]:
    """What a browser sends of the form as it stands, without any button."""
    page = lxml.html.document_fromstring(html)
    assert isinstance(page, lxml.html.HtmlElement)
    form = next(one for one in page.forms if one.get("id") == "rfq-form")
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return {name: values for name, values in sent.items() if not name.startswith("file")}


def asked(company: CompanyWorld, rfq_id: UUID) -> list[tuple[str, Decimal, str, str]]:
    with use_tenant(PLATFORM, company_id=company.id):
        rows = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position")
        return list(rows.values_list("description", "quantity", "unit_code", "question"))


def newest(company: CompanyWorld) -> UUID:
    with use_tenant(PLATFORM, company_id=company.id):
        return RFQ.objects.latest("created_at").id


def send(buyer: Any, sent: dict[str, Any], **changes: Any) -> Any:
    return buyer.post("/rfqs/new/", {**sent, "title": "Tout", **changes})


def test_a_long_request_is_asked_again_whole(world: World, browser: Any) -> None:
    first, buyer = long_request(world), browser("localhost", world.delmas.admin)
    page = buyer.get(f"/rfqs/new/?again={first.hex}").text
    sent = typed_in(page)
    assert len(sent["line-description"]) == SHOWN, "the others travel unseen"
    assert "401–420" in page
    last = buyer.post("/rfqs/new/", {**sent, "portion": "5"}).text
    more = typed_in(last)
    assert [text for text in more["line-description"] if text] == [f"Vis {number}" for number in range(401, COUNT + 1)]
    more["line-quantity"][0] = "7"
    more["line-description"][COUNT - 400] = "Une de plus"
    more["line-quantity"][COUNT - 400] = "1"
    assert send(buyer, more).status_code == 303
    was, now = asked(world.delmas, first), asked(world.delmas, newest(world.delmas))
    assert now[COUNT] == ("Une de plus", Decimal(1), "H87", "")
    assert now[400] == ("Vis 401", Decimal(7), "H87", "")
    assert [*now[:400], *now[401:COUNT]] == [*was[:400], *was[401:]]


def test_a_long_draft_and_a_long_template_lose_nothing(world: World, browser: Any) -> None:
    first, buyer = long_request(world, MOST_LINES), browser("localhost", world.delmas.admin)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        save_template(rfq_id=first, name="Visserie", actor=world.delmas.buyer)
    assert f"?again={first.hex}" in buyer.get("/rfqs/templates/").text
    kept = send(buyer, typed_in(buyer.get(f"/rfqs/new/?again={first.hex}").text), keep="1")
    assert kept.status_code == 303
    draft = UUID(kept["Location"].rpartition("=")[2])
    assert asked(world.delmas, draft) == asked(world.delmas, first)
    answer = send(buyer, typed_in(buyer.get(kept["Location"]).text))
    assert answer["Location"] == f"/rfqs/{draft}/"
    assert asked(world.delmas, draft) == asked(world.delmas, first)


def test_what_is_wrong_on_an_unseen_line_is_shown(world: World, browser: Any) -> None:
    first, buyer = long_request(world, 250), browser("localhost", world.delmas.admin)
    page = buyer.get(f"/rfqs/new/?again={first.hex}").text
    third = typed_in(buyer.post("/rfqs/new/", {**typed_in(page), "portion": "3"}).text)
    third["line-quantity"][4] = "beaucoup"
    back = typed_in(buyer.post("/rfqs/new/", {**third, "portion": "1"}).text)
    assert back["line-description"][0] == "Vis 1"
    refused = send(buyer, back)
    assert refused.status_code == 422
    assert "Line 205 is to be corrected." in refused.text
    assert 'value="beaucoup"' in refused.text
    assert newest(world.delmas) == first


def test_lines_beyond_the_most_are_refused_and_none_is_cut(world: World, browser: Any) -> None:
    first, buyer = long_request(world, MOST_LINES), browser("localhost", world.delmas.admin)
    last = buyer.post("/rfqs/new/", {**typed_in(buyer.get(f"/rfqs/new/?again={first.hex}").text), "more": "1"}).text
    sent = typed_in(last)
    sent["line-description"][0], sent["line-quantity"][0] = "Une de trop", "1"
    refused = send(buyer, sent)
    assert refused.status_code == 422
    assert "A request has 1,000 lines at most." in refused.text
    assert newest(world.delmas) == first
    data = NewRFQ("x", timezone.now() + timedelta(days=1), [NewLine("x", Decimal(1))] * (MOST_LINES + 1), ())
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(TooManyLines):
        asking.save_draft(data=data, actor=world.delmas.buyer)


def test_sealed_lines_are_only_those_that_were_given(world: World, browser: Any) -> None:
    first, buyer = long_request(world, 150), browser("localhost", world.delmas.admin)
    sent = typed_in(buyer.get(f"/rfqs/new/?again={first.hex}").text)
    assert send(buyer, sent, **{"lines-after": f"x{sent['lines-after'][0]}"}).status_code == 404
    assert newest(world.delmas) == first


def _goods(world: World, count: int) -> list[UUID]:
    """So many articles that are for sale."""
    like = Variant.objects.select_related("product").get(pk=world.acme.variants["VN-1001"])
    made = []
    for number in range(count):
        like.pk, like.id, like.sku, like.gtin = None, None, f"Z-{number:04}", ""
        like._state.adding = True
        like.save()
        made.append(like.pk)
    return made


def test_a_cart_and_a_list_say_what_is_left_out(world: World, browser: Any) -> None:
    gone = world.acme.variants["VN-1003"]
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        wishes = [Wish(world.acme.variants["VN-1001"], "", Decimal(700)), Wish(gone, "XBX", Decimal(3))]
        carts.add_lines(actor=world.delmas.buyer, customer=customer, lines=wishes)
    with use_tenant(world.acme):
        Variant.objects.filter(pk=gone).update(state=VariantState.ARCHIVED)
    page = browser("localhost", world.delmas.admin).get(f"/rfqs/new/?cart={world.acme.id.hex}").text
    assert [text for text in typed_in(page)["line-quantity"] if text] == ["700"]
    assert "1 article is left out" in page


def test_the_longest_list_comes_whole_and_two_of_them_say_what_is_too_much(world: World, browser: Any) -> None:
    with use_tenant(world.acme):
        goods = _goods(world, MOST_LINES)
    keys = []
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        for name, some in (("Tout", goods), ("Deux", goods[:2])):
            key = lists.create_list(actor=world.delmas.buyer, customer=customer, name=name)
            wishes = [ListLine(Wish(one, "", Decimal(2))) for one in some]
            lists.add_lines(actor=world.delmas.buyer, customer=customer, list_id=key, lines=wishes)
            keys.append(f"list={world.acme.id.hex}:{key.hex}")
    buyer = browser("localhost", world.delmas.admin)
    page = buyer.get(f"/rfqs/new/?{keys[0]}").text
    assert "left out" not in page
    assert send(buyer, typed_in(page)).status_code == 303
    assert len(asked(world.delmas, newest(world.delmas))) == MOST_LINES
    assert "2 lines are left out: a request has 1,000 at most." in buyer.get(f"/rfqs/new/?{'&'.join(keys)}").text


def test_a_long_file_is_read_whole(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    text = "Référence;Quantité;Unité\n" + "".join(f"A-{number};{number};m²\n" for number in range(1, MOST_LINES + 1))
    began = {**typed_in(buyer.get("/rfqs/new/").text), "suppliers": [world.acme.id.hex]}
    read = buyer.post("/rfqs/new/", {**began, "more": "1", "file": SimpleUploadedFile("a.csv", text.encode())})
    assert read.status_code == 200
    assert send(buyer, typed_in(read.text)).status_code == 303
    lines = asked(world.delmas, newest(world.delmas))
    assert [line[:3] for line in lines] == [(f"A-{n}", Decimal(n), "MTK") for n in range(1, MOST_LINES + 1)]


def test_a_unit_is_asked_for_as_it_is(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    units = ("MTK", "CEN", "XSA", "TNE")
    first = request_for(world.delmas, world.acme, lines=[NewLine("Vis", Decimal("1.125"), code) for code in units])
    sent = typed_in(buyer.get(f"/rfqs/new/?again={first.hex}").text)
    assert sent["line-unit"][:4] == list(units)
    assert send(buyer, sent).status_code == 303
    again = newest(world.delmas)
    assert again != first
    assert [line[1:3] for line in asked(world.delmas, again)] == [(Decimal("1.125"), code) for code in units]


def test_a_unit_that_nobody_knows_is_its_lines_error(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    began = {**typed_in(buyer.get("/rfqs/new/").text), "suppliers": [world.acme.id.hex]}
    file = SimpleUploadedFile("a.csv", "Référence;Quantité;Unité\nA-1;50;bidon\nA-2;5;m²\n".encode())
    read = buyer.post("/rfqs/new/", {**began, "more": "1", "file": file})
    assert read.status_code == 422
    assert "“bidon” is not a unit" in read.text
    sent = typed_in(read.text)
    assert sent["line-unit"][:2] == ["", "MTK"]
    refused = send(buyer, sent)
    assert refused.status_code == 422
    assert "Choose the unit." in refused.text
    sent["line-unit"][0] = "XCT"
    assert send(buyer, sent).status_code == 303
    assert [line[2] for line in asked(world.delmas, newest(world.delmas))] == ["XCT", "MTK"]


def test_texts_that_are_too_long_are_said_and_not_cut(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    sent = {**typed_in(buyer.get("/rfqs/new/").text), "suppliers": [world.acme.id.hex]}
    sent["line-description"][0], sent["line-quantity"][0] = "x" * 241, "1"
    refused = send(buyer, sent)
    assert refused.status_code == 422
    assert "at most 240 letters" in refused.text


def test_the_currency_is_chosen_and_stays(world: World, browser: Any) -> None:
    buyer = browser("localhost", world.delmas.admin)
    first = long_request(world, 1, currency="CHF")
    sent = typed_in(buyer.get(f"/rfqs/new/?again={first.hex}").text)
    assert sent["currency"] == ["CHF"]
    kept = send(buyer, sent, keep="1")
    draft = typed_in(buyer.get(kept["Location"]).text)
    assert draft["currency"] == ["CHF"]
    for wrong in ("", "franc", "XQQ"):
        assert send(buyer, draft, currency=wrong).status_code == 422, wrong
    assert send(buyer, draft, currency="usd").status_code == 303
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.latest("created_at").currency == "USD"
    assert typed_in(buyer.get("/rfqs/new/").text)["currency"] == ["EUR"]
