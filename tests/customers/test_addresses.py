"""The address book of a company: kept with what the driver must know, one usual and one billing address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts import addresses
from accounts.addresses import AddressData, billing_address
from accounts.errors import UsualAddressNeeded
from accounts.models import CompanyAddress
from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts, services
from orders.lines import NewLine
from orders.services import Delivery
from tests.world import CompanyWorld, World

SITE = {
    "label": "Chantier Lens",
    "street": "1 rue X",
    "postal_code": "62300",
    "city": "Lens",
    "country": "FR",
    "contact": "Léa",
    "phone": "+33 3 21 00 00 00",
    "opening_hours": "lun.–ven. 7–12",
    "unloading": "hayon",
    "access_notes": "portail vert",
}


def _added(company: CompanyWorld) -> Any:
    return addresses.add_address(company_id=company.id, data=AddressData(**SITE), actor=company.buyer)


def _page(address_id: object) -> str:
    return f"/company/addresses/{address_id}/"


def test_an_address_is_changed_in_the_browser_and_an_error_is_shown_at_its_field(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        address_id = _added(world.delmas)
    admin = browser(world.acme.host, world.delmas.admin)
    assert "portail vert" in admin.get(_page(address_id)).content.decode()
    wrong = admin.post(_page(address_id), {**SITE, "city": ""})
    assert (wrong.status_code, 'id="id_city-error"' in wrong.content.decode()) == (422, True)
    assert admin.post(_page(address_id), {**SITE, "unloading": "quai"}).status_code == 303
    assert "lun.–ven. 7–12 · quai · portail vert" in admin.get("/company/").content.decode()


def test_there_is_one_usual_address_and_it_stays_until_another_is_chosen(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        first = CompanyAddress.objects.get(company_id=world.delmas.id, is_default=True)
        second = _added(world.delmas)
    admin = browser(world.acme.host, world.delmas.admin)
    refused = admin.post(_page(first.pk), {"do": "remove"})
    assert (refused.status_code, "choose another one" in refused.content.decode()) == (422, True)
    assert admin.post(_page(second), {"do": "usual"}).status_code == 303
    assert admin.post(_page(first.pk), {"do": "remove"}).status_code == 303
    with use_tenant(PLATFORM):
        assert list(CompanyAddress.objects.filter(company_id=world.delmas.id).values_list("pk", "is_default")) == [
            (second, True)
        ]
        with pytest.raises(UsualAddressNeeded):
            addresses.remove_address(company_id=world.delmas.id, address_id=second, actor=world.delmas.buyer)


def test_the_first_address_of_a_company_is_its_usual_one(world: World) -> None:
    with use_tenant(PLATFORM):
        CompanyAddress.objects.filter(company_id=world.delmas.id).delete()
        assert CompanyAddress.objects.get(pk=_added(world.delmas)).is_default


def test_invoices_go_to_the_billing_address(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        second = _added(world.delmas)
        assert billing_address(world.delmas.id)["street"] == "12 rue des Forges"
    assert browser(world.acme.host, world.delmas.admin).post(_page(second), {"do": "billing"}).status_code == 303
    with use_tenant(PLATFORM):
        assert billing_address(world.delmas.id)["street"] == "1 rue X"
        assert billing_address(uuid4()) == {}


def test_what_the_driver_must_know_is_on_the_suppliers_order(world: World, browser: Any) -> None:
    buyer = world.delmas.buyer
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        site, customer = _added(world.delmas), require_approved(buyer)
        wish = NewLine(world.acme.variants["VN-1001"], "", Decimal(200))
        carts.add_lines(actor=buyer, customer=customer, lines=[wish])
        order_id = services.checkout(actor=buyer, customer=customer, delivery=Delivery(address_id=site))
    with use_tenant(PLATFORM):
        data = AddressData(**{**SITE, "unloading": "quai"})
        addresses.change_address(company_id=world.delmas.id, address_id=site, data=data, actor=buyer)
    page = browser(world.acme.host, world.acme.owner).get(f"/portal/orders/{order_id}/").content.decode()
    for text in ("Phone: +33 3 21 00 00 00", "Opening hours: lun.–ven. 7–12", "Unloading: hayon", "Access: portail"):
        assert text in page, "the order keeps the address it was placed with"


def test_a_viewer_changes_nothing_and_nobody_touches_anothers_book(world: World, browser: Any) -> None:
    with use_tenant(PLATFORM):
        mine = _added(world.delmas)
        for change in (addresses.make_usual, addresses.bill_to, addresses.remove_address):
            with pytest.raises(NotAllowed):
                change(company_id=world.delmas.id, address_id=mine, actor=world.delmas.onlooker)
            with pytest.raises(NotAllowed):
                change(company_id=world.delmas.id, address_id=mine, actor=world.lecomte.buyer)
            with pytest.raises(NotFound):
                change(company_id=world.lecomte.id, address_id=mine, actor=world.lecomte.buyer)
    assert browser(world.acme.host, world.delmas.viewer).get(_page(mine)).status_code == 403
    assert browser(world.acme.host, world.lecomte.admin).get(_page(mine)).status_code == 404
