"""The small world that most tests start from: two suppliers, three buying companies, their people, a few goods.

Built once per test process through the services, then copied for tests that commit. Everything in it is plain values:
ids, e-mails, hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from accounts.enums import CompanyRole, StaffRole
from accounts.models import User
from accounts.permissions import of_role
from accounts.services import CompanyData, add_company_user, add_staff, create_user, register_company
from catalog.keys import sku_key
from catalog.models import Brand, Category, OrderUnit, Product, Variant
from core.actor import Actor, system
from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant
from customers.services import Conditions, approve_customer, create_group, ensure_payment_terms, request_account
from inventory.models import Stock
from payments.models import CreditAccount
from pricing.models import Price, PriceList, PriceListAssignment
from tenants.services import provision_tenant, request_tenant
from vendors.models import Vendor

PASSWORD = "correct horse battery"
BOT = system("tests")


@dataclass
class Person:
    id: UUID
    email: str
    name: str


@dataclass
class CompanyWorld:
    id: UUID
    name: str
    admin: Person
    viewer: Person

    @property
    def buyer(self) -> Actor:
        """The company's administrator as an actor."""
        return self._actor(self.admin, CompanyRole.ADMINISTRATOR)

    @property
    def onlooker(self) -> Actor:
        """A member who may look and not order."""
        return self._actor(self.viewer, CompanyRole.VIEWER)

    def _actor(self, person: Person, role: str) -> Actor:
        return Actor(
            kind="buyer",
            user_id=person.id,
            name=person.name,
            email=person.email,
            company_id=self.id,
            company_name=self.name,
            role=role,
            permissions=of_role(role),
        )


@dataclass
class TenantWorld:
    id: UUID
    slug: str
    name: str
    scope: Scope
    owner: Person
    variants: dict[str, UUID] = field(default_factory=dict)
    customers: dict[str, UUID] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    @property
    def staff(self) -> Actor:
        """The owner of the portal as an actor."""
        return Actor(
            kind="staff",
            user_id=self.owner.id,
            name=self.owner.name,
            email=self.owner.email,
            tenant_id=self.id,
            role=StaffRole.OWNER,
        )


@dataclass
class World:
    """Suppliers ``acme`` and ``bolt``; ``delmas`` buys from both, ``lecomte`` from acme at own prices."""

    acme: TenantWorld
    bolt: TenantWorld
    delmas: CompanyWorld
    lecomte: CompanyWorld
    nouvelle: CompanyWorld
    operator: Person


@contextmanager
def acting(*targets: tuple[object, dict[str, object]]) -> Iterator[None]:
    """Scopes as a context manager for fixtures (use_tenant itself refuses generators)."""
    with ExitStack() as stack:
        for target, options in targets:
            stack.enter_context(use_tenant(target, **options))  # type: ignore[arg-type]
        yield


def build_world() -> World:
    """Create the world in an empty, migrated database."""
    with use_tenant(PLATFORM):
        operator = _person("operator@comptoir.example", "Olivia Opératrice")
        User.objects.filter(pk=operator.id).update(is_operator=True)
        delmas = _company("Ateliers Delmas", "552100554", "delmas")
        lecomte = _company("Garage Lecomte", "732829320", "lecomte")
        nouvelle = _company("Nouvelle SARL", "404833048", "nouvelle")
        acme = _tenant("acme", "Acme Visserie")
        bolt = _tenant("bolt", "Bolt Électricité")
    for tenant in (acme, bolt):
        with use_tenant(tenant.scope):
            _catalogue(tenant)
            _customer(tenant, delmas, "delmas", group="Industrie", limit=Decimal(10_000))
    with use_tenant(acme.scope):
        _customer(acme, lecomte, "lecomte", group="Artisans", limit=Decimal(500))
        _own_prices(acme)
    return World(acme, bolt, delmas, lecomte, nouvelle, operator)


def _person(email: str, name: str) -> Person:
    return Person(create_user(email=email, password=PASSWORD, name=name), email, name)


def _company(name: str, siren: str, slug: str) -> CompanyWorld:
    admin = _person(f"admin@{slug}.example", f"Alix {name.rsplit(maxsplit=1)[-1]}")
    viewer = _person(f"viewer@{slug}.example", f"Valentin {name.rsplit(maxsplit=1)[-1]}")
    data = CompanyData(legal_name=name, siren=siren, street="12 rue des Forges", postal_code="62000", city="Arras")
    company_id = register_company(data=data, user_id=admin.id)
    add_company_user(company_id=company_id, user_id=viewer.id, role=CompanyRole.VIEWER)
    return CompanyWorld(company_id, name, admin, viewer)


def _tenant(slug: str, name: str) -> TenantWorld:
    owner = _person(f"owner@{slug}.example", f"Paul {slug.title()}")
    tenant_id = request_tenant(slug=slug, name=name, kind="supplier", primary="#114b5f", actor=BOT)
    provision_tenant(tenant_id=tenant_id, actor=BOT)
    add_staff(tenant_id=tenant_id, user_id=owner.id, role=StaffRole.OWNER)
    vendor = Vendor.objects.create(
        tenant_id=tenant_id,
        legal_name=f"{name} SAS",
        siren="356000000",
        vat_number="FR39356000000",
        street="3 rue du Port",
        postal_code="59000",
        city="Lille",
    )
    return TenantWorld(tenant_id, slug, name, vendor.tenant.scope, owner)


#: SKU: names FR, EN, category, brand, base price, tier (from, price), box of, stock, lead time in days.
GOODS: tuple[tuple[str, str, str, str, str, str, tuple[int, str], int, int, int], ...] = (
    ("VN-1001", "Vis CHC M8×40 inox A4", "Cap screw M8×40 A4", "vis", "Inoxal", "0.5", (500, "0.4"), 100, 4200, 2),
    ("VN-1002", "Vis CHC M8×50 inox A4", "Cap screw M8×50 A4", "vis", "Inoxal", "0.62", (500, "0.51"), 100, 80, 9),
    ("VN-1003", "Écrou frein M8 inox A2", "Lock nut M8 A2", "ecrous", "Fixor", "0.16", (1000, "0.12"), 200, 12000, 2),
    ("VN-1004", "Rondelle M8 inox A4", "Washer M8 A4", "rondelles", "Fixor", "0.058", (2000, "0.04321"), 200, 0, 12),
    ("VN-1005", "Tige filetée M8 1 m A4", "Threaded rod M8 1 m A4", "tiges", "Inoxal", "4.2", (50, "3.78"), 10, 300, 5),
)


def _catalogue(tenant: TenantWorld) -> None:
    base = PriceList.objects.create(code="base", name="Tarif public", is_base=True)
    for sku, name_fr, name_en, category, brand, price, tier, box, stock, lead in GOODS:
        node, _new = Category.objects.get_or_create(
            path=category, defaults={"slug": category, "name_fr": category.title(), "name_en": category.title()}
        )
        maker, _new = Brand.objects.get_or_create(slug=brand.lower(), defaults={"name": brand})
        product = Product.objects.create(code=sku, name_fr=name_fr, name_en=name_en, category=node, brand=maker)
        variant = Variant.objects.create(
            product=product,
            sku=sku,
            sku_key=sku_key(sku),
            name_fr=name_fr,
            name_en=name_en,
            attributes={"matiere": {"fr": name_fr.rsplit(" ", 1)[-1], "en": name_en.rsplit(" ", 1)[-1]}},
        )
        OrderUnit.objects.create(variant=variant, code="H87", factor=1, is_base=True, minimum=1, multiple=1)
        OrderUnit.objects.create(variant=variant, code="XBX", factor=box)
        Price.objects.create(price_list=base, variant=variant, min_quantity=1, unit_price=price)
        Price.objects.create(price_list=base, variant=variant, min_quantity=tier[0], unit_price=tier[1])
        Stock.objects.create(variant=variant, on_hand=stock, lead_time_days=lead)
        tenant.variants[sku] = variant.id


def _customer(tenant: TenantWorld, company: CompanyWorld, slug: str, *, group: str, limit: Decimal) -> None:
    terms = ensure_payment_terms()
    with use_tenant(tenant.scope, company_id=company.id):
        customer_id = request_account(company_id=company.id, actor=company.buyer)
    with use_tenant(tenant.scope, party="tenant"):
        conditions = Conditions(payment_term_id=terms["net30"], group_id=create_group(name=group, actor=tenant.staff))
        approve_customer(customer_id=customer_id, conditions=conditions, actor=tenant.staff)
    CreditAccount.objects.create(customer_id=customer_id, limit_amount=limit)
    tenant.customers[slug] = customer_id


def _own_prices(tenant: TenantWorld) -> None:
    """Lecomte's own list: 10 % below list price on one SKU, and a tier."""
    own = PriceList.objects.create(code="lecomte", name="Tarif Lecomte")
    PriceListAssignment.objects.create(price_list=own, customer_id=tenant.customers["lecomte"])
    variant_id = tenant.variants["VN-1001"]
    Price.objects.create(price_list=own, variant_id=variant_id, min_quantity=1, unit_price="0.450000")
    Price.objects.create(price_list=own, variant_id=variant_id, min_quantity=200, unit_price="0.330000")
