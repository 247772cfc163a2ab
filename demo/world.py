"""Building the example world's people, portals, catalogues and accounts, through the services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from accounts.addresses import AddressData, add_address
from accounts.custom_roles import add_role
from accounts.enums import CompanyRole, StaffRole
from accounts.identity import buyer_actor
from accounts.models import CompanyUser, User
from accounts.people import Position, change_member
from accounts.services import (
    CompanyData,
    add_company_user,
    add_staff,
    create_user,
    register_company,
)
from accounts.units import UnitData, add_unit
from catalog.services import define_attributes, upsert
from catalog.taxonomy import map_categories, mapped_categories
from core.actor import Actor, system
from core.scope import OPERATOR, PLATFORM, Scope
from core.tenancy import use_tenant
from customers.services import create_group, request_account
from demo.describing import describe_screws
from demo.goods import Assortment, Good, cents, electrical, fasteners, resale, safety
from demo.people import ACCOUNTS, BUYERS, PASSWORD, SELLERS, WAITING, Account, Buyer, Person, Seller
from demo.people import OPERATOR as OPERATOR_PERSON
from inventory.counting import Count, set_counts
from marketplace.goods import publish_all_goods
from marketplace.taxonomy import load_taxonomy, propose_all, taxonomy
from orders.opening import Terms, open_customer
from pricing.services import NewPrice, PriceSet, assign_list, create_list, ensure_base_list, set_prices
from search.indexing import rebuild_shop
from tenants.models import Tenant
from tenants.services import change_branding, provision_tenant
from vendors.models import Application
from vendors.services import ApplicationData, approve_application, submit_application

BOT = system("demo")
CHUNK = 1000
ASSORTMENTS: dict[str, Assortment] = {
    "visserie-nord": fasteners.ASSORTMENT,
    "lumen": electrical.ASSORTMENT,
    "securivet": safety.ASSORTMENT,
}
TERMS = {
    "net30": ("net", 30),
    "net45": ("net", 45),
    "net60": ("net", 60),
    "eom45": ("days_eom", 45),
    "receipt": ("net", 0),
}
#: Share of the list price that customer groups pay, by group name.
GROUP_SHARES = {"Industrie 62": "0.92", "Industrie": "0.94", "Bâtiment": "0.95", "Professionnels": "0.97"}
OWN_SHARE = Decimal("0.85")


@dataclass
class Shop:
    """A seller's portal as the later steps of the seed need it."""

    tenant_id: UUID
    scope: Scope
    name: str
    owner: Actor
    goods: list[Good] = field(default_factory=list)
    variants: dict[str, UUID] = field(default_factory=dict)
    customers: dict[str, UUID] = field(default_factory=dict)


@dataclass
class Firm:
    """A buying company and its people as actors, by e-mail."""

    company_id: UUID
    name: str
    people: dict[str, Actor]
    address: dict[str, str]

    @property
    def buyer(self) -> Actor:
        return next(iter(self.people.values()))


_LAST_SLUG = "hydroflux"  # of the application that is written when everything else is there


@dataclass
class DemoWorld:
    shops: dict[str, Shop]
    firms: dict[str, Firm]


def is_begun() -> bool:
    """Whether there is anything of the world."""
    with use_tenant(PLATFORM):
        return bool(Tenant.objects.filter(slug__in=[seller.slug for seller in SELLERS]).exists())


def is_complete() -> bool:
    """Whether all of the world is there: false after its building was interrupted."""
    with use_tenant(PLATFORM):
        return bool(Application.objects.filter(slug=_LAST_SLUG).exists())


def build(*, scale: int) -> DemoWorld:
    """Create everything; ``scale`` multiplies the goods."""
    with use_tenant(PLATFORM):
        User.objects.filter(pk=_user(OPERATOR_PERSON)).update(is_operator=True)
        load_taxonomy()
        firms = {buyer.name: _firm(buyer) for buyer in BUYERS}
    shops = {seller.slug: _shop(seller) for seller in SELLERS}
    for slug, goods in _ranges(scale).items():
        _stock_up(shops[slug], slug, goods)
    for account in ACCOUNTS:
        _open(shops[account.seller], firms[account.buyer], account)
    for slug, name, message in WAITING:
        _ask(shops[slug], firms[name], message)
    return DemoWorld(shops, firms)


def _user(person: Person) -> UUID:
    return create_user(email=person.email, password=PASSWORD, name=person.name, language=person.language)


def _firm(buyer: Buyer) -> Firm:
    people: dict[str, Actor] = {}
    company_id: UUID | None = None
    label, street, postal_code, city = buyer.addresses[0]
    for person, role in buyer.people:
        user_id = _user(person)
        if company_id is None:
            data = CompanyData(buyer.name, siren=buyer.siren, street=street, postal_code=postal_code, city=city)
            company_id = register_company(data=data, user_id=user_id)
        add_company_user(company_id=company_id, user_id=user_id, role=CompanyRole(role))
        people[person.email] = buyer_actor(User.objects.get(pk=user_id), company_id=company_id)
    assert company_id is not None  # noqa: S101  (every buyer has people)
    units = _lay_out(buyer, people)
    for more in buyer.addresses[1:]:
        add_address(
            company_id=company_id,
            data=AddressData(*more),
            actor=next(iter(people.values())),
            unit_id=units.get(more[0]),
        )
    address = {"label": label, "street": street, "postal_code": postal_code, "city": city, "country": "FR"}
    return Firm(company_id, buyer.name, people, {**address, "contact": buyer.people[0][0].name, "phone": ""})


def _lay_out(buyer: Buyer, people: dict[str, Actor]) -> dict[str, UUID]:
    """Sites, own roles, and the people who work there; answers the units by name."""
    boss = next(iter(people.values()))
    company_id, units = boss.require_company(), dict[str, UUID]()
    for name, kind, above in buyer.layout.units:
        units[name] = add_unit(data=UnitData(name, kind, parent_id=units.get(above)), actor=boss)
    roles = {name: add_role(name=name, permissions=permissions, actor=boss) for name, permissions in buyer.layout.roles}
    for person, role, unit in buyer.layout.people:
        user_id, role_id = _user(person), roles.get(role)
        add_company_user(company_id=company_id, user_id=user_id, role=CompanyRole.VIEWER)
        member = CompanyUser.objects.get(company_id=company_id, user_id=user_id)
        position = Position(CompanyRole.CUSTOM if role_id else role, role_id, units[unit])
        change_member(member_id=member.pk, position=position, actor=boss)
        people[person.email] = buyer_actor(User.objects.get(pk=user_id), company_id=company_id)
    return units


def _shop(seller: Seller) -> Shop:
    """A seller as it really comes in: application, approval, provisioning."""
    (owner, _role), *others = seller.staff
    with use_tenant(OPERATOR):
        owner_id = _user(owner)
        data = ApplicationData(
            legal_name=seller.legal_name,
            portal_name=seller.name,
            slug=seller.slug,
            street=seller.street,
            postal_code=seller.postal_code,
            city=seller.city,
            siren=seller.siren,
            kind=seller.kind,
            primary=seller.primary,
        )
        application_id = submit_application(data=data, applicant_id=owner_id)
        tenant_id = approve_application(application_id=application_id, actor=BOT)
        provision_tenant(tenant_id=tenant_id, actor=BOT)
        change_branding(
            tenant_id=tenant_id,
            primary=seller.primary,
            tagline_fr=seller.tagline[0],
            tagline_en=seller.tagline[1],
            actor=BOT,
        )
        for person, role in others:
            add_staff(tenant_id=tenant_id, user_id=_user(person), role=StaffRole(role))
        scope = Tenant.objects.get(pk=tenant_id).scope
    actor = Actor("staff", owner_id, owner.name, owner.email, tenant_id=tenant_id, role=StaffRole.OWNER)
    return Shop(tenant_id, scope, seller.name, actor)


def _ranges(scale: int) -> dict[str, list[Good]]:
    """What each seller sells, partly the same goods: the distributor resells fasteners and safety articles, and
    Sécurivet some fasteners as well.
    """
    ranges = {slug: assortment.goods(scale=scale) for slug, assortment in ASSORTMENTS.items()}
    ranges["quincaillerie-rhone"] = [
        *resale(ranges["visserie-nord"], sku_prefix="QR", markup=Decimal("1.12"), every=3),
        *resale(ranges["securivet"], sku_prefix="QR", markup=Decimal("1.08"), every=4),
    ]
    ranges["securivet"] += resale(ranges["visserie-nord"], sku_prefix="SV", markup=Decimal("0.96"), every=9)
    return ranges


def _attributes(slug: str) -> Iterator[Assortment]:
    if slug in ASSORTMENTS:
        yield ASSORTMENTS[slug]
    if slug == "securivet":
        yield fasteners.ASSORTMENT
    if slug not in ASSORTMENTS:
        yield from (fasteners.ASSORTMENT, safety.ASSORTMENT)


def _stock_up(shop: Shop, slug: str, goods: Sequence[Good]) -> None:
    """Catalogue, list prices with tiers, counts, search index."""
    shop.goods = list(goods)
    with use_tenant(shop.scope, party="tenant"):
        for assortment in _attributes(slug):
            define_attributes(attributes=assortment.attributes)
        base = ensure_base_list()
        for start in range(0, len(goods), CHUNK):
            chunk = goods[start : start + CHUNK]
            ids = upsert(rows=[good.row for good in chunk], actor=BOT, announce_change=False).ids
            shop.variants.update(ids)
            set_prices(price_list_id=base, prices={ids[g.row.sku]: _prices(g, Decimal(1)) for g in chunk}, actor=BOT)
            counts = {ids[g.row.sku]: Count(Decimal(g.stock), g.lead_time_days) for g in chunk}
            set_counts(counts=counts, reference="demo")
        if slug == "visserie-nord":
            describe_screws(goods)
        _group_lists(shop)
        map_categories(codes=propose_all(mapped_categories(), taxonomy()), actor=BOT, announce_change=False)
        publish_all_goods(tenant_id=shop.tenant_id)
        rebuild_shop(tenant_id=shop.tenant_id)


def _prices(good: Good, share: Decimal) -> PriceSet:
    first = NewPrice(Decimal(1), cents(good.price * share))
    tiers = (NewPrice(Decimal(quantity), cents(good.price * share * part)) for quantity, part in good.tiers)
    return PriceSet((first, *tiers))


def _group_lists(shop: Shop) -> None:
    """One list per customer group, on every second article."""
    names = sorted({a.group for a in ACCOUNTS if shop.name == _name_of(a.seller) and a.group in GROUP_SHARES})
    for name in names:
        group_id = create_group(name=name, actor=BOT)
        list_id = create_list(code=name.lower().replace(" ", "-"), name=f"Tarif {name}", actor=BOT)
        assign_list(price_list_id=list_id, group_id=group_id, actor=BOT)
        share = Decimal(GROUP_SHARES[name])
        prices = {shop.variants[g.row.sku]: _prices(g, share) for g in shop.goods[::2]}
        set_prices(price_list_id=list_id, prices=prices, actor=BOT)


def _name_of(slug: str) -> str:
    return next(seller.name for seller in SELLERS if seller.slug == slug)


def _ask(shop: Shop, firm: Firm, message: str) -> UUID:
    with use_tenant(shop.scope, company_id=firm.company_id):
        return request_account(company_id=firm.company_id, actor=firm.buyer, message=message)


def _open(shop: Shop, firm: Firm, account: Account) -> None:
    """The company asks, the supplier opens the account with its conditions."""
    customer_id = _ask(shop, firm, "")
    shop.customers[firm.name] = customer_id
    kind, days = TERMS[account.term]
    with use_tenant(shop.scope, party="tenant"):
        lists: tuple[UUID, ...] = ()
        if account.own_list:
            list_id = create_list(code="accord-2026", name=account.own_list, actor=BOT)
            prices = {shop.variants[g.row.sku]: _prices(g, OWN_SHARE) for g in shop.goods[:120]}
            set_prices(price_list_id=list_id, prices=prices, actor=BOT)
            lists = (list_id,)
        terms = Terms(
            term_kind=kind,
            term_days=days,
            credit_limit=account.limit,
            group_id=create_group(name=account.group, actor=BOT),
            price_list_ids=lists,
        )
        open_customer(customer_id=customer_id, terms=terms, actor=shop.owner)


def leave_application() -> None:
    """The last thing to be there: a company that waits for its storefront."""
    with use_tenant(PLATFORM):
        applicant = _user(Person("emma@hydroflux.example", "Emma Caron"))
        data = ApplicationData(
            legal_name="Hydroflux SAS",
            portal_name="Hydroflux",
            slug=_LAST_SLUG,
            street="22 rue de la Pompe",
            postal_code="31000",
            city="Toulouse",
            siren="383474814",
            primary="#005f73",
            activity="Pompes, raccords et flexibles hydrauliques.",
        )
        submit_application(data=data, applicant_id=applicant)
