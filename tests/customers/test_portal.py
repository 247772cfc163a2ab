"""The supplier's side: decide about a company, change what it has, the first page, the look of the storefront."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core.errors import InvalidInput
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import Customer, CustomerGroup, CustomerTransition, PaymentTerm
from customers.queries import customer_of
from customers.services import request_account
from orders.opening import Terms, open_customer
from payments.credit import status
from payments.models import CreditAccount
from pricing.models import PriceList, PriceListAssignment
from pricing.queries import price_context, resolve
from pricing.services import create_list
from tenants.models import Branding, Domain
from tests.world import BOT, World

SKU = "VN-1001"
TERMS = {"group": "", "new_group": "Industrie 62", "term": "net-45", "limit": "12 500,50", "sales_rep": ""}


@pytest.fixture
def asked(world: World) -> UUID:
    """Nouvelle asked acme for an account."""
    with use_tenant(world.acme.scope, company_id=world.nouvelle.id):
        return request_account(company_id=world.nouvelle.id, actor=world.nouvelle.buyer, message="Bonjour Paul")


def _own_list(world: World) -> str:
    with use_tenant(world.acme.scope, party="tenant"):
        return str(PriceList.objects.get(code="lecomte").pk)


def _state(world: World, customer_id: UUID) -> tuple[str, int, int, int]:
    """Everything that a decision may write."""
    with use_tenant(world.acme.scope, party="tenant"):
        return (
            Customer.objects.get(pk=customer_id).state,
            CreditAccount.objects.count(),
            PriceListAssignment.objects.count(),
            CustomerGroup.objects.count() + PaymentTerm.objects.count(),
        )


def test_no_prices_before_approval_and_own_prices_after(world: World, browser: Any, asked: UUID) -> None:
    buyer, staff = browser(world.acme.host, world.nouvelle.admin), browser(world.acme.host, world.acme.owner)
    path = f"/catalog/p/{SKU}/"
    assert "€0." not in buyer.get(path).content.decode()
    answer = staff.post(f"/portal/customers/{asked}/approve/", {**TERMS, "list_1": _own_list(world)})
    assert answer.status_code == 303, answer.content.decode()
    page = buyer.get(path).content.decode()
    assert "€0.45" in page
    assert "Your account is open" in buyer.get("/account/request/").content.decode()


def test_approval_gives_group_list_term_credit_and_rep(world: World, browser: Any, asked: UUID) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    data = {**TERMS, "list_1": _own_list(world), "sales_rep": str(world.acme.owner.id)}
    assert staff.post(f"/portal/customers/{asked}/approve/", data).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        customer = customer_of(world.nouvelle.id)
        assert customer is not None
        assert (customer.is_approved, customer.group_name, customer.payment_term_text) == (
            True,
            "Industrie 62",
            "45 days net",
        )
        assert status(asked).limit == Decimal("12500.50")
        variant_id = world.acme.variants[SKU]
        price = resolve(price_context(customer), {variant_id: Decimal(1)})[variant_id]
        assert (price.unit_price, price.price_list_name) == (Decimal("0.45"), "Tarif Lecomte")
        assert Customer.objects.get(pk=asked).sales_rep_name == world.acme.owner.name
        assert CustomerTransition.objects.get(subject_id=asked).actor_name == world.acme.owner.name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"limit": "a lot"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "10,000"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"limit": "99999999999999"}, "limit"),
        ({"term": "net-90"}, "term"),
        ({"term": "other"}, "term_days"),
        ({"term": "other", "term_kind": "net", "term_days": "61"}, "term_days"),
        ({"term": "other", "term_kind": "days_eom", "term_days": "60"}, "term_days"),
        ({"group": "0199f0d0-0000-7000-8000-000000000000"}, "group"),
        ({"list_1": "0199f0d0-0000-7000-8000-000000000000"}, "list_1"),
        ({"sales_rep": "0199f0d0-0000-7000-8000-000000000000"}, "sales_rep"),
    ],
)
def test_a_wrong_decision_is_said_at_its_field_and_grants_nothing(
    world: World, browser: Any, asked: UUID, changes: dict[str, str], field: str
) -> None:
    before = _state(world, asked)
    staff = browser(world.acme.host, world.acme.owner)
    answer = staff.post(f"/portal/customers/{asked}/approve/", {**TERMS, **changes})
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}-error"', answer.content.decode())
    assert _state(world, asked) == before


def test_the_legal_maximum_is_said(world: World, browser: Any, asked: UUID) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    data = {**TERMS, "term": "other", "term_kind": "days_eom", "term_days": "60"}
    page = staff.post(f"/portal/customers/{asked}/approve/", data).content.decode()
    assert "The law allows 45 days at most" in page
    data["term_days"] = "30"
    assert staff.post(f"/portal/customers/{asked}/approve/", data).status_code == 303
    assert "30 days end of month" in staff.get("/portal/customers/").content.decode()


def test_opening_is_all_or_nothing(world: World, asked: UUID) -> None:
    """The last step fails: the approval before it is undone too."""
    before = _state(world, asked)
    terms = Terms(term_kind="net", term_days=30, credit_limit=Decimal(-1), new_group="Neuf")
    with use_tenant(world.acme.scope, party="tenant"), pytest.raises(InvalidInput):
        open_customer(customer_id=asked, terms=terms, actor=world.acme.staff)
    assert _state(world, asked) == before


def test_conditions_change_later_and_lists_keep_their_order(world: World, browser: Any) -> None:
    customer_id = world.acme.customers["delmas"]
    own = _own_list(world)
    with use_tenant(world.acme.scope, party="tenant"):
        other = str(create_list(code="promo", name="Promo", actor=BOT))
    staff, path = browser(world.acme.host, world.acme.owner), f"/portal/customers/{customer_id}/"
    data = {**TERMS, "new_group": "", "limit": "4000", "list_1": other, "list_2": own}
    assert staff.post(f"{path}terms/", data).status_code == 303
    page = staff.get(path).content.decode()
    assert "€10,000.00 → €4,000.00" in page
    with use_tenant(world.acme.scope, party="tenant"):
        given = PriceListAssignment.objects.filter(customer_id=customer_id).order_by("priority")
        assert [str(row.price_list_id) for row in given] == [other, own]
    assert staff.post(f"{path}terms/", {**data, "list_1": "", "list_2": ""}).status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert not PriceListAssignment.objects.filter(customer_id=customer_id, valid_to=None).exists()


def test_refuse_block_and_unblock_need_reasons_and_leave_a_history(world: World, browser: Any, asked: UUID) -> None:
    staff, buyer = browser(world.acme.host, world.acme.owner), browser(world.acme.host, world.nouvelle.admin)
    path = f"/portal/customers/{asked}/"
    assert staff.post(f"{path}refuse/", {"reason": " "}).status_code == 422
    assert staff.post(f"{path}refuse/", {"reason": "Not a workshop"}).status_code == 303
    assert "Not a workshop" in buyer.get("/account/request/").content.decode()
    assert staff.post(f"{path}approve/", TERMS).status_code == 303
    assert staff.post(f"{path}block/", {"reason": "Three unpaid invoices"}).status_code == 303
    assert "Three unpaid invoices" in buyer.get("/account/request/").content.decode()
    assert "€0." not in buyer.get(f"/catalog/p/{SKU}/").content.decode()
    assert staff.post(f"{path}unblock/").status_code == 303
    assert staff.post(f"{path}unblock/").status_code == 409
    page = staff.get(path).content.decode()
    for text in ("Refused: Not a workshop", "Blocked: Three unpaid invoices", "Approved"):
        assert text in page


def test_the_list_shows_pending_first_and_finds(world: World, browser: Any, asked: UUID) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    page = staff.get("/portal/customers/").content.decode()
    assert page.index("Nouvelle SARL") < page.index("Ateliers Delmas") < page.index("Garage Lecomte")
    assert "€0.00 of €10,000.00" in page
    found = staff.get("/portal/customers/?q=732 829 320").content.decode()
    assert "Garage Lecomte" in found
    assert "Ateliers Delmas" not in found
    assert "No customer matches" in staff.get("/portal/customers/?q=nobody").content.decode()
    pending = staff.get("/portal/customers/?state=pending").content.decode()
    assert "Garage Lecomte" not in pending


@pytest.mark.parametrize("path", ["", "customers/", "customers/{id}/", "appearance/"])
def test_the_portal_is_for_its_own_staff(world: World, browser: Any, asked: UUID, path: str) -> None:
    target = "/portal/" + path.format(id=asked)
    assert browser(world.acme.host, world.acme.owner).get(target).status_code == 200
    assert browser(world.acme.host).get(target).status_code == 303
    assert browser(world.acme.host, world.nouvelle.admin).get(target).status_code == 404
    assert browser(world.acme.host, world.bolt.owner).get(target).status_code == 404
    if "{id}" in path:
        assert browser(world.bolt.host, world.bolt.owner).get(target).status_code == 404


@pytest.mark.parametrize("action", ["approve", "refuse", "terms", "block", "unblock"])
def test_another_tenants_staff_decides_nothing(world: World, browser: Any, asked: UUID, action: str) -> None:
    before = _state(world, asked)
    stranger = browser(world.bolt.host, world.bolt.owner)
    data = {**TERMS, "reason": "x"}
    assert stranger.post(f"/portal/customers/{asked}/{action}/", data).status_code == 404
    assert (
        browser(world.acme.host, world.nouvelle.admin).post(f"/portal/customers/{asked}/{action}/", data).status_code
        == 404
    )
    assert _state(world, asked) == before


def test_the_first_page_shows_what_waits(world: World, browser: Any, asked: UUID) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    page = staff.get("/portal/").content.decode()
    assert "Hello Paul, 1 thing to do" in page
    assert f'href="/portal/customers/{asked}/"' in page
    assert "nobody is late" in page
    assert "Everything is up to date" in staff.get("/portal/?kind=order").content.decode()
    with use_tenant(world.acme.scope, party="tenant"):
        open_customer(
            customer_id=asked,
            terms=Terms(term_kind="net", term_days=30, credit_limit=Decimal(100)),
            actor=world.acme.staff,
        )
    assert "everything is done" in staff.get("/portal/").content.decode()


def test_statements_of_pages_do_not_grow_with_rows(world: World, browser: Any) -> None:
    staff = browser(world.acme.host, world.acme.owner)

    def statements(path: str) -> int:
        staff.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(path).status_code == 200
        return len(captured)

    before = {path: statements(path) for path in ("/portal/", "/portal/customers/")}
    with use_tenant(world.acme.scope, party="tenant"):
        Customer.objects.bulk_create(
            Customer(company_id=UUID(int=number), company_name=f"Company {number}", number=f"X-{number}")
            for number in range(1, 16)
        )
    assert {path: statements(path) for path in before} == before


def _png(width: int = 400, height: int = 200) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#ffcc00").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


LOOK = {
    "primary": "#FFCC00",
    "accent": "",
    "radius": "4",
    "tagline_fr": "La vis juste",
    "tagline_en": "The right screw",
}


def test_the_look_is_changed_from_the_tenants_own_host(world: World, browser: Any) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    answer = staff.post("/portal/appearance/", {**LOOK, "logo": _png()})
    assert answer.status_code == 303, answer.content.decode()
    with use_tenant(PLATFORM):
        branding = Branding.objects.get(tenant_id=world.acme.id)
        assert (branding.primary, branding.radius, branding.tagline_fr) == ("#ffcc00", 4, "La vis juste")
        assert branding.logo
    assert "#ffcc00" in staff.get("/theme.css").content.decode()
    page = staff.get("/portal/appearance/").content.decode()
    assert f"/brand/{world.acme.id}/logo.png" in page
    assert "too light for links on white" in page
    with use_tenant(PLATFORM):
        assert Branding.objects.get(tenant_id=world.bolt.id).primary == "#114b5f"


@pytest.mark.parametrize(
    ("field", "value"), [("primary", "yellow"), ("accent", "#12"), ("radius", "99"), ("tagline_fr", "x" * 161)]
)
def test_a_wrong_look_is_said_at_its_field(world: World, browser: Any, field: str, value: str) -> None:
    answer = browser(world.acme.host, world.acme.owner).post("/portal/appearance/", {**LOOK, field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.content.decode()
    with use_tenant(PLATFORM):
        assert Branding.objects.get(tenant_id=world.acme.id).primary == "#114b5f"


def test_a_preview_saves_nothing(world: World, browser: Any) -> None:
    staff = browser(world.acme.host, world.acme.owner)
    fragment = staff.get("/portal/appearance/?primary=%23ff0000", headers={"hx-request": "true"}).content.decode()
    assert 'fill="#ff0000"' in fragment
    assert "<html" not in fragment
    assert 'fill="#ffcc00"' in staff.post("/portal/appearance/", {**LOOK, "preview": "1"}).content.decode()
    with use_tenant(PLATFORM):
        assert Branding.objects.get(tenant_id=world.acme.id).primary == "#114b5f"


def test_a_file_that_is_no_image_is_refused(world: World, browser: Any) -> None:
    upload = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    answer = browser(world.acme.host, world.acme.owner).post("/portal/appearance/", {**LOOK, "logo": upload})
    assert answer.status_code == 422
    assert 'id="id_logo-error"' in answer.content.decode()


def test_a_domain_works_once_an_operator_checked_it(world: World, browser: Any) -> None:
    staff, operator = browser(world.acme.host, world.acme.owner), browser("localhost", world.operator)
    assert staff.post("/portal/appearance/domains/", {"domain": "Shop.Acme.example"}).status_code == 303
    page = staff.get("/portal/appearance/").content.decode()
    assert "_comptoir.shop.acme.example TXT comptoir-verification=" in page
    assert browser("shop.acme.example").get("/sign-in/").status_code == 404
    with use_tenant(PLATFORM):
        domain = Domain.objects.get(domain="shop.acme.example")
    assert "shop.acme.example" in operator.get("/operator/domains/").content.decode()
    assert operator.post(f"/operator/domains/{domain.pk}/verify/").status_code == 303
    assert browser("shop.acme.example").get("/sign-in/").status_code == 200
    assert staff.post(f"/portal/appearance/domains/{domain.pk}/remove/").status_code == 303
    assert browser("shop.acme.example").get("/sign-in/").status_code == 404


@pytest.mark.parametrize(
    "name", ["", "localhost", "evil.localhost", "bolt.localhost", "no dots", "-a.example", "1.2.3.4"]
)
def test_wrong_domains_are_refused(world: World, browser: Any, name: str) -> None:
    answer = browser(world.acme.host, world.acme.owner).post("/portal/appearance/domains/", {"domain": name})
    assert answer.status_code == 422
    assert 'id="id_domain-error"' in answer.content.decode()


def test_domains_of_others_stay_out_of_reach(world: World, browser: Any) -> None:
    mine, theirs = browser(world.acme.host, world.acme.owner), browser(world.bolt.host, world.bolt.owner)
    assert mine.post("/portal/appearance/domains/", {"domain": "shop.example"}).status_code == 303
    taken = theirs.post("/portal/appearance/domains/", {"domain": "shop.example"})
    assert "already registered" in taken.content.decode()
    with use_tenant(PLATFORM):
        domain, primary = Domain.objects.get(domain="shop.example"), Domain.objects.get(domain=world.acme.host)
    assert theirs.post(f"/portal/appearance/domains/{domain.pk}/remove/").status_code == 404
    assert mine.post(f"/portal/appearance/domains/{primary.pk}/remove/").status_code == 404
    with use_tenant(PLATFORM):
        assert Domain.objects.filter(pk__in=(domain.pk, primary.pk)).count() == 2
