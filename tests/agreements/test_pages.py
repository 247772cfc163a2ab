"""The pages of agreements, without JavaScript: signed on the award's form, called off, looked at by both, ended."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementLine
from core.tenancy import use_tenant
from orders.models import CartLine, Order
from rfq.models import Invitation, QuoteLine
from rfq.offers import OfferLine
from tests.agreements.signed import line, period, signed
from tests.agreements.test_awarding import GOODS, offered
from tests.agreements.test_calling import SKU, place
from tests.counting import statements
from tests.rfq.test_awarding import answer
from tests.rfq.test_negotiation import request_for
from tests.world import World


def _line_key(world: World, sku: str = SKU) -> str:
    with use_tenant(world.acme.scope, party="tenant"):
        return AgreementLine.objects.get(sku=sku).pk.hex


def _days(start: int, end: int) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "becomes": "agreement",
        "starts_on": (today + timedelta(days=start)).isoformat(),
        "ends_on": (today + timedelta(days=end)).isoformat(),
    }


def test_an_award_is_made_an_agreement_on_its_form(world: World, browser: Any) -> None:
    rfq_id, version_id = offered(world)
    buyer, path = browser("localhost", world.delmas.admin), f"/rfqs/{rfq_id}/award/"
    assert "A framework agreement" in buyer.get(path).content.decode()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        lines = {row.rfq_line_id.hex: row.pk.hex for row in QuoteLine.objects.filter(version_id=version_id)}
    form = {f"line-{key}": offered_id for key, offered_id in lines.items()} | {"version": version_id.hex, "closes": "1"}
    wrong = buyer.post(path, form | _days(0, -3))
    assert wrong.status_code == 422
    assert "An agreement ends after it begins" in wrong.content.decode()
    assert buyer.post(path, form | {"becomes": "agreement"}).status_code == 422
    assert buyer.post(path, form | _days(0, 90) | {"count": "1"}).status_code == 200, "adding up signs nothing"
    with use_tenant(world.acme.scope, party="tenant"):
        assert not Agreement.objects.exists()
    for _time in range(2):
        assert buyer.post(path, form | _days(0, 90)).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        found = Agreement.objects.get()
        assert not Order.objects.exists()
    page = buyer.get(f"/rfqs/{rfq_id}/").content.decode()
    assert f"/agreements/{found.pk}/" in page
    documents = buyer.get("/documents/?kind=agreement").content.decode()
    assert found.number in documents
    assert f"agreements%2F{found.pk}" in documents
    shop = browser(world.acme.host, world.delmas.admin)
    for text in (found.number, "5,000", "2,120.00"):
        assert text in shop.get(f"/agreements/{found.pk}/").content.decode()


def test_one_offer_is_accepted_as_an_agreement(world: World, browser: Any) -> None:
    rfq_id, version_id = offered(world)
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get().pk
    buyer = browser("localhost", world.delmas.admin)
    accept = reverse("marketplace_rfq_accept", args=[rfq_id, invitation_id], urlconf="config.urls_platform")
    refused = buyer.post(accept, {"version": version_id.hex, **_days(5, 2)})
    assert refused.status_code == 422
    done = buyer.post(accept, {"version": version_id.hex, **_days(0, 30)}, follow=True)
    assert "Agreed with Acme Visserie at the quoted prices" in done.content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        assert Agreement.objects.get().quote_version_id == version_id


def test_calling_off_fills_the_cart(world: World, browser: Any) -> None:
    agreement_id = signed(
        world.acme,
        world.delmas,
        line(world.acme, SKU, "0.11", 1000, factor=200),
        line(world.acme, "VN-1001", "0.3", 50),
    )
    shop, path = browser(world.acme.host, world.delmas.admin), f"/agreements/{agreement_id}/"
    key = _line_key(world)
    assert f'name="qty-{key}"' in shop.get(path).content.decode()
    for typed, status in (({}, 422), ({f"qty-{key}": "many"}, 422), ({f"qty-{'0' * 32}": "1"}, 404)):
        assert shop.post(path, typed).status_code == status
    wrong = shop.post(path, {f"qty-{key}": "1", f"qty-{_line_key(world, 'VN-1001')}": "1.5"})
    assert wrong.status_code == 422
    assert f'id="error-{_line_key(world, "VN-1001")}"' in wrong.content.decode()
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert not CartLine.objects.exists()
    assert shop.post(path, {f"qty-{key}": "7"})["Location"] == "/cart/"
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        row = CartLine.objects.get()
        assert (row.unit_code, row.quantity) == ("XBX", Decimal(7))
    cart = shop.get("/cart/").content.decode()
    assert "1,000 pieces at" in cart
    assert "beyond it at" in cart, "never silently"
    assert "174.00" in cart  # 1,000 at 0.11, 400 at 0.16


def test_what_is_agreed_by_the_piece_is_called_off_in_boxes(world: World, browser: Any) -> None:
    """The unit is chosen; a box says what it holds, and takes as many pieces from the agreement."""
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    shop, path, key = browser(world.acme.host, world.delmas.admin), f"/agreements/{agreement_id}/", _line_key(world)
    page = shop.get(path).content.decode()
    assert f'name="unit-{key}"' in page
    assert '<option value="XBX">box of 200</option>' in page
    assert page.index('<option value="H87"') < page.index('<option value="XBX"'), "the quoted unit first"
    assert shop.post(path, {f"qty-{key}": "3", f"unit-{key}": "XBX"})["Location"] == "/cart/"
    cart = shop.get("/cart/").content.decode()
    assert "66.00" in cart, "600 at 0.11"
    assert "beyond it at" not in cart
    assert shop.post(path, {f"qty-{key}": "3", f"unit-{key}": "KGM"}).status_code == 422, "not a unit of it"
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        row = CartLine.objects.get()
        assert (row.unit_code, row.quantity) == ("XBX", Decimal(3))


def test_who_sees_what(world: World, browser: Any) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    path, portal = f"/agreements/{agreement_id}/", f"/portal/agreements/{agreement_id}/"
    with use_tenant(world.acme.scope, party="tenant"):
        number = Agreement.objects.get().number
    own, other = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.lecomte.admin)
    looks, staff = browser(world.acme.host, world.delmas.viewer), browser(world.acme.host, world.acme.owner)
    for page in ("", "lines.csv"):
        assert own.get(path + page).status_code == 200
        assert looks.get(path + page).status_code == 200
        assert other.get(path + page).status_code == 404
        assert staff.get(portal + page).status_code == 200
        assert own.get(portal + page).status_code == 404
    assert number in own.get("/agreements/").content.decode()
    assert number not in other.get("/agreements/").content.decode()
    assert number in staff.get("/portal/agreements/").content.decode()
    assert f"qty-{_line_key(world)}" not in looks.get(path).content.decode(), "who may not order calls nothing off"
    assert looks.post(path, {f"qty-{_line_key(world)}": "1"}).status_code in (403, 404)
    assert other.post(path, {f"qty-{_line_key(world)}": "1"}).status_code == 404
    assert browser(world.bolt.host, world.bolt.owner).get(portal).status_code == 404
    assert other.post(portal, {"do": "close", "reason": "x"}).status_code == 404
    with use_tenant(world.acme.scope, party="tenant"):
        assert Agreement.objects.get().state == "active"
        assert not CartLine.objects.exists()


def test_both_see_how_it_is_used_up(world: World, browser: Any) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000), within=period(47))
    order = place(world.acme, world.delmas, 300)
    shop, staff = browser(world.acme.host, world.delmas.admin), browser(world.acme.host, world.acme.owner)
    for page in (shop.get(f"/agreements/{agreement_id}/"), staff.get(f"/portal/agreements/{agreement_id}/")):
        text = page.content.decode()
        for word in ("700 pieces", "300 pieces", order.number, "€77.00 left, €33.00 called off", "<svg"):
            assert word in text
    table = shop.get(f"/agreements/{agreement_id}/lines.csv").content.decode("utf-8-sig")
    assert f"{SKU};" in table
    assert ";0.11;1000;300;700;EUR;" in table


def test_the_supplier_ends_one_and_lets_one_be_exceeded(world: World, browser: Any) -> None:
    agreement_id = signed(world.acme, world.delmas, line(world.acme, SKU, "0.11", 1000))
    staff, path = browser(world.acme.host, world.acme.owner), f"/portal/agreements/{agreement_id}/"
    assert staff.post(path, {"do": "burn"}).status_code == 400
    assert staff.post(path, {"do": "allow", "line": "x"}).status_code == 404
    assert staff.post(path, {"do": "allow", "line": _line_key(world)}).status_code == 303
    assert "may be exceeded" in staff.get(path).content.decode()
    assert staff.post(path, {"do": "limit", "line": _line_key(world)}).status_code == 303
    place(world.acme, world.delmas, 10)
    empty = staff.post(path, {"do": "close", "reason": " "})
    assert empty.status_code == 422
    assert "Say why the agreement ends" in empty.content.decode()
    assert staff.post(path, {"do": "close", "reason": "Steel is dear"}).status_code == 303
    assert staff.post(path, {"do": "close", "reason": "again"}).status_code == 409
    shop = browser(world.acme.host, world.delmas.admin)
    page = shop.get(f"/agreements/{agreement_id}/").content.decode()
    assert "Steel is dear" in page
    assert f"qty-{_line_key(world)}" not in page
    assert shop.post(f"/agreements/{agreement_id}/", {f"qty-{_line_key(world)}": "1"}).status_code == 409
    assert "Ended early" in shop.get("/agreements/?all=1").content.decode()


def test_statements_do_not_grow_with_agreements(world: World, browser: Any) -> None:
    shop = browser(world.acme.host, world.delmas.admin)
    counts: list[list[int]] = []
    for skus in (("VN-1005",), ("VN-1001", "VN-1002", "VN-1003")):
        agreement_id = signed(world.acme, world.delmas, *[line(world.acme, sku, "0.11", 1000) for sku in skus])
        counts.append([])
        for path in ("/agreements/?all=1", f"/agreements/{agreement_id}/"):
            with statements() as found:
                assert shop.get(path).status_code == 200
            counts[-1].append(len(found))
    assert counts[0] == counts[1]


def test_what_an_offer_asks_for_besides_its_prices_is_said_before_the_award_and_on_both_sides(
    world: World, browser: Any
) -> None:
    rfq_id = request_for(world.delmas, world.acme, lines=GOODS)
    version_id = answer(
        world.acme,
        rfq_id,
        OfferLine(Decimal("0.38"), 5, setup=Decimal(40)),
        OfferLine(Decimal("0.11"), 5),
        freight="85",
    )
    with use_tenant(world.acme.scope, party="tenant"):
        invitation_id = Invitation.objects.get().pk
    buyer = browser("localhost", world.delmas.admin)
    said = "not in the prices: transport €85.00, one-off costs €40.00."
    for path in (f"/rfqs/{rfq_id}/{invitation_id}/", f"/rfqs/{rfq_id}/award/"):
        page = buyer.get(path).content.decode()
        assert said in page.replace("As a", "as a"), path
        assert "Orders that call off are not charged for it" in page
    accept = f"/rfqs/{rfq_id}/{invitation_id}/accept/"
    assert buyer.post(accept, {"version": version_id.hex, **_days(0, 30)}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        agreement_id = Agreement.objects.get().pk
    for side, path in ((world.delmas.admin, "/agreements/"), (world.acme.owner, "/portal/agreements/")):
        page = browser(world.acme.host, side).get(f"{path}{agreement_id}/").content.decode()
        assert "Not in the prices: transport €85.00, one-off costs €40.00." in page, path
    plain = signed(world.acme, world.delmas, line(world.acme, "VN-1002", "2", 10))
    page = browser(world.acme.host, world.delmas.admin).get(f"/agreements/{plain}/").content.decode()
    assert "Not in the prices" not in page
