"""A small world whose every secret can be told by its text: two customers of one supplier, a customer of another.

Xenon and Yttrium buy from ``alpha`` at prices of their own and see goods that the other does not; Zirconium buys from
``beta``, which sells other goods under the same references. Visitors of ``alpha`` see public prices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.enums import CompanyRole
from accounts.permissions import of_role
from accounts.services import CompanyData, create_user, register_company
from catalog.keys import sku_key
from catalog.models import AttributeDefinition, Brand, Category, OrderUnit, Product, Variant
from catalog.outline import forget_outline
from catalog.part_numbers import save_number
from catalog.visibility import Target
from catalog.visibility_rules import save_public_prices, save_visibility_rule
from core.actor import Actor, system
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.queries import require_approved
from customers.services import Conditions, approve_customer, create_group, ensure_payment_terms, request_account
from integrations.keys import create_key
from inventory.models import Stock
from marketplace.directory import forget as forget_suppliers
from orders import carts, drafts
from orders.lines import NewLine
from orders.quick import Typed
from payments.models import CreditAccount
from pricing.models import Price, PriceList, PriceListAssignment
from search import indexing
from tenants.models import Tenant
from tenants.services import provision_tenant, request_tenant
from vendors.models import Vendor

PASSWORD = "only for this bench"  # noqa: S105
SHARED = "CN-001"
"""A reference that both suppliers have and everybody sees."""
BOT = system("bench")


@dataclass(frozen=True)
class Customer:
    """A company with its person: where it buys, what it pays for everything, and the word of goods for it alone."""

    name: str
    siren: str
    email: str
    slug: str
    price: str
    word: str
    number: str


X = Customer("Xenon SA", "810000018", "x@xenon.example", "alpha", "0.7117", "xylo", "OWN-X-17")
Y = Customer("Yttrium SA", "820000016", "y@yttrium.example", "alpha", "0.8228", "yacht", "OWN-Y-28")
Z = Customer("Zirconium SA", "830000014", "z@zirconium.example", "beta", "0.6446", "zebra", "OWN-Z-46")
CUSTOMERS = (X, Y, Z)
PUBLIC = {"alpha": "0.9339", "beta": "0.5335"}
"""What everybody pays; at ``beta`` nobody is told."""
CATEGORY = {"alpha": "Amaryllis", "beta": "Begonia"}


@dataclass
class Scene:
    """What was built, by supplier's slug or customer's e-mail."""

    tenants: dict[str, UUID] = field(default_factory=dict)
    variants: dict[str, dict[str, UUID]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def build(goods: int = 24) -> Scene:
    """Build it through the services, on a platform that may have others; ``goods`` that both suppliers have."""
    scene = Scene()
    actors = {customer.email: _company(customer) for customer in CUSTOMERS}
    for slug in CATEGORY:
        tenant = _tenant(slug)
        scene.tenants[slug] = tenant.id
        with use_tenant(tenant.scope, party="tenant"):
            scene.variants[slug] = _goods(slug, goods)
        for customer in CUSTOMERS:
            if customer.slug == slug:
                _open(tenant, customer, actors[customer.email], scene)
        with use_tenant(tenant.scope, party="tenant"):
            save_public_prices(are_public=slug == "alpha", actor=BOT)
            forget_outline()
            indexing.rebuild_shop(tenant_id=tenant.id)
    forget_suppliers()
    return scene


def _company(customer: Customer) -> Actor:
    with use_tenant(PLATFORM):
        user_id = create_user(email=customer.email, password=PASSWORD, name=f"Person of {customer.name}")
        address = {"street": "1 rue des Forges", "postal_code": "59000", "city": "Lille"}
        company_id = register_company(
            data=CompanyData(legal_name=customer.name, siren=customer.siren, **address), user_id=user_id
        )
    values: dict[str, Any] = {"user_id": user_id, "company_id": company_id, "company_name": customer.name}
    return Actor(
        kind="buyer",
        name="Person",
        email=customer.email,
        role=CompanyRole.ADMINISTRATOR,
        permissions=of_role(CompanyRole.ADMINISTRATOR),
        **values,
    )


def _tenant(slug: str) -> Tenant:
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(slug=slug, name=slug.title(), kind="supplier", primary="#114b5f", actor=BOT)
        provision_tenant(tenant_id=tenant_id, actor=BOT)
        Vendor.objects.create(tenant_id=tenant_id, legal_name=slug.title(), siren="356000000", city="Lille")
        tenant: Tenant = Tenant.objects.get(pk=tenant_id)
        return tenant


def _goods(slug: str, count: int) -> dict[str, UUID]:
    """Goods for everybody at this supplier, and of each of its customers' brands."""
    base = PriceList.objects.create(code="base", name="Base", is_base=True)
    category = Category.objects.create(path="goods", slug="goods", name_fr=CATEGORY[slug], name_en=CATEGORY[slug])
    AttributeDefinition.objects.create(
        code="size", label_fr=f"{CATEGORY[slug]} taille", label_en=f"{CATEGORY[slug]} size"
    )
    words = {"canary": count} | {customer.word: 3 for customer in CUSTOMERS if customer.slug == slug}
    found: dict[str, UUID] = {}
    for word, number in words.items():
        prefix = "CN" if word == "canary" else f"C{word[0].upper()}"
        brand = Brand.objects.create(slug=word, name=f"Brand {word}")
        for place in range(1, number + 1):
            sku = f"{prefix}-{place:03}"
            found[sku] = _variant(sku, f"Canary {word} {place} {CATEGORY[slug]}", category, brand, place)
            Price.objects.create(price_list=base, variant_id=found[sku], unit_price=PUBLIC[slug])
    return found


def _variant(sku: str, name: str, category: Category, brand: Brand, place: int) -> UUID:
    product = Product.objects.create(code=sku, name_fr=name, name_en=name, category=category, brand=brand)
    size = {"size": f"M{place % 4 + 3}"}
    variant = Variant.objects.create(
        product=product, sku=sku, sku_key=sku_key(sku), name_fr=name, name_en=name, attributes=size
    )
    OrderUnit.objects.create(variant=variant, code="H87", factor=1, is_base=True)
    Stock.objects.create(variant=variant, on_hand=5000, lead_time_days=2)
    return variant.id


def _open(tenant: Tenant, customer: Customer, actor: Actor, scene: Scene) -> None:
    """Its account, price list, brand that only it sees, own number, cart, draft and key."""
    company_id = actor.require_company()
    with use_tenant(tenant.scope, company_id=company_id):
        customer_id = request_account(company_id=company_id, actor=actor)
    with use_tenant(tenant.scope, party="tenant"):
        group_id = create_group(name=f"Group of {customer.name}", actor=BOT)
        terms = Conditions(payment_term_id=ensure_payment_terms()["net30"], group_id=group_id)
        approve_customer(customer_id=customer_id, conditions=terms, actor=BOT)
        CreditAccount.objects.create(customer_id=customer_id, limit_amount=100_000)
        _terms(customer, customer_id)
    with use_tenant(tenant.scope, company_id=company_id):
        info = require_approved(actor)
        goods = scene.variants[tenant.slug]
        own = f"C{customer.word[0].upper()}-001"
        save_number(owner=info, number=customer.number, code=own, actor=actor)
        lines = [NewLine(goods[sku], "", Decimal(10)) for sku in (SHARED, own)]
        carts.add_lines(actor=actor, customer=info, lines=lines)
        drafts.edit(actor=actor, customer=info, added=[Typed(sku, "10") for sku in (SHARED, own)])
        scene.keys[customer.email] = create_key(key_id=uuid7(), name="ERP", actor=actor)


def _terms(customer: Customer, customer_id: UUID) -> None:
    own = PriceList.objects.create(code=customer.word, name=f"List {customer.word}")
    PriceListAssignment.objects.create(price_list=own, customer_id=customer_id)
    for variant_id in Variant.objects.values_list("pk", flat=True):
        Price.objects.create(price_list=own, variant_id=variant_id, unit_price=customer.price)
    brand_id = Brand.objects.get(slug=customer.word).pk
    save_visibility_rule(target=Target.BRAND, target_id=brand_id, is_visible=False, actor=BOT)
    save_visibility_rule(target=Target.BRAND, target_id=brand_id, is_visible=True, customer_id=customer_id, actor=BOT)
