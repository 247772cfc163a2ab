"""The world of the leak suite, who tries what in it, and the registry of URLs.

Two suppliers: A (``acme``) and B (``bolt``). Three companies: X buys from both, Y from A only, Z from B only (at A its
request still waits). Everybody visits every host: ``x@A`` is X's administrator at A's storefront, ``staffB@P`` somebody
who works for B at the marketplace. ``carried-…`` takes a session's cookie to a host that it was not opened on.

A new URL needs an entry in ``REGISTRY``, a new text that must not be seen by others one in ``SEEN_BY``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from accounts import keys as company_keys
from accounts.addresses import AddressData, add_address
from accounts.custom_roles import add_role
from accounts.enums import CompanyRole
from accounts.identity import COMPANY_SESSION_KEY
from accounts.invitations import invite
from accounts.joining import request_to_join
from accounts.models import Company, CompanyUser, User
from accounts.people import Position
from accounts.queries import addresses_of
from accounts.security.models import ProviderDomain
from accounts.security.provider.connections import ConnectionData, save_connection
from accounts.services import CompanyData, create_user
from accounts.spending import correcting
from accounts.spending import services as spending
from accounts.spending.rules import Predicate
from accounts.spending.services import CeilingData, TierData
from accounts.units import UnitData, add_unit
from agreements.models import Agreement
from catalog.categories import CategoryData, add_category
from catalog.definitions import AttributeData, save_attribute
from catalog.editing import NewProduct, create_product
from catalog.enums import MediaKind, RelationKind
from catalog.families import FamilyData, save_family
from catalog.goods import GoodsKeys
from catalog.media.services import MediaData, add_media
from catalog.models import Category, Media, Relation, Variant
from catalog.packs.services import PackData, PartData, save_pack
from catalog.part_numbers import save_number
from catalog.relations import relate
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core import outbox
from core.actor import Actor
from core.ids import uuid7
from core.models import TaskFailure
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from customers import acting
from customers.documents import services as account_documents
from customers.enums import TermKind
from customers.models import CustomerGroup
from customers.queries import require_approved
from customers.segments import save_segment
from customers.services import block_customer, request_account
from integrations import keys
from integrations.catalog_import import services as imports
from integrations.catalog_import.jobs import mapping_of
from integrations.catalog_import.services import Choices
from integrations.media_import import services as media_imports
from integrations.media_import.models import MediaImport, MediaImportState
from integrations.models import CatalogImport
from marketplace.goods import publish_all_goods
from marketplace.messages import services as talking
from marketplace.models import Attachment, Document
from marketplace.purchases.queries import purchase_number
from marketplace.purchases.services import Part, place_purchase
from notifications.enums import Group
from notifications.models import Notification
from orders import carts, fulfilment
from orders import services as ordering
from orders.amending import services as amending
from orders.amending.services import Change
from orders.approvals.models import ApprovalRequest
from orders.enums import Frequency, ListSharing
from orders.lines import NewLine
from orders.models import Order, OrderLine
from orders.named_carts import services as named_carts
from orders.opening import Terms, open_customer
from orders.purchase_lists import services as purchase_lists
from orders.purchase_lists.queries import lines_page
from orders.purchase_lists.services import ListLine
from orders.recurring import services as recurring
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted
from orders.returns import services as returning
from orders.returns.models import ReturnLine
from payments.checkout import ReturnAddresses, start_payment
from payments.gateways import configured_gateway
from payments.models import CreditNote, CustomerCredit, Invoice, PaymentIntent
from pricing.batches import create_batch, fill_batch, publish
from pricing.models import PriceBatchLine, PriceListAssignment
from pricing.parties import Party
from pricing.rules import RuleData, save_rule
from pricing.services import NewPrice, PriceSet, assign_list, create_list, set_prices
from pricing.settings import Cost, set_costs, set_rate
from quoting import drafts, limits
from quoting.limits import FloorData, PolicyData
from quoting.models import QuoteDraft
from rfq import asking, offers
from rfq.abuse.models import RequestStop
from rfq.abuse.reports import report_spam
from rfq.models import Invitation, QuoteLine, RFQLine
from rfq.reuse.services import save_template
from rfq.talk import files as request_files
from rfq.talk import questions
from rfq.talk.models import QuoteFile, RequestFile
from search import fruitless, indexing
from search.engine import MARKETPLACE, engine
from search.models import FruitlessSearch
from search.synonyms import SynonymData, save_synonym
from tenants import directory
from tenants.domains import add_domain
from tenants.services import change_branding
from tests.agreements.signed import line as agreed_line
from tests.agreements.signed import signed
from tests.conftest import _maintenance, _state
from tests.imports.files import csv_file, zip_bytes
from tests.orders.buying_company import asked, member
from tests.world import BOT, PASSWORD, CompanyWorld, Person, TenantWorld, World, _company
from vendors.services import ApplicationData, submit_application

ROOT = Path(__file__).resolve().parent.parent.parent

# --- Who -------------------------------------------------------------------------------------------------------------
PLACES = ("A", "B", "P")
WHO = ("x", "y", "z", "staffA", "staffB", "operator", "visitor")
#: A cookie and the host that it is carried to.
CARRIED = {
    "carried-x@B": "x@A",
    "carried-x@P": "x@A",
    "carried-z@A": "z@B",
    "carried-staffA@B": "staffA@A",
    "carried-staffB@A": "staffB@B",
    "carried-operator@A": "operator@P",
}
PEOPLE = (*(f"{who}@{place}" for who in WHO for place in PLACES), "applicant@P", *CARRIED)
#: Programs: the host that they ask, and the key that they show there. ``x@A`` is the key of X at A.
KEYS = {
    "key-x@A": "x@A",
    "key-y@A": "y@A",
    "key-x@B": "x@B",
    "key-z@B": "z@B",
    "key-x@P": "x@P",
    "key-y@P": "y@P",
    "carried-key-x@A": "x@P",
    "key-staffA@A": "staffA@A",
    "key-staffB@B": "staffB@B",
    "carried-key-staffA@B": "staffA@A",
    "carried-key-x@B": "x@A",
    "carried-key-y@B": "y@A",
    "carried-key-z@A": "z@B",
    "carried-key-x@P": "x@A",
}
#: Who asks the API: all keys, and some who are signed in on a page and show no key.
PROGRAMS = (*KEYS, "x@A", "x@B", "y@A", "staffA@A", "staffB@A", "operator@P", "visitor@A", "visitor@B", "visitor@P")

#: Who may ever read which text. The texts themselves are in ``Seed.texts``.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "name of X": ("x@*", "staffA@A", "staffB@B", "operator@P"),
    "mail of X": ("x@*", "staffA@A", "staffB@B", "operator@P"),
    "PO of X at A": ("x@A", "x@P", "staffA@A"),
    "PO of X at B": ("x@B", "x@P", "staffB@B"),
    "talk of X and A": ("x@A", "staffA@A"),
    "file of X and A": ("x@A", "staffA@A"),
    "order of X at A": ("x@A", "x@P", "staffA@A"),
    "amended PO of X at A": ("x@A", "x@P", "staffA@A"),
    "invoice of X at A": ("x@A", "x@P", "staffA@A"),
    "parcel of X at A": ("x@A", "x@P", "staffA@A"),
    "agreement of X at A": ("x@A", "x@P", "staffA@A"),
    "return of X at A": ("x@A", "x@P", "staffA@A"),
    "credit note of X at A": ("x@A", "x@P", "staffA@A"),
    "address of X": ("x@*", "staffA@A"),
    "price of X at A": ("x@A", "x@P", "staffA@A"),
    "cart of X at A": ("x@A", "x@P"),
    "cart file of X at A": ("x@A",),
    "saved cart of X at A": ("x@A", "x@P", "key-x@A"),
    "purchase of X": ("x@B", "x@P"),
    "key of X at A": ("x@A",),
    "key of A": ("staffA@A",),
    "key of X": ("x@P",),
    "part number of X at A": ("x@A",),
    "spending of X": ("x@*",),
    "rule of X": ("x@*",),
    "acting for X at A": ("x@A", "staffA@A"),
    "list of X at A": ("x@A",),
    "request of X to A": ("x@P", "staffA@A", "operator@P"),  # A has reported it
    "request of X to both": ("x@P", "staffA@A", "staffB@B"),
    "report of A": ("operator@P",),
    "template of X": ("x@P",),
    "company nobody knows": ("operator@P",),
    "offer of A to X": ("x@P", "staffA@A"),
    "offer of B to X": ("x@P", "staffB@B"),
    "question of A to X": ("x@P", "staffA@A"),
    "drawing of X": ("x@P", "staffA@A", "staffB@B"),
    "data sheet of A": ("x@P", "staffA@A"),
    "site of X": ("x@*",),
    "role of X": ("x@*",),
    "invitation of X": ("x@*",),
    "who asks to join X": ("x@*",),
    "name of Y": ("y@*", "staffA@A", "operator@P"),
    "PO of Y": ("y@A", "y@P", "staffA@A"),
    "request of Y": ("y@P", "staffA@A"),
    "name of Z": ("z@*", "staffA@A", "staffB@B", "operator@P"),
    "message of Z to A": ("z@A", "staffA@A"),
    "document of Z to A": ("z@A", "staffA@A"),
    "content of Z to A": ("z@A", "staffA@A"),
    "why A blocked a customer": ("staffA@A",),
    "product of A": ("*@A", "*@P"),
    "import of A": ("staffA@A",),
    "archive of A": ("staffA@A",),
    "file of A": ("staffA@A",),
    "price list of B": ("staffB@B",),
    "family of A": ("staffA@A",),
    "category of A": ("staffA@A",),
    "draft of A": ("staffA@A",),
    "media of A": ("staffA@A",),
    "attribute of A": ("staffA@A",),
    "new domain of A": ("staffA@A", "operator@P"),
    "domain of X": ("x@*", "operator@P"),
    "application": ("applicant@P", "operator@P"),
    "failed job": ("operator@P",),
    # prices and visibility
    "batch of A": ("staffA@A",),
    "discount of A": ("staffA@A",),
    "segment of A": ("staffA@A",),
    "cost at A": ("staffA@A",),
    "answer of A that waits": ("staffA@A",),
    "floor of A": ("staffA@A",),
    "search of A": ("staffA@A",),
    "synonym of A": ("staffA@A",),
}


@dataclass
class Seed:
    """What was built: ids and texts by name, cookies by person, API keys in clear."""

    world: World
    ids: dict[str, UUID] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    @cached_property
    def hosts(self) -> dict[str, str]:
        return {"A": self.world.acme.host, "B": self.world.bolt.host, "P": settings.PLATFORM_DOMAIN}

    def host_of(self, label: str) -> str:
        return self.hosts[label.rpartition("@")[2]]

    def visit(self, label: str, method: str, path: str, data: Any = None, **headers: str) -> Any:
        """Ask for a path as one of ``PEOPLE`` or ``PROGRAMS``; GET sends ``data`` as query, a program sends JSON."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        client = Client(headers={"host": self.host_of(label), "accept-language": "en", **given})
        if label in KEYS:
            given["authorization"] = f"Bearer {self.keys[KEYS[label]]}"
        elif label in self.cookies:
            client.cookies["session"] = self.cookies[label]
        if method == "GET":
            return client.get(path, data or {}, headers=given)
        if method == "POST" or (method == "PUT" and data):
            kind = "application/json" if label in KEYS else MULTIPART_CONTENT
            send = client.post if method == "POST" else client.put
            return send(path, data or {}, content_type=kind, headers=given)
        return client.generic(method, path, headers=given)

    def forbidden(self, label: str) -> dict[str, str]:
        """Texts that this person must never see, by name."""
        reader = _without_carried(label).removeprefix("key-")
        return {name: text for name, text in self.texts.items() if not matches(reader, SEEN_BY[name])}


def _without_carried(label: str) -> str:
    """What was carried from another host is worth nothing: a visitor."""
    return f"visitor@{label[-1]}" if label.startswith("carried-") else label


def matches(label: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns (``x@*``) means this person."""
    return any(fnmatchcase(_without_carried(label), pattern) for pattern in patterns)


def people_of(name: str) -> tuple[str, ...]:
    """Who tries a URL."""
    return PROGRAMS if name.startswith("api_") else PEOPLE


# --- The world -------------------------------------------------------------------------------------------------------
def seeded(django_db_blocker: Any) -> Iterator[Seed]:
    """For a fixture of module scope: committed rows that all tests of a module share, taken away afterwards."""
    with django_db_blocker.unblock():
        connections.close_all()
        seed = build(_state["world"])
        connections.close_all()
    yield seed
    with django_db_blocker.unblock():
        connections.close_all()
        directory.forget_all()
        _maintenance(f'DROP DATABASE "{_state["name"]}" WITH (FORCE)')
        _maintenance(f'CREATE DATABASE "{_state["name"]}" TEMPLATE "{_state["name"]}_base"')


def build(world: World) -> Seed:
    """Everything through the services, as people would have done it."""
    seed = Seed(world)
    seed.texts |= {"name of X": world.delmas.name, "mail of X": world.delmas.admin.email}
    seed.texts |= {"name of Y": world.lecomte.name, "name of Z": world.nouvelle.name}
    applicant = _platform_rows(seed)
    _customers(seed)
    _documents(seed)
    _acting(seed)
    _approvals(seed)
    _special_price(seed)
    _families(seed)
    _media(seed)
    _part_numbers(seed)
    _orders(seed)
    _talk(seed)
    _requests(seed)
    _agreement(seed)
    _desk(seed)
    _imports(seed)
    _price_work(seed)
    _keys(seed)
    _searches(seed)
    _shared_goods(seed)
    outbox.drain()
    _notices(seed)
    _media_imports(seed)
    _stalled_import(seed)
    engine().drop(MARKETPLACE)
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            indexing.rebuild_shop(tenant_id=tenant.id)
    _sign_in(seed, applicant)
    return seed


def _notices(seed: Seed) -> None:
    """What X's administrator and A's owner were told about an order."""
    with use_tenant(OPERATOR):
        told = Notification.objects.filter(tenant_id=seed.world.acme.id)
        seed.ids["x_notice"] = told.filter(user_id=seed.world.delmas.admin.id, kind="order_confirmation")[0].pk
        seed.ids["a_notice"] = told.filter(user_id=seed.world.acme.owner.id, kind="order_placed")[0].pk


def _platform_rows(seed: Seed) -> Person:
    """Application, domain, logo, failed job; answers the applicant."""
    world = seed.world
    logo = BytesIO()
    Image.new("RGB", (4, 4), "#123456").save(logo, "PNG")
    with use_tenant(PLATFORM):
        email = "applicant@secret.example"
        applicant = Person(create_user(email=email, password=PASSWORD, name="Anne Demande"), email, "Anne Demande")
        data = ApplicationData(
            "Secret SAS", "PORTAL-SECRET", "secret-shop", "1 rue X", "59000", "Lille", siren="443061841"
        )
        seed.ids["application"] = submit_application(data=data, applicant_id=applicant.id)
        seed.ids["domain"] = add_domain(tenant_id=world.acme.id, domain="new-secret-a.example", actor=BOT)
        failure = TaskFailure.objects.create(task="x.y", scope={}, arguments={}, error="FAILURE-SECRET")
        seed.ids["failure"] = failure.pk
        address = AddressData("ADDRESS-SECRET-X", "5 quai Perdu", "59140", "Dunkerque")
        seed.ids["x_address"] = add_address(company_id=world.delmas.id, data=address, actor=world.delmas.buyer)
        seed.ids["y_address"] = addresses_of(world.lecomte.id)[0].id
        seed.ids["z_address"] = addresses_of(world.nouvelle.id)[0].id
        _organisation(seed)
        wanted = CompanyData("What the applicant calls it", siren="552100554")
        seed.ids["x_joining"] = request_to_join(data=wanted, user_id=applicant.id, message="JOIN-SECRET-X")
        seed.texts["who asks to join X"] = "JOIN-SECRET-X"
        change_branding(tenant_id=world.acme.id, primary="#114b5f", logo=ContentFile(logo.getvalue()), actor=BOT)
    seed.ids |= {"A": world.acme.id, "B": world.bolt.id, "owner_of_A": world.acme.owner.id}
    seed.ids |= {"owner_of_B": world.bolt.owner.id, "X": world.delmas.id, "Y": world.lecomte.id}
    seed.texts |= {"application": "PORTAL-SECRET", "new domain of A": "new-secret-a.example"}
    seed.texts |= {"failed job": "FAILURE-SECRET", "address of X": "ADDRESS-SECRET-X"}
    return applicant


def _provider(seed: Seed) -> None:
    """X has set up a provider, whose domain waits for an operator."""
    data = ConnectionData(
        issuer="https://login-secret-x.example",
        client_id="client-of-x",
        client_secret="hidden",
        domains=["domain-secret-x.example"],
        default_role=CompanyRole.VIEWER,
    )
    with use_tenant(PLATFORM):
        save_connection(data=data, actor=seed.world.delmas.buyer)
        seed.ids["x_domain"] = ProviderDomain.objects.get().pk
    seed.texts["domain of X"] = "domain-secret-x.example"


def _organisation(seed: Seed) -> None:
    """X has a site and a role that nobody and nothing belongs to."""
    _provider(seed)
    x = seed.world.delmas
    seed.ids["x_unit"] = add_unit(data=UnitData("SITE-SECRET-X"), actor=x.buyer)
    seed.ids["x_role"] = add_role(name="ROLE-SECRET-X", permissions={"order"}, actor=x.buyer)
    seed.ids["x_member"] = CompanyUser.objects.get(user_id=x.viewer.id).pk
    seed.ids["x_invitation"] = invite(
        email="invitation-secret@x.example", position=Position(CompanyRole.VIEWER), actor=x.buyer
    )
    seed.texts["invitation of X"] = "invitation-secret@x.example"
    seed.texts |= {"site of X": "SITE-SECRET-X", "role of X": "ROLE-SECRET-X"}


def _customers(seed: Seed) -> None:
    """Z buys from B and waits at A; a fourth company is blocked at A."""
    world = seed.world
    with use_tenant(PLATFORM):
        blocked = _company("Bloquée SARL", "775670417", "bloquee")
    customer_id = _account(world.bolt, world.nouvelle)
    _open(world.bolt, customer_id)
    seed.ids["z_customer_at_B"] = customer_id
    seed.ids["pending"] = _account(world.acme, world.nouvelle, message="MESSAGE-SECRET-Z")
    seed.ids["blocked"] = _account(world.acme, blocked)
    _open(world.acme, seed.ids["blocked"])
    with use_tenant(world.acme.scope, party="tenant"):
        block_customer(customer_id=seed.ids["blocked"], reason="BLOCK-SECRET", actor=world.acme.staff)
    seed.ids["x_customer"] = world.acme.customers["delmas"]
    seed.texts |= {"message of Z to A": "MESSAGE-SECRET-Z", "why A blocked a customer": "BLOCK-SECRET"}


def _documents(seed: Seed) -> None:
    """Z gave A a document that A asks for."""
    staff = seed.world.acme.staff
    with use_tenant(seed.world.acme.scope, party="tenant"):
        kind_id = account_documents.ask_for(data=account_documents.KindData("DOC-KIND", "DOC-KIND"), actor=staff)
    with use_tenant(seed.world.acme.scope, company_id=seed.world.nouvelle.id):
        seed.ids["document"] = account_documents.give(
            kind_id=kind_id,
            name="FILE-SECRET-Z.pdf",
            content=b"%PDF-1.7 CONTENT-SECRET-Z\n%%EOF",
            dated_on=None,
            actor=seed.world.nouvelle.buyer,
        )
    seed.ids["document_kind"] = kind_id
    seed.texts |= {"document of Z to A": "FILE-SECRET-Z", "content of Z to A": "CONTENT-SECRET-Z"}


def _acting(seed: Seed) -> None:
    """Somebody of A ordered for X, and stopped."""
    staff = replace(seed.world.acme.staff, user_id=uuid7(), name="ACTING-SECRET-X")
    with use_tenant(seed.world.acme.scope, party="tenant"):
        acting.begin(customer_id=seed.ids["x_customer"], actor=staff)
    seed.texts["acting for X at A"] = "ACTING-SECRET-X"


def _approvals(seed: Seed) -> None:
    """X has a ceiling, a rule, a cost centre; a buyer of X waits at A for its administrator."""
    world = seed.world
    buyer, approver = member(world, "Asker"), member(world, "Chief", "approver")
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        admin = world.delmas.buyer
        spending.add_ceiling(data=CeilingData("order", Decimal(1), user_id=buyer.user_id), actor=admin)
        centre = spending.add_cost_centre(code="CENTRE-SECRET-X", name="Maintenance", actor=admin)
        seed.ids["centre_of_X"] = centre
        rule = Predicate(cost_centre_id=centre)
        tier = TierData(user_ids=[admin.require_user(), approver.require_user()])
        spending.add_rule(name="RULE-SECRET-X", predicate=rule, tiers=[tier], actor=admin)
        seed.ids["approval_of_X"] = asked(world, buyer, cost_centre="CENTRE-SECRET-X").pk
        seed.versions["approval_digest"] = ApprovalRequest.objects.get().digest
        correcting.close_cost_centre(cost_centre_id=centre, actor=admin)  # other orders of X need none
    seed.texts |= {"spending of X": "CENTRE-SECRET-X", "rule of X": "RULE-SECRET-X"}


def _account(tenant: TenantWorld, company: CompanyWorld, message: str = "") -> UUID:
    with use_tenant(tenant.scope, company_id=company.id):
        return request_account(company_id=company.id, actor=company.buyer, message=message)


def _open(tenant: TenantWorld, customer_id: UUID) -> None:
    terms = Terms(term_kind=TermKind.NET, term_days=30, credit_limit=Decimal(1000))
    with use_tenant(tenant.scope, party="tenant"):
        open_customer(customer_id=customer_id, terms=terms, actor=tenant.staff)


def _special_price(seed: Seed) -> None:
    world = seed.world
    with use_tenant(world.acme.scope, party="tenant"):
        actor = world.acme.staff
        seed.ids["list_of_A"] = list_id = create_list(code="secret-x", name="Tarif Delmas", actor=actor)
        seed.ids["group_of_A"] = CustomerGroup.objects.values_list("pk", flat=True)[0]
        prices = PriceSet((NewPrice(Decimal(1), Decimal("0.3173")),))
        set_prices(price_list_id=list_id, prices={world.acme.variants["VN-1001"]: prices}, actor=actor)
        assign_list(price_list_id=list_id, customer_id=world.acme.customers["delmas"], actor=actor)
    with use_tenant(world.bolt.scope, party="tenant"):
        actor = world.bolt.staff
        seed.ids["list_of_B"] = create_list(code="secret-b", name="LIST-SECRET-B", actor=actor)
        seed.ids["group_of_B"] = CustomerGroup.objects.values_list("pk", flat=True)[0]
    seed.ids |= {"variant_of_A": world.acme.variants["VN-1001"], "variant_of_B": world.bolt.variants["VN-1001"]}
    seed.texts |= {"price of X at A": "0.3173", "price list of B": "LIST-SECRET-B"}


def _shared_goods(seed: Seed) -> None:
    """The same screw at A and at B."""
    for tenant in (seed.world.acme, seed.world.bolt):
        with use_tenant(tenant.scope):
            Variant.objects.filter(sku="VN-1001").update(manufacturer_part_number="SHARED-1")
            publish_all_goods(tenant_id=tenant.id)
            key = "category_of_A" if tenant is seed.world.acme else "category_of_B"
            seed.ids[key] = Category.objects.order_by("-path").values_list("pk", flat=True)[0]  # the last one can go up
            Category.objects.update(taxonomy_code="fasteners")
    found = GoodsKeys.of(gtin="", brand="Inoxal", part_number="SHARED-1").goods_id
    assert found is not None
    seed.ids["goods"] = found


def _families(seed: Seed) -> None:
    """A family and an attribute of A that no product has."""
    with use_tenant(seed.world.acme.scope, party="tenant"):
        actor = seed.world.acme.staff
        family = FamilyData(code="secret-family", name_fr="FAMILY-SECRET-A")
        attribute = AttributeData(code="secret-attribute", label_fr="ATTRIBUTE-SECRET-A")
        variants = seed.world.acme.variants
        kit = PackData("fixed", parts=(PartData("VN-1001", Decimal(1)),))
        save_pack(variant_id=variants["VN-1005"], data=kit, actor=actor)
        seed.ids["variant_of_kit"] = variants["VN-1005"]
        relate(variant_id=variants["VN-1001"], other_sku="VN-1002", kind=RelationKind.ACCESSORY, actor=actor)
        seed.ids["relation_of_A"] = Relation.objects.get(variant=variants["VN-1001"]).pk
        seed.ids["family_of_A"] = save_family(data=family, actor=actor)
        seed.ids["attribute_of_A"] = save_attribute(data=attribute, actor=actor)
        seed.ids["empty_category_of_A"] = add_category(data=CategoryData("CATEGORY-SECRET-A"), actor=actor)
    seed.texts |= {"family of A": "FAMILY-SECRET-A", "attribute of A": "ATTRIBUTE-SECRET-A"}
    seed.texts["category of A"] = "CATEGORY-SECRET-A"


def _media(seed: Seed) -> None:
    """A picture and a document of goods of A that are on sale, and of a draft."""
    world, ids = seed.world, seed.ids
    actor = world.acme.staff
    picture = BytesIO()
    Image.new("RGB", (4, 4), "#123456").save(picture, "PNG")
    contents = {MediaKind.IMAGE: picture.getvalue(), MediaKind.DATA_SHEET: b"%PDF-1.4 %%EOF"}
    with use_tenant(world.acme.scope, party="tenant"):
        ids["draft_of_A"] = create_product(data=NewProduct("DRAFT-A", "DRAFT-SECRET-A"), actor=actor)
        for name, variant_id in (("", world.acme.variants["VN-1005"]), ("draft_", ids["draft_of_A"])):
            for kind, content in contents.items():
                data = MediaData(kind, title_fr="MEDIA-SECRET-A" if name else "Photo")
                add_media(variant_id=variant_id, contents=[("x", content)], data=data, actor=actor)
                row = Media.objects.get(kind=kind, product__variants=variant_id)
                ids[f"{name}{kind}_of_A"], seed.versions[f"{name}{kind}_version"] = row.pk, row.digest[:12]
    seed.texts |= {"draft of A": "DRAFT-SECRET-A", "media of A": "MEDIA-SECRET-A"}


def _part_numbers(seed: Seed) -> None:
    """What X calls goods of A."""
    world = seed.world
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        owner = require_approved(world.delmas.buyer)
        seed.ids["number_of_X"] = save_number(
            owner=owner, number="NUMBER-SECRET-X", code="VN-1001", actor=world.delmas.buyer
        )
    seed.texts["part number of X at A"] = "NUMBER-SECRET-X"


def _price_work(seed: Seed) -> None:
    """A list, batches, a discount, a cost, a segment, a rule of visibility: for a company that is blocked at A."""
    ids, staff = seed.ids, seed.world.acme.staff
    with use_tenant(seed.world.acme.scope, party="tenant"):
        ids["spare_list"] = create_list(code="spare", name="BATCH-SECRET-A", actor=staff)
        assign_list(price_list_id=ids["spare_list"], customer_id=ids["blocked"], actor=staff)
        ids["assignment"] = PriceListAssignment.objects.get(price_list_id=ids["spare_list"]).pk
        prices = {ids["variant_of_A"]: PriceSet((NewPrice(Decimal(1), Decimal(7)),))}
        for name in ("draft", "scheduled", "published"):
            ids[f"batch_{name}"] = create_batch(name="BATCH-SECRET-A", actor=staff)
            fill_batch(batch_id=ids[f"batch_{name}"], price_list_id=ids["spare_list"], prices=prices, actor=staff)
        publish(batch_id=ids["batch_published"], actor=staff)
        publish(batch_id=ids["batch_scheduled"], at=timezone.now() + timedelta(days=9), actor=staff)
        ids["batch_line"] = PriceBatchLine.objects.get(batch_id=ids["batch_draft"]).pk
        discount = RuleData("DISCOUNT-SECRET-A", rate=Decimal("0.01"), party=Party(customer_id=ids["blocked"]))
        ids["discount"] = save_rule(data=discount, actor=staff)
        set_costs(costs={seed.world.acme.variants["VN-1005"]: Cost(Decimal("3.7177"))}, currency="EUR", actor=staff)
        ids["segment_of_A"] = save_segment(name="SEGMENT-SECRET-A", rules={"country": ["ES"]}, actor=staff)
        ids["visibility"] = save_visibility_rule(
            target=Target.EVERYTHING, is_visible=False, segment_id=ids["segment_of_A"], actor=staff
        )
        set_rate(source="USD", target="GBP", rate=Decimal("0.8"), actor=staff)
    seed.texts |= {"batch of A": "BATCH-SECRET-A", "discount of A": "DISCOUNT-SECRET-A"}
    seed.texts |= {"segment of A": "SEGMENT-SECRET-A", "cost at A": "3.7177"}


def _returns_of_x(seed: Seed) -> None:
    """One that is settled with a credit note, and one that waits for the supplier."""
    a, x, ids = seed.world.acme, seed.world.delmas, seed.ids
    with use_tenant(a.scope, company_id=x.id):
        for name, order in (("x_credited_return", "x_shipped"), ("x_return", "x_unpaid")):
            line_id = ids[f"{order}_line"] = OrderLine.objects.get(order_id=ids[order]).pk
            ids[name] = returning.request_return(
                order_id=ids[order],
                lines={line_id: returning.Wanted(Decimal(1), "damaged")},
                wish="credit",
                note="RETURN-SECRET-XA",
                form_key=uuid7(),
                actor=x.buyer,
            )
    with use_tenant(a.scope, party="tenant"):
        credited = ids["x_credited_return"]
        returning.accept(return_id=credited, actor=a.staff)
        row = ReturnLine.objects.get(of_return_id=credited).pk
        returning.receive(return_id=credited, lines={row: returning.Received(Decimal(1))}, actor=a.staff)
        ids["x_credit_note"] = returning.credit(return_id=credited, actor=a.staff)
        note = CreditNote.objects.get()
        CustomerCredit.objects.create(  # as if its invoice had been paid
            credit_note=note, customer_id=note.customer_id, currency=note.currency, amount=Decimal(1)
        )
        seed.texts["credit note of X at A"] = note.number
    seed.texts["return of X at A"] = "RETURN-SECRET-XA"


def _orders(seed: Seed) -> None:
    """Y's order comes first, so that X's numbers at A are its own."""
    world, ids = seed.world, seed.ids
    a, x = world.acme, world.delmas
    ids["y_order"] = _place(a, world.lecomte, "PO-SECRET-Y")
    ids["x_placed"] = _place(a, x, "PO-SECRET-XA")
    for name in ("x_confirmed", "x_shipping", "x_shipped", "x_unpaid"):
        ids[name] = _place(a, x, "PO-SECRET-XA")
    ids["x_order_at_B"] = _place(world.bolt, x, "PO-SECRET-XB")
    with use_tenant(a.scope, party="tenant"):
        for name in ("x_confirmed", "x_shipping", "x_shipped", "x_unpaid"):
            fulfilment.confirm_order(order_id=ids[name], actor=a.staff)
        ids["x_line"] = OrderLine.objects.get(order_id=ids["x_confirmed"]).pk
        ids["x_parcel"] = _ship(a, ids["x_shipping"], Decimal(1))
        for name, invoice in (("x_shipped", "x_invoice"), ("x_unpaid", "x_unpaid_invoice")):
            _ship(a, ids[name], Decimal(10))
            ids[invoice] = Invoice.objects.get(order_id=ids[name]).pk
        seed.texts["invoice of X at A"] = Invoice.objects.get(pk=ids["x_invoice"]).number
        seed.texts["order of X at A"] = Order.objects.get(pk=ids["x_shipped"]).number
    _returns_of_x(seed)
    with use_tenant(a.scope, company_id=x.id):
        pages = ReturnAddresses("http://acme.localhost/", "http://acme.localhost/")
        ids["x_amended"] = _place(a, x, "PO-SECRET-AMENDED-XA")
        amending.amend(order_id=ids["x_amended"], change=Change(po_number="PO-7"), version=1, actor=x.buyer)
        seed.texts["amended PO of X at A"] = "PO-SECRET-AMENDED-XA"
        start_payment(invoice_id=ids["x_invoice"], addresses=pages, gateway=configured_gateway(), actor=x.buyer)
        ids["x_intent"] = PaymentIntent.objects.get().pk
        _carts_of_x(seed)
        _lists_of_x(seed)
    _purchase_of_x(seed)
    with use_tenant(world.bolt.scope, company_id=world.nouvelle.id):
        z = world.nouvelle.buyer
        lines = [NewLine(world.bolt.variants["VN-1001"], "", Decimal(10))]
        carts.add_lines(actor=z, customer=require_approved(z), lines=lines)
    seed.texts |= {"PO of X at A": "PO-SECRET-XA", "PO of X at B": "PO-SECRET-XB", "PO of Y": "PO-SECRET-Y"}
    seed.texts |= {"parcel of X at A": "PARCEL-SECRET-XA", "cart of X at A": "3,947.54"}
    seed.texts["cart file of X at A"] = "3947.54"


def _talk(seed: Seed) -> None:
    """X wrote to A about an order, with a file; both sides have read it."""
    world, ids = seed.world, seed.ids
    a, x = world.acme, world.delmas
    with use_tenant(a.scope, company_id=x.id):
        ids["x_document"] = Document.objects.get(object_id=ids["x_confirmed"]).pk
        talking.send_message(
            document_id=ids["x_document"],
            body="TALK-SECRET-XA",
            contents=[("talk-file-secret-xa.pdf", b"%PDF-1.4\n%%EOF\n")],
            token=uuid7(),
            actor=x.buyer,
        )
        ids["x_attachment"] = Attachment.objects.get().pk
    with use_tenant(a.scope, party="tenant"):
        talking.mark_read(document_id=ids["x_document"], actor=a.staff)
    seed.texts |= {"talk of X and A": "TALK-SECRET-XA", "file of X and A": "talk-file-secret-xa.pdf"}


def _purchase_of_x(seed: Seed) -> None:
    """What X ordered on the marketplace, from B alone."""
    x, bolt, ids = seed.world.delmas.buyer, seed.world.bolt, seed.ids
    with use_tenant(bolt.scope, company_id=seed.world.delmas.id):
        customer = require_approved(x)
        carts.add_lines(actor=x, customer=customer, lines=[NewLine(bolt.variants["VN-1001"], "", Decimal(10))])
        part = Part(bolt.id, carts.cart_id_of(x, customer) or uuid7())
    with use_tenant(PLATFORM, company_id=seed.world.delmas.id):
        ids["x_purchase"] = place_purchase(actor=x, parts=[part], delivery=ordering.Delivery(ids["x_address"]))
        seed.texts["purchase of X"] = purchase_number(x, ids["x_purchase"])


def _lists_of_x(seed: Seed) -> None:
    """One that all of X may change, and one that may be thrown away."""
    x, ids, variants = seed.world.delmas.buyer, seed.ids, seed.world.acme.variants
    customer = require_approved(x)
    for name in ("list", "spare_list"):
        ids[f"x_{name}"] = purchase_lists.create_list(
            actor=x, customer=customer, name=f"LIST-SECRET-X {name}", sharing=ListSharing.EDIT
        )
    lines = [ListLine(NewLine(variants[sku], "", Decimal(20)), "LIST-SECRET-X") for sku in ("VN-1001", "VN-1003")]
    purchase_lists.add_lines(actor=x, customer=customer, list_id=ids["x_list"], lines=lines)
    ids["x_list_line"] = lines_page(x, customer, ids["x_list"])[0].id
    wanted = Wanted(ids["x_list"], Schedule(Frequency.WEEKS, 1, timezone.localdate()), ids["x_address"])
    ids["x_recurring"] = recurring.create(actor=x, customer=customer, wanted=wanted, today=timezone.localdate())
    seed.texts["list of X at A"] = "LIST-SECRET-X"


def _carts_of_x(seed: Seed) -> None:
    """One cart that became an order, and one that is open."""
    x, variants, ids = seed.world.delmas.buyer, seed.world.acme.variants, seed.ids
    customer, address = require_approved(x), ordering.Delivery(ids["x_address"])
    carts.add_lines(actor=x, customer=customer, lines=[NewLine(variants["VN-1001"], "", Decimal(10))])
    ids["x_old_cart"] = carts.cart_id_of(x, customer) or uuid7()
    ids["x_order_of_cart"] = ordering.checkout(actor=x, customer=customer, delivery=address)
    carts.add_lines(actor=x, customer=customer, lines=[NewLine(variants["VN-1004"], "", Decimal(91357))])
    ids["x_cart"] = carts.cart_id_of(x, customer) or uuid7()
    ids["x_cart_line"] = carts.wishes_of(x, customer)[0][0]
    carts.add_lines(actor=x, customer=customer, lines=[NewLine(variants["VN-1005"], "", Decimal(1))])
    ids["x_cart_pack"] = carts.wishes_of(x, customer)[1][0]
    for name in ("saved", "spare", "deleted"):
        key = ids[f"x_{name}_cart"] = named_carts.copy_cart(
            actor=x, customer=customer, cart_id=ids["x_cart"], name=f"CART-SECRET-X {name}"
        )
        named_carts.share_cart(actor=x, customer=customer, cart_id=key, sharing=ListSharing.EDIT, people={})
    named_carts.delete_cart(actor=x, customer=customer, cart_id=ids["x_deleted_cart"])
    seed.texts["saved cart of X at A"] = "CART-SECRET-X"


def _place(tenant: TenantWorld, company: CompanyWorld, po_number: str) -> UUID:
    address = {"label": "ADDRESS-SECRET-X" if tenant.slug == "acme" and "X" in po_number else "Arras", "city": "Arras"}
    with use_tenant(tenant.scope, company_id=company.id):
        return ordering.place_order(
            actor=company.buyer,
            customer=require_approved(company.buyer),
            lines=[NewLine(tenant.variants["VN-1001"], "", Decimal(10))],
            delivery_address=address,
            details=ordering.OrderDetails(po_number=po_number),
        )


def _ship(tenant: TenantWorld, order_id: UUID, quantity: Decimal) -> UUID:
    line = OrderLine.objects.get(order_id=order_id)
    return fulfilment.ship(
        order_id=order_id, quantities={line.pk: quantity}, tracking_number="PARCEL-SECRET-XA", actor=tenant.staff
    )


def _requests(seed: Seed) -> None:
    world = seed.world
    for name, company, tenants, title in (
        ("x_rfq", world.delmas, [world.acme], "RFQ-SECRET-XA"),
        ("x_shared_rfq", world.delmas, [world.acme, world.bolt], "RFQ-SECRET-SHARED"),
        ("y_rfq", world.lecomte, [world.acme], "RFQ-SECRET-Y"),
    ):
        data = asking.NewRFQ(
            title=title,
            deadline_at=timezone.now() + timedelta(days=3),
            lines=[asking.NewLine("Vis CHC M8×40 inox A4", Decimal(50), part_number="VN-1001")],
            tenant_ids=[tenant.id for tenant in tenants],
        )
        with use_tenant(PLATFORM, company_id=company.id):
            seed.ids[name] = asking.send_rfq(data=data, actor=company.buyer)
            seed.ids[f"{name}_line"] = RFQLine.objects.get(rfq_id=seed.ids[name]).pk
        for tenant in tenants:
            _offer(seed, name, tenant)
    _offer(seed, "x_shared_rfq", world.acme)
    with use_tenant(world.acme.scope, party="tenant"):
        seed.ids["report"] = report_spam(
            invitation_id=seed.ids["x_rfq_A"], reason="SPAM-SECRET-A", actor=world.acme.staff
        )
    with use_tenant(OPERATOR):
        stopped = Company.objects.create(legal_name="NOBODY-SECRET")
        stop = RequestStop.objects.create(company=stopped, reason="STOP-SECRET", stopped_by_name="Olivia")
    seed.ids |= {"unknown_company": stopped.pk, "stop": stop.pk}
    seed.texts |= {"report of A": "SPAM-SECRET-A", "company nobody knows": "NOBODY-SECRET"}
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        draft = asking.NewRFQ("RFQ-DRAFT-X", timezone.now() + timedelta(days=3), (), (world.acme.id,))
        seed.ids["x_template"] = save_template(
            rfq_id=seed.ids["x_rfq"], name="TEMPLATE-SECRET-X", actor=world.delmas.buyer
        )
        seed.texts["template of X"] = "TEMPLATE-SECRET-X"
        seed.ids["x_draft"] = asking.save_draft(data=draft, actor=world.delmas.buyer)
    with use_tenant(world.acme.scope, party="tenant"):  # as if it had come of a quote
        version_id = seed.ids["x_shared_rfq_version_A"]
        Order.objects.filter(pk=seed.ids["x_unpaid"]).update(quote_version_id=version_id)
    _clarifications(seed)
    seed.texts |= {"request of X to A": "RFQ-SECRET-XA", "request of X to both": "RFQ-SECRET-SHARED"}
    seed.texts |= {"request of Y": "RFQ-SECRET-Y", "offer of A to X": "OFFER-SECRET-A-x"}
    seed.texts["offer of B to X"] = "OFFER-SECRET-B-x"


def _desk(seed: Seed) -> None:
    """At A an answer to Y, sent by a system, waits for an approval; the price of one product has a floor."""
    acme = seed.world.acme
    author = Actor("staff", uuid7(), "Auteur", tenant_id=acme.id, key_id=uuid7())
    with use_tenant(acme.scope, party="tenant"):
        limits.save_policy(data=PolicyData(needs_article=True), actor=acme.staff)
        line = offers.OfferLine(Decimal("0.37"), 5, sku="")
        until = timezone.now() + timedelta(days=5)
        offer = offers.Offer({seed.ids["y_rfq_line"]: line}, until, message="ANSWER-SECRET-A-Y")
        drafts.answer(invitation_id=seed.ids["y_rfq_A"], offer=offer, actor=author)
        seed.ids["waiting_answer_of_A"] = QuoteDraft.objects.get().pk
        limits.save_policy(data=PolicyData(), actor=acme.staff)
        product_id = Variant.objects.get(sku="VN-1005").product_id
        data = FloorData(product_id=product_id, unit_price=Decimal("0.876543"))
        seed.ids["floor_of_A"] = limits.add_floor(data=data, actor=acme.staff)
    seed.texts |= {"answer of A that waits": "ANSWER-SECRET-A-Y", "floor of A": "0.876543"}


def _refused_answer(seed: Seed) -> dict[str, str]:
    """The answer of A that waits goes back."""
    with use_tenant(seed.world.acme):
        digest = QuoteDraft.objects.get(pk=seed.ids["waiting_answer_of_A"]).digest
    return {"decision": "refuse", "digest": digest, "approval_reason": "No"}


def _clarifications(seed: Seed) -> None:
    """What A asked X and Y, a drawing for all that X invited, one of a draft."""
    ids, x, a = seed.ids, seed.world.delmas, seed.world.acme
    with use_tenant(a.scope, party="tenant"):
        for name in ("x_shared", "y"):
            text = "QUESTION-SECRET-A" if name[0] == "x" else "?"
            ids[f"{name[0]}_question"] = questions.ask(
                invitation_id=ids[f"{name}_rfq_A"], text=text, token=uuid7(), actor=a.staff
            )
        sheets = QuoteFile.objects.filter(rfq_id=ids["x_shared_rfq"]).order_by("version__number")
        ids["x_sheet_A"] = sheets.values_list("pk", flat=True)[0]
    with use_tenant(PLATFORM, company_id=x.id):
        drawing = [("drawing-secret-x.pdf", b"%PDF-1.4\n%%EOF\n")]
        questions.announce(rfq_id=ids["x_shared_rfq"], text="", token=uuid7(), actor=x.buyer, contents=drawing)
        ids["x_drawing"] = RequestFile.objects.get().pk
        (ids["x_draft_file"],) = request_files.add_to_draft(
            rfq_id=ids["x_draft"], contents=[("draft.pdf", b"%PDF-1.4\n%%EOF\n")], actor=x.buyer
        )
    seed.texts |= {"question of A to X": "QUESTION-SECRET-A", "drawing of X": "drawing-secret-x.pdf"}
    seed.texts["data sheet of A"] = "sheet-secret-a.pdf"


def _offer(seed: Seed, name: str, tenant: TenantWorld) -> None:
    place = "A" if tenant.slug == "acme" else "B"
    line = offers.OfferLine(Decimal("0.41"), 5)
    message = f"OFFER-SECRET-{place}-{name[0]}"
    offer = offers.Offer({seed.ids[f"{name}_line"]: line}, timezone.now() + timedelta(days=5), message=message)
    with use_tenant(tenant.scope, party="tenant"):
        invitation_id = Invitation.objects.get(rfq_id=seed.ids[name]).pk
        if name == "x_shared_rfq" and place == "A":
            sheet = [("sheet-secret-a.pdf", b"%PDF-1.4\n%%EOF\n")]
            files = request_files.stored_for_offer(invitation_id=invitation_id, contents=sheet, actor=tenant.staff)
            offer = replace(offer, files=files)
        version_id = offers.send_quote(invitation_id=invitation_id, offer=offer, actor=tenant.staff)
        offered_id = QuoteLine.objects.get(version_id=version_id).pk
    seed.ids |= {
        f"{name}_{place}": invitation_id,
        f"{name}_version_{place}": version_id,
        f"{name}_offered_{place}": offered_id,
    }


def _agreement(seed: Seed) -> None:
    """X has an agreement with A."""
    world = seed.world
    seed.ids["x_agreement"] = signed(world.acme, world.delmas, agreed_line(world.acme, "VN-1002", "0.47", 91))
    with use_tenant(world.acme.scope, party="tenant"):
        found = Agreement.objects.get()
        seed.ids["x_agreement_line"] = found.lines.get().pk
        seed.texts["agreement of X at A"] = found.number


def _searches(seed: Seed) -> None:
    """A text that found nothing at A, and a synonym."""
    with use_tenant(seed.world.acme.scope, party="tenant"):
        fruitless.note(text="search-secret-a", language="fr")
        seed.ids["search_of_A"] = FruitlessSearch.objects.get().pk
        data = SynonymData("", ("SYNONYM-SECRET-A", "vis"))
        seed.ids["synonym_of_A"] = save_synonym(data=data, actor=seed.world.acme.staff)
    with use_tenant(seed.world.bolt.scope, party="tenant"):
        fruitless.note(text="SECRET-A1", language="en")  # B's visitors look for it; only its count changes
    seed.texts |= {"search of A": "search-secret-a", "synonym of A": "SYNONYM-SECRET-A"}


def _imports(seed: Seed) -> None:
    """One file that waits, one that is checked (with a refused row), one that is applied."""
    for name in ("uploaded", "checked", "applied", "stalled"):
        seed.ids[f"import_{name}"] = _uploaded(seed)
    for name in ("checked", "applied", "stalled"):
        _checked(seed, seed.ids[f"import_{name}"])
    outbox.drain()
    with use_tenant(seed.world.acme.scope, party="tenant"):
        imports.apply(import_id=seed.ids["import_applied"], actor=seed.world.acme.staff)
    seed.texts |= {"import of A": "import-secret-a.csv", "product of A": "Produit secret A"}


def _uploaded(seed: Seed) -> UUID:
    text = "SKU;Name FR;Name EN;Price\nSECRET-A1;Produit secret A;Produit secret A;1,20\n;Écrou;Nut;1,20\n"
    with use_tenant(seed.world.acme.scope, party="tenant"):
        return imports.upload(file=csv_file(text, name="import-secret-a.csv"), actor=seed.world.acme.staff)


def _watching(seed: Seed) -> dict[str, str]:
    """The form that asks to be told about goods that were never counted."""
    with use_tenant(seed.world.acme.scope):
        return {"watch": Variant.objects.get(sku="SECRET-A1").pk.hex}


def _checked(seed: Seed, import_id: UUID) -> None:
    with use_tenant(seed.world.acme.scope, party="tenant"):
        row = CatalogImport.objects.get(pk=import_id)
        mapping = {index: target for index, target in mapping_of(row).items() if target}
        choices = Choices(mapping, {}, row.price_list_code)
        imports.check(import_id=import_id, choices=choices, actor=seed.world.acme.staff)
    seed.choices = {f"column-{index}": target for index, target in mapping.items()}
    seed.choices["price_list"] = choices.price_list


def _stalled_import(seed: Seed) -> None:
    """Work that nobody does any more."""
    with use_tenant(seed.world.acme.scope, party="tenant"):
        imports.apply(import_id=seed.ids["import_stalled"], actor=seed.world.acme.staff)
        long_ago = timezone.now() - timedelta(hours=1)
        CatalogImport.objects.filter(pk=seed.ids["import_stalled"]).update(alive_at=long_ago, applied_at=long_ago)


def _media_imports(seed: Seed) -> None:
    """A ZIP whose file fits no product: it can be tried again; and one that nobody works on."""
    with use_tenant(seed.world.acme.scope, party="tenant"):
        for name in ("done", "stalled"):
            file = SimpleUploadedFile("media-secret-a.zip", zip_bytes({"media-secret-a.pdf": b"%PDF-"}))
            seed.ids[f"media_import_{name}"] = media_imports.upload(file=file, actor=seed.world.acme.staff)
    outbox.drain()
    with use_tenant(seed.world.acme.scope, party="tenant"):
        named = MediaImport.objects.create(filename="named.csv", catalog_import_id=uuid7(), state="waiting")
        seed.ids["media_import_named"] = named.pk
        brought = MediaImport.objects.create(filename="brought.zip", state=MediaImportState.DONE)
        brought.items.create(position=0, source="brought.pdf", outcome="added")
        seed.ids["media_import_added"] = brought.pk
        long_ago = timezone.now() - timedelta(hours=1)
        stalled = MediaImport.objects.filter(pk=seed.ids["media_import_stalled"])
        stalled.update(state=MediaImportState.RUNNING, alive_at=long_ago)
    seed.texts |= {"archive of A": "media-secret-a.zip", "file of A": "media-secret-a.pdf"}


def _keys(seed: Seed) -> None:
    world = seed.world
    for name, tenant, company in (
        ("x@A", world.acme, world.delmas),
        ("y@A", world.acme, world.lecomte),
        ("x@B", world.bolt, world.delmas),
        ("z@B", world.bolt, world.nouvelle),
    ):
        seed.ids[f"key_{name}"] = uuid7()
        with use_tenant(tenant.scope, company_id=company.id):
            seed.keys[name] = keys.create_key(
                key_id=seed.ids[f"key_{name}"], name=f"KEY-SECRET-{name}", actor=company.buyer
            )
    for name, tenant in (("staffA@A", world.acme), ("staffB@B", world.bolt)):
        seed.ids[f"key_{name}"] = uuid7()
        with use_tenant(tenant.scope):
            seed.keys[name] = keys.create_key(
                key_id=seed.ids[f"key_{name}"], name=f"KEY-SECRET-{name}", actor=tenant.staff
            )
    for name, company in (("x@P", world.delmas), ("y@P", world.lecomte)):
        seed.ids[f"key_{name}"] = uuid7()
        with use_tenant(PLATFORM, company_id=company.id):
            seed.keys[name] = company_keys.create_key(
                key_id=seed.ids[f"key_{name}"], name=f"KEY-SECRET-{name}", actor=company.buyer
            )
    seed.texts |= {"key of X": "KEY-SECRET-x@P", "key of X at A": "KEY-SECRET-x@A", "key of A": "KEY-SECRET-staffA@A"}


def _sign_in(seed: Seed, applicant: Person) -> None:
    world = seed.world
    persons = {
        "x": world.delmas.admin,
        "y": world.lecomte.admin,
        "z": world.nouvelle.admin,
        "staffA": world.acme.owner,
        "staffB": world.bolt.owner,
        "operator": world.operator,
        "applicant": applicant,
    }
    for label in PEOPLE:
        person = persons.get(label.partition("@")[0])
        if person is None:
            continue
        client = Client(headers={"host": seed.host_of(label)})
        answer = client.post("/sign-in/", {"username": person.email, "password": PASSWORD})
        assert answer.status_code == 303, label
        seed.cookies[label] = client.cookies["session"].value
    seed.cookies |= {label: seed.cookies[of] for label, of in CARRIED.items()}


def claiming(seed: Seed, label: str, company_id: UUID) -> Seed:
    """The same seed, but this person's session says that it acts for a company, whether it may or not."""
    with use_tenant(PLATFORM):
        forged = SessionStore()  # a new one: no cache knows it
        forged.update({**SessionStore(seed.cookies[label]).load(), COMPANY_SESSION_KEY: company_id.hex})
        forged.create()
    return replace(seed, cookies={**seed.cookies, label: forged.session_key or ""})


# --- What the database holds -----------------------------------------------------------------------------------------
#: Tables that a request may write without anything having happened.
IGNORED_TABLES = frozenset({"django_session"})
#: Columns that say when something was last used, and how often.
IGNORED_COLUMNS = ["last_used_at", "last_asked_at", "asked_count"]


#: The tables of a schema with how many rows this transaction has written to each.
_TABLES = """
    SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE schemaname = %s ORDER BY 1
"""


def digest(seed: Seed) -> dict[str, str]:
    """A digest of every table of A, of B and of the platform, as this transaction sees them.

    Only tables that the transaction has written to are read; of the others the seed remembers what they hold.
    """
    found: dict[str, str] = {}
    for scope in (OPERATOR, seed.world.acme.scope, seed.world.bolt.scope):
        with use_tenant(scope), connection.cursor() as cursor:
            cursor.execute(_TABLES, [scope.schema_name])
            written = {name: bool(rows) for name, rows in cursor.fetchall() if name not in IGNORED_TABLES}
            names = [name for name in written if written[name] or f"{scope.schema_name}.{name}" not in seed.digests]
            if not names:
                continue
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{name}', md5(string_agg(r::text, ',' ORDER BY r::text)) "  # noqa: S608
                    f'FROM (SELECT to_jsonb(t) - %(ignored)s::text[] AS r FROM "{scope.schema_name}"."{name}" t) rows'
                    for name in names
                ),
                {"ignored": IGNORED_COLUMNS},
            )
            for name, value in cursor.fetchall():
                (found if written[name] else seed.digests)[f"{scope.schema_name}.{name}"] = value
    return {**seed.digests, **found}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Tables whose rows are not what they were."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


# --- The registry ----------------------------------------------------------------------------------------------------
Data = dict[str, Any] | Callable[[Seed], dict[str, Any]]


@dataclass(frozen=True)
class Public:
    """Nothing secret in the address itself: ``why``. Everybody may ask, and sees nobody else's texts.

    ``get`` is what a visitor on the host gets; None: there is no GET. ``posts`` says why POST is not tried here.
    """

    why: str
    get: int | None = 200
    args: dict[str, str] = field(default_factory=dict)
    query: Callable[[Seed], dict[str, Any]] = lambda _seed: {}
    posts: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """Tried by a test of its own, in a module of the suite."""

    module: str
    test: str


@dataclass(frozen=True)
class Case:
    """A method of a URL that works for ``right`` and for nobody else.

    ``args`` names ids of the seed. The right person gets ``status`` and sees the texts ``shows``. ``own`` are others
    who may do the same with what is their own: they are let in, and see nobody else's texts; their POST is not tried.
    """

    right: tuple[str, ...]
    args: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    data: Data = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    created: int = 303

    @property
    def status(self) -> int:
        return 200 if self.method == "GET" else self.created

    def payload(self, seed: Seed) -> dict[str, Any]:
        return filled(self.data, seed)


def filled(data: Data, seed: Seed) -> dict[str, Any]:
    """A form with the ids of the seed in it."""
    return data(seed) if callable(data) else dict(data)


def _api_post(data: Data, who: str = "key-staffA@A", created: int = 200, **args: str) -> Case:
    """What a system sends about X's request: A's own, or X's."""
    named = args or {"invitation_id": "x_rfq_A"}
    return Case((who,), named, method="POST", data=data, headers=API_ONCE, created=created)


def get(*right: str, shows: tuple[str, ...] = (), own: tuple[str, ...] = (), data: Data | None = None, **args: str):
    """A page."""
    return Case(right, args, "GET", data or {}, shows, own)


def post(*right: str, data: Data | None = None, own: tuple[str, ...] = (), **args: str):
    """A change."""
    return Case(right, args, "POST", data or {}, (), own)


BUYERS = ("x@A", "y@A", "z@A", "x@B", "y@B", "z@B")
ASKERS = ("x@P", "y@P", "z@P")
TERMS = {"term": f"{TermKind.NET.value}-30", "limit": "1000"}
API_ORDER = {"lines": [{"sku": "VN-1001", "quantity": "5"}], "po_number": "PO-3"}
API_ONCE = {"idempotency_key": "one"}
ADDRESS = {"label": "Site", "street": "1 rue Y", "postal_code": "59000", "city": "Lille", "country": "FR"}


BUDGET = {"period": "month", "starts_on": "2026-11-01", "amount": "100", "policy": "block"}


def _much_later(_seed: Seed) -> dict[str, str]:
    """A day after a quote's own last one."""
    return {"until": (timezone.localdate() + timedelta(days=90)).isoformat()}


def _return(seed: Seed) -> dict[str, str]:
    """A return of one more piece."""
    line = seed.ids["x_unpaid_line"].hex
    return {"form_key": uuid7().hex, "wish": "credit", f"line-{line}": "1", f"reason-{line}": "damaged"}


def _approve(seed: Seed) -> dict[str, Any]:
    """An approval of what waits."""
    return {"do": "approve", "digest": seed.versions["approval_digest"]}


def _deputy(seed: Seed) -> dict[str, Any]:
    """The approver of X, for today."""
    with use_tenant(PLATFORM):
        chief = User.objects.get(email="chief@delmas.example")
    day = timezone.localdate().isoformat()
    return {"deputy": chief.pk.hex, "starts_on": day, "ends_on": day}


def _message(_seed: Seed) -> dict[str, Any]:
    """A message with a file."""
    return {"body": "Bonjour", "token": uuid7().hex, "files": pdf_file()}


def _lines(seed: Seed) -> dict[str, Any]:
    """Products of both suppliers, as comparison and request name them."""
    world = seed.world
    return {"line": [f"{tenant.id.hex}:{tenant.variants['VN-1001'].hex}" for tenant in (world.acme, world.bolt)]}


def _goods_of_b(seed: Seed) -> dict[str, Any]:
    """An offer of B, where Y has no account."""
    bolt = seed.world.bolt
    return {"line": f"{bolt.id.hex}:{bolt.variants['VN-1001'].hex}", "quantity": "10"}


def _category(seed: Seed, tenant: str) -> dict[str, Any]:
    """A category of a tenant that means nothing on the marketplace."""
    return {f"node-{seed.ids[f'category_of_{tenant}'].hex}": ""}


def pdf_file() -> SimpleUploadedFile:
    """A small PDF, as a browser sends it."""
    return SimpleUploadedFile("sheet.pdf", b"%PDF-1.4\n%%EOF\n")


def new_request(seed: Seed, address: str = "") -> dict[str, Any]:
    """The form of a new request."""
    return {
        "title": "Châssis",
        "suppliers": [seed.ids["A"].hex],
        "deadline": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "currency": "EUR",
        "line-description": ["Vis"],
        "line-code": ["VN-1001"],
        "line-quantity": ["5000"],
        "line-unit": ["H87"],
        "line-requested_on": [""],
        "address": seed.ids[address].hex if address else "",
    }


def price_cells(seed: Seed, *, was: str, price: str) -> dict[str, Any]:
    """A row of a price list's grid."""
    key = seed.ids["variant_of_A"].hex
    return {f"was-{key}": was, f"from-{key}-0": "1", f"price-{key}-0": price}


def every_product(seed: Seed) -> dict[str, Any]:
    """A change of all products, with how many there are."""
    with use_tenant(seed.world.acme.scope, party="tenant"):
        return {"value": "archived", "count": str(Variant.objects.count())}


def offer_form(seed: Seed, line: str = "x_rfq_line") -> dict[str, Any]:
    """The form of a supplier's offer."""
    day = timezone.localdate() + timedelta(days=9)
    return {f"price-{seed.ids[line].hex}": "0.39", "valid_on": day.isoformat(), "message": "Franco"}


def _new_key(_seed: Seed) -> dict[str, Any]:
    """The form of another key."""
    return {"key_id": uuid7(), "name": "ERP"}


def api_offer(seed: Seed) -> dict[str, Any]:
    """An offer as a supplier's system sends it."""
    until = (timezone.now() + timedelta(days=9)).isoformat()
    return {"valid_until": until, "lines": [{"line": str(seed.ids["x_rfq_line"]), "unit_price": "0.39"}]}


def api_request(seed: Seed) -> dict[str, Any]:
    """A request as a company's system sends it."""
    until = (timezone.now() + timedelta(days=9)).isoformat()
    line = {"description": "Vis CHC M8×40 inox A4", "quantity": "50", "part_number": "VN-1001"}
    return {"title": "Vis", "deadline_at": until, "suppliers": [str(seed.ids["A"])], "lines": [line]}


def api_again(seed: Seed) -> dict[str, Any]:
    """X's template, asked again by a company's system."""
    until = (timezone.now() + timedelta(days=9)).isoformat()
    return {"template": str(seed.ids["x_template"]), "deadline_at": until}


def api_call_off(seed: Seed) -> dict[str, Any]:
    """A piece of X's agreement with A."""
    return {"lines": [{"line": str(seed.ids["x_agreement_line"]), "quantity": "1"}]}


def api_award(seed: Seed) -> dict[str, Any]:
    """A's offer is taken."""
    return {"versions": [{"version": str(seed.ids["x_rfq_version_A"])}]}


def api_counter(seed: Seed) -> dict[str, Any]:
    """Another price for A's offer."""
    return {"lines": [{"line": str(seed.ids["x_rfq_offered_A"]), "unit_price": "0.35"}]}


def recurring_form(seed: Seed) -> dict[str, Any]:
    """The form of a recurring order of X's list."""
    return {
        "list": str(seed.ids["x_list"]),
        "interval": "2",
        "frequency": "weeks",
        "starts_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "address": str(seed.ids["x_address"]),
        "announce_days": "2",
    }


def award_form(seed: Seed, rfq: str = "x_rfq") -> dict[str, Any]:
    """A request's only line goes to the offer of A."""
    line, offered = seed.ids[f"{rfq}_line"].hex, seed.ids[f"{rfq}_offered_A"].hex
    return {"version": seed.ids[f"{rfq}_version_A"].hex, f"line-{line}": offered}


def drawing_form(seed: Seed) -> dict[str, Any]:
    """The form of a drawing for a draft."""
    return {"files": SimpleUploadedFile("plan.pdf", b"%PDF-1.4\n%%EOF\n"), "line": ""}


def line_form(name: str, field: str) -> Callable[[Seed], dict[str, Any]]:
    """A text about a line."""
    return lambda seed: {field: "?", "line": seed.ids[name].hex}


def version_form(seed: Seed, rfq: str = "x_rfq") -> dict[str, Any]:
    """What a buyer answers to an offer."""
    version, line = seed.ids[f"{rfq}_version_A"].hex, seed.ids[f"{rfq}_line"].hex
    return {"version": version, f"price-{line}": "0.35", "message": "", "po_number": "PO-1"}


#: Others who are signed in, and have news of their own.
_SIGNED_IN = ("y@*", "z@*", "staffA@*", "staffB@*", "operator@*", "applicant@P")

REGISTRY: dict[str, Public | Elsewhere | tuple[Case, ...]] = {
    # every host
    "frontend:theme": Public("colours of the host that one is on"),
    "frontend:logo": (get("visitor@A", "*@A", "*@P", tenant_id="A"),),
    "frontend:language": Public("a cookie of one's own", get=None, posts="changes no row"),
    "account_sign_in": Public("the door itself", posts="tests/tenancy/test_hosts.py"),
    "account_code": Public("only after a right password", get=303, posts="tests/accounts/test_second_factor.py"),
    "account_forgotten": Public("the same answer for everybody", posts="tests/accounts/test_forgotten_password.py"),
    "account_reset": Public(
        "the link of a letter", get=404, args={"token": "=unknown"}, posts="tests/accounts/test_forgotten_password.py"
    ),
    "account_provider": Public("the door itself", posts="tests/accounts/test_single_sign_on.py"),
    "account_provider_go": Public("the door itself", get=404),
    "account_provider_start": Public("the door itself", get=404),
    "account_provider_back": Elsewhere("test_sign_in", "test_coming_back_without_having_begun_opens_nothing"),
    "account_passkey": Public("the door itself", posts="tests/accounts/test_passkeys.py"),
    "account_sign_out": Public("ends one's own session", get=None, posts="ends one's own session"),
    "account_choose_company": Public("one's own companies", get=303, posts="FOREIGN: company of X"),
    # one's own sign-in, on every host
    "security": Public("one's own sign-in", get=303),
    "security_end_sessions": Public("one's own sessions", get=None, posts="tests/accounts/test_sessions.py"),
    "security_confirm": Public("one's own password", get=303, posts="tests/accounts/test_sessions.py"),
    "security_password": Public("one's own password", get=303, posts="tests/accounts/test_sessions.py"),
    "security_required": Public("what a company asks of oneself", get=303),
    "security_code_app": Public("one's own factor", get=303, posts="tests/accounts/test_second_factor.py"),
    "security_remove_code_app": Public("one's own factor", get=None, posts="tests/accounts/test_second_factor.py"),
    "security_recovery_codes": Public("one's own codes", get=303, posts="tests/accounts/test_second_factor.py"),
    "security_passkey": Public("one's own passkeys", get=303, posts="tests/accounts/test_passkeys.py"),
    "security_remove_passkey": Public(
        "one's own passkeys", get=None, args={"passkey_id": "=1"}, posts="tests/accounts/test_passkeys.py"
    ),
    "company_provider": Elsewhere("test_sign_in", "test_a_provider_is_its_companys_and_its_domains_are_proven"),
    "company_security": (get("x@A", "x@*", shows=("name of X",), own=("y@*", "z@*")),),
    "company_second_factor": Elsewhere("test_sign_in", "test_only_who_runs_the_whole_company_asks_its_members"),
    # what one was told, on every host; at a supplier only what is about that one
    "notifications": (get("x@A", "x@P", shows=("order of X at A",), own=("x@B", *_SIGNED_IN)),),
    "notifications_bell": (get("x@A", "x@P", own=("x@B", *_SIGNED_IN)),),
    "notifications_open": (post("x@A", "x@P", notification_id="x_notice"),),
    "notifications_read": (post("x@A", "x@P", own=("x@B", *_SIGNED_IN)),),
    "notifications_preferences": (
        get("x@A", "x@*", own=_SIGNED_IN),
        post("x@A", "x@*", data=lambda _seed: dict.fromkeys(Group.values, "none"), own=_SIGNED_IN),
    ),
    "unsubscribe": Public(
        "the link of a letter", get=404, args={"token": "=unknown"}, posts="tests/notifications/test_unsubscribing.py"
    ),
    # a company's people, sites and roles, on every host
    "company_people": (get("x@A", "x@*", shows=("mail of X", "site of X", "invitation of X"), own=("y@*", "z@*")),),
    "company_person": (
        get("x@A", "x@*", member_id="x_member"),
        post("x@A", "x@*", data={"role": "buyer", "unit": ""}, member_id="x_member"),
        post("x@A", "x@*", data={"do": "remove"}, member_id="x_member"),
    ),
    "company_invite": (post("x@A", "x@*", data={"email": "new@secret.example", "role": "buyer"}, own=("y@*", "z@*")),),
    "company_invitation": (
        post("x@A", "x@*", data={"do": "send"}, invitation_id="x_invitation"),
        post("x@A", "x@*", data={"do": "withdraw"}, invitation_id="x_invitation"),
    ),
    "invitation": Public(
        "the link of a letter", get=404, args={"token": "=unknown"}, posts="tests/accounts/test_invitations.py"
    ),
    "company_joining": Public("one's own requests", get=303),
    "company_join_request": (
        get("x@A", "x@*", shows=("who asks to join X",), request_id="x_joining"),
        post("x@A", "x@*", data={"role": "buyer", "unit": ""}, request_id="x_joining"),
        post("x@A", "x@*", data={"do": "decline", "reason": "No"}, request_id="x_joining"),
    ),
    "company_new_unit": (post("x@A", "x@*", data={"name": "Site Y", "kind": "site"}, own=("y@*", "z@*")),),
    "company_unit": (
        get("x@A", "x@*", shows=("site of X",), unit_id="x_unit"),
        post("x@A", "x@*", data={"name": "Site Y", "kind": "site"}, unit_id="x_unit"),
        post("x@A", "x@*", data={"do": "remove"}, unit_id="x_unit"),
    ),
    "company_new_role": (
        get("x@A", "x@*", own=("y@*", "z@*")),
        post("x@A", "x@*", data={"name": "Role Y", "permissions": ["order"]}, own=("y@*", "z@*")),
    ),
    "company_role": (
        get("x@A", "x@*", shows=("role of X",), role_id="x_role"),
        post("x@A", "x@*", data={"name": "Role Y", "permissions": ["order"]}, role_id="x_role"),
        post("x@A", "x@*", data={"do": "remove"}, role_id="x_role"),
    ),
    "account_go": Public("tenants are public; the ticket is for oneself", get=303, args={"tenant_id": "A"}),
    "account_go_platform": Public("the ticket is for oneself", get=303),
    "account_enter": Elsewhere("test_hosts", "test_a_ticket_for_one_host_is_worth_nothing_on_another"),
    # marketplace
    "marketplace_home": Public("directory of suppliers"),
    "marketplace_search": (
        get("x@P", shows=("price of X at A",), own=("*@P",), data={"q": "VN-1001"}),
        get("visitor@P", "*@P", shows=("product of A",), data={"q": "SECRET-A1"}),
        get("visitor@P", "*@P", shows=("product of A",), data={"q": "SECRET-A1", "suggest": "1"}),
    ),
    "marketplace_compare": (get("x@P", shows=("price of X at A",), own=("*@P",), data=_lines),),
    "marketplace_goods": (
        get("x@P", shows=("price of X at A",), own=("*@P",), goods_id="goods"),
        get("visitor@P", "*@P", goods_id="goods"),
    ),
    "marketplace_goods_cart": (post("x@P", data=_goods_of_b, own=("z@P",), goods_id="goods"),),
    "marketplace_apply": Public("a form", posts="tests/operator/test_applications.py"),
    "marketplace_register": Public("a form", posts="tests/marketplace/test_registering.py"),
    "marketplace_application": (get("applicant@P", shows=("application",), application_id="application"),),
    "marketplace_documents": (get("x@P", shows=("order of X at A", "invoice of X at A"), own=ASKERS),),
    "marketplace_documents_csv": (get("x@P", shows=("order of X at A", "invoice of X at A"), own=ASKERS),),
    "marketplace_cart": (
        get("x@P", shows=("cart of X at A", "saved cart of X at A"), own=(*ASKERS, *BUYERS)),
        post(
            "x@P", data=lambda seed: {f"quantity-{seed.ids['x_cart_line'].hex}": "0"}, own=(*ASKERS, "*@A", "*@B")
        ),  # elsewhere it has no POST
    ),
    "marketplace_purchase": (get("x@P", shows=("purchase of X",), purchase_id="x_purchase"),),
    "marketplace_rfqs": (get("x@P", shows=("request of X to A", "request of X to both"), own=ASKERS),),
    "marketplace_rfq_new": (
        get("x@P", shows=("address of X",), own=ASKERS, data=_lines),
        post("x@P", data=lambda seed: new_request(seed, "x_address"), own=ASKERS),
    ),
    "marketplace_rfq": (
        get("x@P", shows=("request of X to A",), rfq_id="x_rfq"),
        get("x@P", shows=("request of X to both",), rfq_id="x_shared_rfq"),
        get("y@P", shows=("request of Y",), rfq_id="y_rfq"),
    ),
    "marketplace_rfq_change": (
        post("x@P", data={"act": "close", "reason": "No"}, rfq_id="x_rfq"),
        post("x@P", data={"act": "extend", "deadline": "2099-01-01"}, rfq_id="x_rfq"),
    ),
    "marketplace_rfq_drop": (post("x@P", rfq_id="x_draft"),),
    "marketplace_rfq_reckon": (post("x@P", data={"capital_rate": "4"}, rfq_id="x_rfq"),),
    "marketplace_rfq_export": (get("x@P", shows=(), rfq_id="x_shared_rfq"), get("y@P", shows=(), rfq_id="y_rfq")),
    "marketplace_rfq_award": (
        get("x@P", shows=("request of X to both",), rfq_id="x_shared_rfq"),
        post("x@P", data=award_form, rfq_id="x_rfq"),
    ),
    "marketplace_rfq_templates": (get("x@P", shows=("template of X",), own=ASKERS),),
    "marketplace_rfq_template": (post("x@P", data={"template_name": "Again"}, rfq_id="x_rfq"),),
    "marketplace_rfq_template_drop": (post("x@P", template_id="x_template"),),
    "marketplace_rfq_trail": (
        get("x@P", shows=("request of X to A",), rfq_id="x_rfq"),
        get("y@P", shows=("request of Y",), rfq_id="y_rfq"),
    ),
    "marketplace_rfq_trail_pdf": (
        get("x@P", shows=(), rfq_id="x_shared_rfq"),
        get("y@P", shows=(), rfq_id="y_rfq"),
    ),
    "marketplace_rfq_versions": (get("x@P", shows=(), rfq_id="x_shared_rfq", invitation_id="x_shared_rfq_A"),),
    "marketplace_rfq_negotiate": (
        get("x@P", shows=("offer of A to X",), rfq_id="x_shared_rfq", invitation_id="x_shared_rfq_A"),
        get("x@P", shows=("offer of B to X",), rfq_id="x_shared_rfq", invitation_id="x_shared_rfq_B"),
    ),
    "marketplace_api_keys": (
        get("x@P", shows=("key of X",), own=(*ASKERS, *BUYERS)),
        Case(("x@P",), method="POST", data=_new_key, own=(*ASKERS, *BUYERS), created=200),
    ),
    "marketplace_revoke_api_key": (post("x@P", key_id="key_x@P"),),
    "marketplace_rfq_talk": (
        get("x@P", shows=("question of A to X", "drawing of X"), rfq_id="x_shared_rfq"),
        get("y@P", shows=(), rfq_id="y_rfq"),
    ),
    "marketplace_rfq_answer": (
        post("x@P", data={"act": "answer", "text": "Oui"}, rfq_id="x_shared_rfq", question_id="x_question"),
        post(
            "x@P",
            data={"act": "publish", "question": "?", "text": "Oui"},
            rfq_id="x_shared_rfq",
            question_id="x_question",
        ),
    ),
    "marketplace_rfq_presence": (get("x@P", shows=(), rfq_id="x_rfq"),),
    "marketplace_rfq_tell": (post("x@P", data={"news": "No"}, rfq_id="x_rfq"),),
    "marketplace_rfq_files": (post("x@P", data=drawing_form, rfq_id="x_draft"),),
    "marketplace_rfq_file": (get("x@P", shows=("drawing of X",), rfq_id="x_shared_rfq", file_id="x_drawing"),),
    "marketplace_rfq_file_remove": (post("x@P", rfq_id="x_draft", file_id="x_draft_file"),),
    "marketplace_rfq_offer_file": (
        get(
            "x@P",
            shows=("data sheet of A",),
            rfq_id="x_shared_rfq",
            invitation_id="x_shared_rfq_A",
            file_id="x_sheet_A",
        ),
    ),
    "marketplace_rfq_counter": (post("x@P", data=version_form, rfq_id="x_rfq", invitation_id="x_rfq_A"),),
    "marketplace_rfq_accept": (post("x@P", data=version_form, rfq_id="x_rfq", invitation_id="x_rfq_A"),),
    # operator's console
    "operator_home": (get("operator@P", shows=("application",)),),
    "operator_applications": (get("operator@P", shows=("application",)),),
    "operator_application": (get("operator@P", shows=("application",), application_id="application"),),
    "operator_application_approve": (post("operator@P", application_id="application"),),
    "operator_application_refuse": (post("operator@P", data={"reason": "No"}, application_id="application"),),
    "operator_tenants": (get("operator@P"),),
    "operator_tenant_state": (post("operator@P", data={"to": "suspended", "reason": "x"}, tenant_id="A"),),
    "operator_reports": (get("operator@P", shows=("report of A", "company nobody knows")),),
    "operator_report_decide": (
        post("operator@P", data={"act": "dismiss"}, report_id="report"),
        post("operator@P", data={"act": "stop", "reason": "No"}, report_id="report"),
    ),
    "operator_stop_lift": (post("operator@P", stop_id="stop"),),
    "operator_companies": (get("operator@P", shows=("company nobody knows",)),),
    "operator_company_verify": (post("operator@P", company_id="unknown_company"),),
    "operator_taxonomy": (get("operator@P"),),
    "operator_domains": (get("operator@P", shows=("new domain of A",)),),
    "operator_domain_verify": (post("operator@P", domain_id="domain"),),
    "operator_domain_remove": (post("operator@P", domain_id="domain"),),
    "operator_sign_in_domains": (get("operator@P", shows=("domain of X",)),),
    "operator_sign_in_domain": (post("operator@P", domain_id="x_domain"),),
    "operator_jobs": (get("operator@P", shows=("failed job",)),),
    "operator_job_retry": (post("operator@P", data={"kind": "task"}, failure_id="failure"),),
    # supplier's back office
    "portal_home": (get("staffA@A", shows=("name of X", "name of Z"), own=("staffB@B",)),),
    "portal_customers": (
        get("staffA@A", shows=("name of X", "name of Y", "name of Z"), own=("staffB@B",)),
        get("staffB@B", shows=("name of X", "name of Z"), own=("staffA@A",)),
    ),
    "portal_customer": (
        get("staffA@A", shows=("name of X", "mail of X"), customer_id="x_customer"),
        get("staffA@A", shows=("message of Z to A", "document of Z to A"), customer_id="pending"),
        get("staffA@A", shows=("why A blocked a customer",), customer_id="blocked"),
        get("staffB@B", shows=("name of Z", "price list of B"), customer_id="z_customer_at_B"),
    ),
    "portal_customer_act": (post("staffA@A", customer_id="x_customer"),),
    "portal_customer_approve": (post("staffA@A", data=TERMS, customer_id="pending"),),
    "portal_customer_refuse": (post("staffA@A", data={"reason": "No"}, customer_id="pending"),),
    "portal_customer_terms": (post("staffA@A", data=TERMS, customer_id="x_customer"),),
    "portal_customer_ordering": (
        get("staffA@A", customer_id="x_customer"),
        post("staffA@A", data={"po_required": "yes"}, customer_id="x_customer"),
    ),
    "portal_ordering": (
        get("staffA@A", own=("staffA@A", "staffB@B")),
        post("staffA@A", data={"po_required": "yes"}, own=("staffA@A", "staffB@B")),
    ),
    "portal_account_documents": (
        get("staffA@A", own=("staffA@A", "staffB@B")),
        post("staffA@A", data={"label_fr": "RIB", "label_en": "Bank details"}, own=("staffA@A", "staffB@B")),
    ),
    "portal_account_document": (get("staffA@A", shows=("content of Z to A",), document_id="document"),),
    "portal_account_document_again": (
        get("staffA@A", shows=("document of Z to A",), document_id="document"),
        post("staffA@A", data={"reason": "Too old"}, document_id="document"),
    ),
    "portal_vat": (
        get("staffA@A", own=("staffA@A", "staffB@B")),
        post("staffA@A", data={"regime": "franchise"}, own=("staffA@A", "staffB@B")),
    ),
    "portal_customer_vat": (
        get("staffA@A", customer_id="x_customer"),
        post(
            "staffA@A",
            data={"vat_number": "BE0403019261", "outcome": "valid", "reason": "VIES by phone"},
            customer_id="x_customer",
        ),
    ),
    "portal_customer_vat_ask": (post("staffA@A", customer_id="x_customer"),),
    "portal_customer_block": (post("staffA@A", data={"reason": "No"}, customer_id="x_customer"),),
    "portal_customer_unblock": (post("staffA@A", customer_id="blocked"),),
    "portal_orders": (
        get("staffA@A", shows=("order of X at A", "PO of X at A", "PO of Y"), own=("staffB@B",)),
        get("staffB@B", shows=("PO of X at B",), own=("staffA@A",)),
    ),
    "portal_order": (
        get("staffA@A", shows=("order of X at A", "PO of X at A"), order_id="x_shipped"),
        get("staffA@A", shows=("parcel of X at A", "address of X"), order_id="x_shipping"),
        get("staffB@B", shows=("PO of X at B",), order_id="x_order_at_B"),
    ),
    "portal_order_confirm": (post("staffA@A", order_id="x_placed"),),
    "portal_order_quote_prices": (post("staffA@A", data=_much_later, order_id="x_unpaid"),),
    "portal_order_cut": (
        get("staffA@A", order_id="x_shipping"),
        post(
            "staffA@A",
            data=lambda seed: {f"line-{seed.ids['x_line'].hex}": "1", "reason": "None left"},
            order_id="x_confirmed",
        ),
    ),
    "portal_order_cancel": (post("staffA@A", data={"whole-reason": "None left"}, order_id="x_placed"),),
    "portal_order_earlier": (get("staffA@A", shows=("amended PO of X at A",), order_id="x_amended"),),
    "portal_order_ship": (
        post("staffA@A", data=lambda seed: {f"line-{seed.ids['x_line'].hex}": "1"}, order_id="x_confirmed"),
    ),
    "portal_order_track": (
        post(
            "staffA@A",
            data=lambda seed: {f"{seed.ids['x_parcel'].hex}-code": "in_transit"},
            order_id="x_shipping",
            shipment_id="x_parcel",
        ),
    ),
    "portal_invoices": (get("staffA@A", shows=("invoice of X at A",), own=("staffB@B",)),),
    "portal_agreements": (get("staffA@A", shows=("agreement of X at A",), own=("staffB@B",)),),
    "portal_agreement": (
        get("staffA@A", shows=("agreement of X at A",), agreement_id="x_agreement"),
        post("staffA@A", data={"do": "close", "reason": "No steel"}, agreement_id="x_agreement"),
    ),
    "portal_agreement_csv": (get("staffA@A", shows=("agreement of X at A",), agreement_id="x_agreement"),),
    "portal_returns": (get("staffA@A", shows=("order of X at A",), own=("staffB@B",)),),
    "portal_return": (
        get("staffA@A", shows=("return of X at A", "credit note of X at A"), return_id="x_credited_return"),
        post("staffA@A", data={"step": "accept"}, return_id="x_return"),
    ),
    "portal_credit_note": (
        get("staffA@A", shows=("credit note of X at A",), note_id="x_credit_note"),
        post("staffA@A", data={"do": "paid"}, note_id="x_credit_note"),
    ),
    "portal_invoice": (get("staffA@A", shows=("invoice of X at A",), invoice_id="x_invoice"),),
    "portal_notifications": (get("staffA@A", shows=("order of X at A",), own=("staffB@B",)),),
    "portal_notifications_bell": (get("staffA@A", own=("staffB@B",)),),
    "portal_notifications_open": (post("staffA@A", notification_id="a_notice"),),
    "portal_notifications_read": (post("staffA@A", own=("staffB@B",)),),
    "portal_threads": (get("staffA@A", own=("staffB@B",)),),
    "portal_messages": (
        get("staffA@A", shows=("talk of X and A", "file of X and A"), document_id="x_document"),
        post("staffA@A", data=_message, document_id="x_document"),
    ),
    "portal_message_file": (get("staffA@A", document_id="x_document", attachment_id="x_attachment"),),
    "portal_rfqs": (
        get("staffA@A", shows=("request of X to A", "request of X to both", "request of Y"), own=("staffB@B",)),
        get("staffB@B", shows=("request of X to both",), own=("staffA@A",)),
    ),
    "portal_rfq": (
        get("staffA@A", shows=("request of X to A",), invitation_id="x_rfq_A"),
        get("staffA@A", shows=("offer of A to X",), invitation_id="x_shared_rfq_A"),
        get("staffB@B", shows=("offer of B to X",), invitation_id="x_shared_rfq_B"),
        get("staffA@A", shows=("answer of A that waits",), invitation_id="y_rfq_A"),
        post("staffA@A", data=offer_form, invitation_id="x_rfq_A"),
    ),
    "portal_rfq_desk": (post("staffA@A", data={"act": "take"}, invitation_id="x_rfq_A"),),
    "portal_rfq_draft": (post("staffA@A", data=offer_form, invitation_id="x_rfq_A"),),
    "portal_rfq_approval": (post("staffA@A", data=_refused_answer, invitation_id="y_rfq_A"),),
    "portal_quoting": (
        get("staffA@A", shows=("floor of A",), own=("staffB@B",)),
        post("staffA@A", data={"max_discount_rate": "7", "at_once_days": "9"}, own=("staffB@B",)),
    ),
    "portal_quoting_floor": (post("staffA@A", data={"sku": "VN-1002", "unit_price": "0.5"}, own=("staffB@B",)),),
    "portal_quoting_floor_remove": (post("staffA@A", floor_id="floor_of_A"),),
    "portal_rfq_talk": (
        get("staffA@A", shows=("question of A to X", "drawing of X"), invitation_id="x_shared_rfq_A"),
        get("staffB@B", shows=("drawing of X",), invitation_id="x_shared_rfq_B"),
        post("staffA@A", data={"text": "?"}, invitation_id="x_rfq_A"),
    ),
    "portal_rfq_presence": (get("staffA@A", shows=(), invitation_id="x_rfq_A"),),
    "portal_rfq_file": (
        get("staffA@A", shows=("drawing of X",), invitation_id="x_shared_rfq_A", file_id="x_drawing"),
        get("staffB@B", shows=("drawing of X",), invitation_id="x_shared_rfq_B", file_id="x_drawing"),
    ),
    "portal_rfq_offer_file": (
        get("staffA@A", shows=("data sheet of A",), invitation_id="x_shared_rfq_A", file_id="x_sheet_A"),
    ),
    "portal_rfq_trail": (
        get("staffA@A", shows=("request of X to both",), invitation_id="x_shared_rfq_A"),
        get("staffB@B", shows=("request of X to both",), invitation_id="x_shared_rfq_B"),
    ),
    "portal_rfq_trail_pdf": (
        get("staffA@A", shows=(), invitation_id="x_shared_rfq_A"),
        get("staffB@B", shows=(), invitation_id="x_shared_rfq_B"),
    ),
    "portal_rfq_versions": (get("staffA@A", shows=(), invitation_id="x_shared_rfq_A"),),
    "portal_rfq_report": (post("staffB@B", data={"spam_reason": "No"}, invitation_id="x_shared_rfq_B"),),
    "portal_rfq_withdraw": (post("staffA@A", data={"withdraw_reason": "No"}, invitation_id="x_rfq_A"),),
    "portal_rfq_decline": (post("staffA@A", data={"reason": "No"}, invitation_id="x_rfq_A"),),
    "portal_api_keys": (
        get("staffA@A", shows=("key of A",), own=("staffB@B",)),
        Case(
            ("staffA@A",),
            method="POST",
            data=_new_key,
            own=("staffB@B",),
            created=200,
        ),
    ),
    "portal_revoke_api_key": (post("staffA@A", key_id="key_staffA@A"),),
    "portal_catalog": (get("staffA@A", shows=("product of A",), own=("staffB@B",)),),
    "portal_product": (
        get("staffA@A", shows=("price of X at A",), variant_id="variant_of_A"),
        get("staffA@A", shows=("draft of A", "media of A"), variant_id="draft_of_A"),
    ),
    "portal_product_state": (post("staffA@A", data={"state": "archived"}, variant_id="variant_of_A"),),
    # supplier's back office: the product editor, and how goods are described
    "portal_pack": (
        get("staffA@A", shows=("draft of A",), variant_id="draft_of_A"),
        post(
            "staffA@A",
            data={"kind": "fixed", "currency": "EUR", "parts-sku-0": "VN-1002", "parts-quantity-0": "2"},
            variant_id="draft_of_A",
        ),
    ),
    "portal_pack_dissolve": (post("staffA@A", variant_id="variant_of_kit"),),
    "portal_image": (get("staffA@A", media_id="draft_image_of_A", version="draft_image_version", size="=96"),),
    "portal_document": (get("staffA@A", media_id="draft_data_sheet_of_A", version="draft_data_sheet_version"),),
    "portal_product_new": (
        get("staffA@A", shows=("family of A",), own=("staffB@B",)),
        post("staffA@A", data={"sku": "N-1", "name_fr": "Vis", "base_unit": "H87"}, own=("staffB@B",)),
    ),
    "portal_product_save": (
        post("staffA@A", data={"name_fr": "Vis"}, variant_id="variant_of_A", section="=texts"),
        post("staffA@A", data={"tax_rate": "20"}, variant_id="variant_of_A", section="=codes"),
        post("staffA@A", data={}, variant_id="variant_of_A", section="=measures"),
    ),
    "portal_product_relate": (
        post("staffA@A", data={"sku": "VN-1002", "kind": "alternative"}, variant_id="variant_of_A"),
    ),
    "portal_product_media": (
        post(
            "staffA@A",
            data=lambda _seed: {"upload": pdf_file(), "kind": "data_sheet", "title_fr": "x"},
            variant_id="variant_of_A",
        ),
    ),
    "portal_product_media_change": (
        post("staffA@A", data={"title_fr": "x"}, variant_id="draft_of_A", media_id="draft_image_of_A"),
        post("staffA@A", data={"remove": "1"}, variant_id="draft_of_A", media_id="draft_data_sheet_of_A"),
    ),
    "portal_product_unrelate": (post("staffA@A", variant_id="variant_of_A", relation_id="relation_of_A"),),
    "portal_categories": (
        get("staffA@A", shows=("category of A",), own=("staffB@B",)),
        post("staffA@A", data={"name_fr": "Rayon"}, own=("staffB@B",)),
    ),
    "portal_category": (
        get("staffA@A", shows=("category of A",), category_id="empty_category_of_A"),
        post("staffA@A", data={"name_fr": "Rayon"}, category_id="empty_category_of_A"),
        post("staffA@A", data={"action": "delete"}, category_id="empty_category_of_A"),
    ),
    "portal_families": (get("staffA@A", shows=("family of A", "attribute of A"), own=("staffB@B",)),),
    "portal_family_new": (
        get("staffA@A", shows=("attribute of A",), own=("staffB@B",)),
        post("staffA@A", data={"name_fr": "Vis", "code": "vis"}, own=("staffB@B",)),
    ),
    "portal_family": (
        get("staffA@A", shows=("family of A",), family_id="family_of_A"),
        post("staffA@A", data={"name_fr": "Vis", "code": "vis"}, family_id="family_of_A"),
    ),
    "portal_family_delete": (post("staffA@A", family_id="family_of_A"),),
    "portal_attribute_new": (
        get("staffA@A", own=("staffB@B",)),
        post("staffA@A", data={"label_fr": "Longueur", "kind": "number", "unit": "mm"}, own=("staffB@B",)),
    ),
    "portal_attribute": (
        get("staffA@A", shows=("attribute of A",), attribute_id="attribute_of_A"),
        post("staffA@A", data={"label_fr": "Longueur", "kind": "text"}, attribute_id="attribute_of_A"),
    ),
    "portal_attribute_delete": (post("staffA@A", attribute_id="attribute_of_A"),),
    # supplier's back office: searches without result, and synonyms
    "portal_taxonomy": (
        get("staffA@A", own=("staffB@B",)),
        post("staffA@A", data=lambda seed: _category(seed, "A"), own=("staffB@B",)),
    ),
    "portal_searches": (get("staffA@A", shows=("search of A", "synonym of A"), own=("staffB@B",)),),
    "portal_search_dismiss": (post("staffA@A", search_id="search_of_A"),),
    "portal_synonym_new": (
        get("staffA@A", own=("staffB@B",)),
        post("staffA@A", data={"words": "goujon\ntige filetée"}, own=("staffB@B",)),
    ),
    "portal_synonym": (
        get("staffA@A", shows=("synonym of A",), synonym_id="synonym_of_A"),
        post("staffA@A", data={"words": "goujon\ntige filetée"}, synonym_id="synonym_of_A"),
    ),
    "portal_synonym_delete": (post("staffA@A", synonym_id="synonym_of_A"),),
    "portal_appearance": (
        get("staffA@A", shows=("new domain of A",), own=("staffB@B",)),
        post("staffA@A", data={"primary": "#123456", "radius": "8"}, own=("staffB@B",)),
    ),
    "portal_domain_new": (post("staffA@A", data={"domain": "another-a.example"}, own=("staffB@B",)),),
    "portal_domain_remove": (post("staffA@A", domain_id="domain"),),
    "portal_imports": (
        get("staffA@A", shows=("import of A",), own=("staffB@B",)),
        post("staffA@A", data=lambda _seed: {"file": csv_file("SKU;Name;Price\nN-1;Nut;1\n")}, own=("staffB@B",)),
    ),
    "portal_import": (get("staffA@A", shows=("import of A",), import_id="import_checked"),),
    "portal_import_format": (
        post(
            "staffA@A",
            data={"header_line": "1", "encoding": "utf-8", "delimiter": ";"},
            import_id="import_uploaded",
        ),
    ),
    "portal_import_check": (post("staffA@A", data=lambda seed: seed.choices, import_id="import_uploaded"),),
    "portal_import_apply": (post("staffA@A", import_id="import_checked"),),
    "portal_import_cancel": (post("staffA@A", import_id="import_uploaded"),),
    "portal_import_resume": (post("staffA@A", import_id="import_stalled"),),
    "portal_import_refused": (get("staffA@A", import_id="import_checked"),),
    "portal_import_issues": (get("staffA@A", import_id="import_checked"),),
    # pictures and documents by ZIP
    "portal_media_imports": (
        get("staffA@A", shows=("archive of A",), own=("staffB@B",)),
        post(
            "staffA@A",
            data=lambda _seed: {"file": SimpleUploadedFile("a.zip", zip_bytes({"n.pdf": b"%PDF-"}))},
            own=("staffB@B",),
        ),
    ),
    "portal_media_import": (get("staffA@A", shows=("archive of A", "file of A"), import_id="media_import_done"),),
    "portal_media_import_cancel": (post("staffA@A", import_id="media_import_stalled"),),
    "portal_media_import_files": (
        post(
            "staffA@A",
            data=lambda _seed: {"file": SimpleUploadedFile("a.zip", zip_bytes({"n.pdf": b"%PDF-"}))},
            import_id="media_import_named",
        ),
    ),
    "portal_media_import_go_on": (post("staffA@A", import_id="media_import_done"),),
    "portal_media_import_undo": (post("staffA@A", import_id="media_import_added"),),
    "portal_media_import_report": (get("staffA@A", shows=("file of A",), import_id="media_import_done"),),
    # what imports remember
    "portal_import_forget": (post("staffA@A", import_id="import_uploaded"),),
    "portal_import_changes": (get("staffA@A", import_id="import_applied"),),
    "portal_import_changes_csv": (get("staffA@A", import_id="import_applied"),),
    "portal_import_undo": (get("staffA@A", import_id="import_applied"), post("staffA@A", import_id="import_applied")),
    # many products at once
    "portal_bulk": (
        get("staffA@A", shows=("product of A", "segment of A"), own=("staffB@B",)),
        post(
            "staffA@A",
            data=lambda seed: {
                f"was-{seed.ids['variant_of_A'].hex}": "|||||active|",
                f"state-{seed.ids['variant_of_A'].hex}": "archived",
            },
            own=("staffB@B",),
        ),
    ),
    "portal_catalog_export": (
        get("staffA@A", own=("staffB@B",), data={"form": "comma", "q": "SECRET-A1"}),
        get("staffA@A", own=("staffB@B",), data={"form": "xlsx"}),
    ),
    "portal_bulk_all": (post("staffA@A", data=every_product, own=("staffB@B",), column="=state"),),
    "portal_bulk_change": Elsewhere(
        "test_bulk_changes", "test_a_change_in_bulk_is_seen_and_stopped_by_its_own_staff_only"
    ),
    "portal_bulk_stop": Elsewhere(
        "test_bulk_changes", "test_a_change_in_bulk_is_seen_and_stopped_by_its_own_staff_only"
    ),
    # prices and visibility
    "portal_prices": (
        get("staffA@A", shows=("batch of A", "name of X"), own=("staffB@B",)),
        post("staffA@A", data={"name": "Pro", "code": "pro", "currency": "EUR"}, own=("staffB@B",)),
    ),
    "portal_price_list": (
        get("staffA@A", shows=("price of X at A", "name of X"), list_id="list_of_A"),
        post("staffA@A", data=lambda seed: price_cells(seed, was="1=0.3173", price="0.32"), list_id="list_of_A"),
    ),
    "portal_price_list_change": (post("staffA@A", data={"name": "Autre"}, list_id="list_of_A"),),
    "portal_price_list_give": (post("staffA@A", data={"customer": "Garage Lecomte"}, list_id="list_of_A"),),
    "portal_price_list_take": (post("staffA@A", list_id="spare_list", assignment_id="assignment"),),
    "portal_price_list_paste": (post("staffA@A", data={"rows": "VN-1001;0.31", "target": "now"}, list_id="list_of_A"),),
    "portal_price_batches": (
        get("staffA@A", shows=("batch of A",), own=("staffB@B",)),
        post("staffA@A", data={"name": "x"}, own=("staffB@B",)),
    ),
    "portal_price_batch": (get("staffA@A", shows=("batch of A",), batch_id="batch_draft"),),
    "portal_price_batch_raise": (post("staffA@A", data={"rate": "3", "decimals": "4"}, batch_id="batch_draft"),),
    "portal_price_batch_file": (
        post(
            "staffA@A",
            data=lambda seed: {"price_list": str(seed.ids["list_of_A"]), "file": csv_file("SKU;Price\nVN-1001;0.31\n")},
            batch_id="batch_draft",
        ),
    ),
    "portal_price_batch_paste": (
        post(
            "staffA@A",
            data=lambda seed: {"rows": "VN-1001;0.31", "price_list": str(seed.ids["list_of_A"])},
            batch_id="batch_draft",
        ),
    ),
    "portal_price_batch_remove": (post("staffA@A", batch_id="batch_draft", line_id="batch_line"),),
    "portal_price_batch_publish": (post("staffA@A", batch_id="batch_draft"),),
    "portal_price_batch_cancel": (post("staffA@A", batch_id="batch_scheduled"),),
    "portal_price_batch_roll_back": (post("staffA@A", batch_id="batch_published"),),
    "portal_discounts": (get("staffA@A", shows=("discount of A",), own=("staffB@B",)),),
    "portal_discount_new": (
        get("staffA@A", shows=("segment of A",), own=("staffB@B",)),
        post("staffA@A", data={"name": "x", "rate": "1", "min_quantity": "5"}, own=("staffB@B",)),
    ),
    "portal_discount": (
        get("staffA@A", shows=("discount of A",), key="discount"),
        post("staffA@A", data={"name": "x", "rate": "1", "min_quantity": "5"}, key="discount"),
    ),
    "portal_discount_end": (post("staffA@A", key="discount"),),
    "portal_price_conflicts": (get("staffA@A", own=("staffB@B",)),),
    "portal_price_settings": (
        get("staffA@A", own=("staffB@B",)),
        post("staffA@A", data={"stacking": "cascade", "max_discount_rate": "9"}, own=("staffB@B",)),
    ),
    "portal_price_rate": (post("staffA@A", data={"source": "CHF", "rate": "2", "target": "EUR"}, own=("staffB@B",)),),
    "portal_price_rate_end": (post("staffA@A", data={"source": "USD", "target": "GBP"}, own=("staffB@B",)),),
    "portal_costs": (
        get("staffA@A", shows=("cost at A",), own=("staffB@B",)),
        post("staffA@A", data={"rows": "VN-1001;1;2", "currency": "EUR"}, own=("staffB@B",)),
    ),
    "portal_price_seen": (
        get(
            "staffA@A",
            shows=("name of X", "price of X at A"),
            own=("staffB@B",),
            data={"customer": "552100554", "sku": "VN-1001", "quantity": "1"},
        ),
    ),
    "portal_segments": (get("staffA@A", shows=("segment of A",), own=("staffB@B",)),),
    "portal_segment_new": (
        get("staffA@A", own=("staffB@B",)),
        post("staffA@A", data={"name": "Belges", "country": "BE"}, own=("staffB@B",)),
    ),
    "portal_segment": (
        get("staffA@A", shows=("segment of A",), segment_id="segment_of_A"),
        post("staffA@A", data={"name": "Belges", "country": "BE"}, segment_id="segment_of_A"),
    ),
    "portal_visibility": (get("staffA@A", shows=("segment of A",), own=("staffB@B",)),),
    "portal_visibility_defaults": (post("staffA@A", data={"customers_see": "on"}, own=("staffB@B",)),),
    "portal_visibility_public": (post("staffA@A", data={"are_public": "on"}, own=("staffB@B",)),),
    "portal_visibility_add": (post("staffA@A", data={"effect": "hide", "product": "VN-1005"}, own=("staffB@B",)),),
    "portal_visibility_remove": (post("staffA@A", rule_id="visibility"),),
    "portal_customer_profile": (post("staffA@A", data={"country": "BE", "currency": "EUR"}, customer_id="x_customer"),),
    "storefront_price": (get("x@A", shows=("price of X at A",), own=("y@A",), variant_id="variant_of_A"),),
    # changing an order
    #
    "storefront_order_change": (
        get("x@A", shows=("PO of X at A", "address of X"), order_id="x_placed"),
        post("x@A", data={"version": "1", "po_number": "PO-9", "step": "save"}, order_id="x_placed"),
    ),
    "storefront_order_cancel": (post("x@A", data={"reason": "Twice"}, order_id="x_placed"),),
    "storefront_order_earlier": (get("x@A", shows=("amended PO of X at A",), order_id="x_amended"),),
    #
    # ordering again
    "storefront_again": (get("x@A", shows=("price of X at A",), own=("y@A", "x@B", "z@B"), data={"again": "own"}),),
    "storefront_order_again": (
        post("x@A", order_id="x_shipped"),
        post("y@A", order_id="y_order"),
        get("x@A", shows=("order of X at A",), order_id="x_shipped"),
    ),
    "storefront_quick_progress": (get("x@A", own=BUYERS),),
    "storefront_stock_alerts": (
        get("x@A", own=BUYERS),
        post("x@A", data=_watching, own=BUYERS),
    ),
    # storefront
    "storefront_home": Public("the shop's window"),
    "storefront_listing": (
        get("x@A", shows=("price of X at A",), own=("*@A", "*@B"), data={"q": "VN-1001"}),
        get("visitor@A", "*@A", shows=("product of A",), own=("*@B",), data={"q": "SECRET-A1"}),
    ),
    "storefront_product": (
        get("visitor@A", "*@A", shows=("product of A",), sku="=SECRET-A1"),
        get("x@A", shows=("price of X at A",), own=("*@A", "*@B"), sku="=VN-1001"),
    ),
    "storefront_numbers": (
        get("x@A", shows=("part number of X at A",), own=BUYERS),
        post("x@A", data={"number": "N-1", "code": "VN-1002"}, own=BUYERS),
    ),
    "storefront_numbers_import": (post("x@A", data={"text": "N-2;VN-1003"}, own=BUYERS),),
    "storefront_numbers_export": (get("x@A", shows=("part number of X at A",), own=BUYERS),),
    "storefront_number": (post("x@A", data={"number": "N-3"}, number_id="number_of_X"),),
    # purchase lists
    "storefront_lists": (
        get("x@A", shows=("list of X at A",), own=BUYERS),
        post("x@A", data={"name": "New", "from_cart": "1"}, own=BUYERS),
    ),
    "storefront_list_keep": (
        post(
            "x@A",
            data=lambda seed: {f"quantity-{seed.ids['variant_of_A'].hex}": "5", "list": "new", "name": "Kept"},
            own=BUYERS,
        ),
        post(
            "x@A",
            data=lambda seed: {f"quantity-{seed.ids['variant_of_A'].hex}": "5", "list": seed.ids["x_list"].hex},
            own=BUYERS,
        ),
    ),
    "storefront_list": (get("x@A", shows=("list of X at A",), list_id="x_list"),),
    "storefront_list_settings": (post("x@A", data={"name": "New", "sharing": "read"}, list_id="x_list"),),
    "storefront_list_delete": (post("x@A", list_id="x_spare_list"),),
    "storefront_list_lines": (
        post("x@A", data=lambda seed: {f"quantity-{seed.ids['x_list_line'].hex}": "5"}, list_id="x_list"),
    ),
    "storefront_list_add": (post("x@A", data={"code": "VN-1002", "quantity": "5"}, list_id="x_list"),),
    "storefront_list_cart": (post("x@A", data={"all": "1"}, list_id="x_list"),),
    "storefront_list_csv": (get("x@A", shows=("list of X at A",), list_id="x_list"),),
    "storefront_list_import": (
        post("x@A", data=lambda _seed: {"file": csv_file("SKU;Quantity\nVN-1002;5\n")}, list_id="x_list"),
    ),
    # recurring orders
    "storefront_recurring": (get("x@A", shows=("list of X at A",), own=BUYERS),),
    "storefront_recurring_new": (
        get("x@A", shows=("address of X",), own=BUYERS),
        post("x@A", data=recurring_form, own=BUYERS),
    ),
    "storefront_recurring_order": (
        get("x@A", shows=("list of X at A", "address of X"), recurring_id="x_recurring"),
        post("x@A", data=lambda seed: recurring_form(seed) | {"po_number": "N-9"}, recurring_id="x_recurring"),
    ),
    "storefront_recurring_act": (post("x@A", data={"do": "pause"}, recurring_id="x_recurring"),),
    # search engines
    "storefront_robots": Public("where search engines may go"),
    "storefront_sitemap": (
        get("visitor@A", "*@A", own=("*@B",), data={"part": "1"}),
        get("visitor@A", "*@A", own=("*@B",)),
    ),
    # packs, pictures and documents
    "storefront_configure": (get("x@A", shows=("price of X at A",), own=("*@A",), sku="=VN-1005"),),
    "storefront_cart_pack": (post("x@A", data={"quantity": "1"}, own=("y@A", "z@A"), sku="=VN-1005"),),
    "storefront_image": (get("visitor@A", "*@A", media_id="image_of_A", version="image_version", size="=96"),),
    "storefront_document": (get("visitor@A", "*@A", media_id="data_sheet_of_A", version="data_sheet_version"),),
    "storefront_suggest": (get("visitor@A", "*@A", shows=("product of A",), own=("*@B",), data={"q": "SECRET-A1"}),),
    "storefront_cart": (get("x@A", shows=("cart of X at A",), own=(*BUYERS, *ASKERS)),),
    "storefront_cart_add": (
        post("x@A", data=lambda seed: {f"quantity-{seed.ids['variant_of_A'].hex}": "5"}, own=BUYERS),
    ),
    "storefront_cart_update": (
        post("x@A", data=lambda seed: {f"quantity-{seed.ids['x_cart_line'].hex}": "0"}, own=BUYERS),
    ),
    "storefront_cart_prices": (post("x@A", data={"prices": ""}, own=BUYERS),),
    "storefront_cart_clear": (post("x@A", own=BUYERS),),
    # carts beside the current one
    "storefront_carts": (
        get("x@A", shows=("saved cart of X at A",), own=BUYERS),
        post("x@A", data={"name": "New"}, own=BUYERS),
    ),
    "storefront_carts_deleted": (get("x@A", shows=("saved cart of X at A",), own=BUYERS),),
    "storefront_cart_switch": (post("x@A", data=lambda seed: {"cart": seed.ids["x_saved_cart"].hex}),),
    "storefront_cart_saved": (get("x@A", shows=("saved cart of X at A", "cart of X at A"), cart_id="x_saved_cart"),),
    "storefront_cart_copy": (
        get("x@A", shows=("saved cart of X at A",), cart_id="x_saved_cart"),
        post("x@A", data={"name": "New"}, cart_id="x_saved_cart"),
    ),
    "storefront_cart_delete": (post("x@A", cart_id="x_spare_cart"),),
    "storefront_cart_restore": (post("x@A", cart_id="x_deleted_cart"),),
    "storefront_cart_settings": (
        get("x@A", shows=("saved cart of X at A",), cart_id="x_saved_cart"),
        post("x@A", data={"name": "New", "sharing": "read"}, cart_id="x_saved_cart"),
    ),
    "storefront_quick_order": (
        get("x@A", own=BUYERS),
        post("x@A", data={"pasted": "VN-1001 5", "add": "1"}, own=BUYERS),
    ),
    "storefront_quick_template": Public("column names"),
    "storefront_cart_csv": (get("x@A", shows=("cart file of X at A",), own=BUYERS),),
    "storefront_checkout": (
        get("x@A", shows=("address of X", "cart of X at A"), own=BUYERS),
        post("x@A", data=lambda seed: {"address": seed.ids["x_address"].hex, "po_number": "PO-2"}, own=BUYERS),
    ),
    "storefront_orders": (
        get("x@A", shows=("order of X at A", "PO of X at A"), own=BUYERS),
        get("x@B", shows=("PO of X at B",), own=BUYERS),
        get("y@A", shows=("PO of Y",), own=BUYERS),
    ),
    "storefront_order": (
        get("x@A", shows=("order of X at A", "PO of X at A"), order_id="x_shipped"),
        get("x@A", shows=("parcel of X at A", "address of X"), order_id="x_shipping"),
        get("x@B", shows=("PO of X at B",), order_id="x_order_at_B"),
        get("y@A", shows=("PO of Y",), order_id="y_order"),
    ),
    "storefront_invoices": (get("x@A", shows=("invoice of X at A",), own=BUYERS),),
    "storefront_order_return": (
        get("x@A", order_id="x_unpaid"),
        post("x@A", data=_return, order_id="x_unpaid"),
    ),
    "storefront_agreements": (get("x@A", shows=("agreement of X at A",), own=BUYERS),),
    "storefront_agreement": (
        get("x@A", shows=("agreement of X at A",), agreement_id="x_agreement"),
        post(
            "x@A",
            data=lambda seed: {f"qty-{seed.ids['x_agreement_line'].hex}": "1"},
            agreement_id="x_agreement",
        ),
    ),
    "storefront_agreement_csv": (get("x@A", shows=("agreement of X at A",), agreement_id="x_agreement"),),
    "storefront_returns": (get("x@A", shows=("order of X at A",), own=BUYERS),),
    "storefront_return": (
        get("x@A", shows=("return of X at A", "credit note of X at A"), return_id="x_credited_return"),
        post("x@A", data={"step": "withdrawn"}, return_id="x_return"),
    ),
    "storefront_credit_note": (get("x@A", shows=("credit note of X at A",), note_id="x_credit_note"),),
    "storefront_invoice": (get("x@A", shows=("invoice of X at A", "name of X"), invoice_id="x_invoice"),),
    "storefront_messages": (
        get("x@A", shows=("talk of X and A", "file of X and A"), document_id="x_document"),
        post("x@A", data=_message, document_id="x_document"),
    ),
    "storefront_message_file": (get("x@A", document_id="x_document", attachment_id="x_attachment"),),
    "storefront_invoice_pay": (post("x@A", invoice_id="x_unpaid_invoice"),),
    "storefront_test_gateway": (
        get("x@A", shows=("invoice of X at A",), intent_id="x_intent"),
        post("x@A", data={"answer": "pay"}, intent_id="x_intent"),
    ),
    "storefront_register": Public("a form", posts="tests/customers/test_registration.py"),
    "storefront_request_account": (
        get("y@B", own=(*BUYERS, "staffA@A", "staffA@B", "staffB@A", "staffB@B", "operator@A", "operator@B")),
        post("y@B", data={"message": "Bonjour"}, own=(*BUYERS, "staff?@A", "staff?@B", "operator@A", "operator@B")),
    ),
    "storefront_account_document": (get("z@A", shows=("content of Z to A",), document_id="document"),),
    "storefront_give_document": (
        post("z@A", data=lambda _seed: {"file": pdf_file()}, own=("x@A", "y@A", "z@A"), kind_id="document_kind"),
    ),
    "storefront_company": (get("x@A", shows=("name of X", "mail of X", "address of X"), own=BUYERS),),
    "storefront_on_behalf": (get("x@A", shows=("acting for X at A",), own=BUYERS),),
    "storefront_on_behalf_finish": Elsewhere("test_leaks", "test_only_who_acts_for_a_company_can_stop"),
    "storefront_api_keys": (
        get("x@A", shows=("key of X at A",), own=(*ASKERS, *BUYERS)),
        Case(("x@A",), method="POST", data=_new_key, own=(*ASKERS, *BUYERS), created=200),
    ),
    "storefront_revoke_api_key": (post("x@A", key_id="key_x@A"),),
    # limits and approvals
    "storefront_spending": (
        get("x@A", shows=("spending of X", "rule of X"), own=BUYERS),
        post("x@A", data={"do": "centre", "code": "NEW", "name": "New"}, own=BUYERS),
        post("x@A", data={"do": "ceiling", "about": "role:buyer", "period": "day", "amount": "9"}, own=BUYERS),
    ),
    "storefront_rule_new": (
        get("x@A", own=BUYERS),
        post("x@A", data={"name": "Rule", "role": "buyer", "tier1": ["role:administrator"]}, own=BUYERS),
    ),
    "storefront_cost_centre": (
        get("x@A", shows=("spending of X",), own=("x*",), centre_id="centre_of_X"),
        post("x@A", data=BUDGET, own=("x*",), centre_id="centre_of_X"),
    ),
    "storefront_approvals": (get("x@A", shows=("rule of X",), own=BUYERS),),
    "storefront_deputy": (post("x@A", data=_deputy, own=BUYERS),),
    "storefront_approval": (get("x@A", shows=("rule of X", "spending of X"), request_id="approval_of_X"),),
    "storefront_approval_decide": (post("x@A", data=_approve, request_id="approval_of_X"),),
    "storefront_mail_approval": Public(
        "the link of a letter", get=404, args={"token": "=unknown"}, posts="tests/orders/test_approval_by_mail.py"
    ),
    "storefront_approval_change": Elsewhere("test_leaks", "test_only_who_asked_for_an_approval_changes_the_order"),
    "storefront_company_vat": (post("x@A", data={"vat_number": "BE0403019261"}, own=BUYERS),),
    "storefront_new_address": (post("x@A", data=ADDRESS, own=BUYERS),),
    "storefront_address": (
        get("x@A", shows=("address of X",), own=("x*",), address_id="x_address"),
        post("x@A", data=ADDRESS, own=("x*",), address_id="x_address"),
        post("x@A", data={"do": "usual"}, own=("x*",), address_id="x_address"),
        post("x@A", data={"do": "billing"}, own=("x*",), address_id="x_address"),
        post("x@A", data={"do": "remove"}, own=("x*",), address_id="x_address"),
    ),
    # programs
    "api_schema": Public("the same for everybody"),
    "api_nothing": Public("there is nothing", get=404, posts="there is nothing"),
    "api_products": (
        get("key-x@A", shows=("price of X at A", "product of A"), own=("key-*",)),
        get("key-y@A", shows=("product of A",), own=("key-*",)),
    ),
    "api_product": (
        get("key-x@A", shows=("price of X at A",), own=("key-*",), sku="=VN-1001"),
        get("key-x@A", "key-y@A", shows=("product of A",), sku="=SECRET-A1"),
    ),
    "api_orders": (
        get("key-x@A", shows=("order of X at A", "PO of X at A"), own=("key-*",)),
        get("key-y@A", shows=("PO of Y",), own=("key-*",)),
        get("key-x@B", shows=("PO of X at B",), own=("key-*",)),
        Case(("key-x@A",), method="POST", data=API_ORDER, own=("key-*",), headers=API_ONCE, created=201),
    ),
    "api_carts": (
        get("key-x@A", shows=("saved cart of X at A",), own=("key-*",)),
        Case(
            ("key-x@A",),
            method="POST",
            data=lambda seed: {"owner": seed.world.delmas.admin.email, "name": "From the API"},
            own=("key-*",),
            headers=API_ONCE,
            created=201,
        ),
    ),
    "api_cart_switch": (Case(("key-x@A",), {"cart_id": "x_saved_cart"}, method="POST", created=200),),
    "api_order": (
        get("key-x@A", shows=("order of X at A", "PO of X at A"), order_id="x_shipped"),
        get("key-x@A", shows=("parcel of X at A",), order_id="x_shipping"),
        get("key-x@B", shows=("PO of X at B",), order_id="x_order_at_B"),
    ),
    "api_agreements": (get("key-x@A", shows=("agreement of X at A",), own=("key-*",)),),
    "api_agreement": (get("key-x@A", shows=("agreement of X at A",), agreement_id="x_agreement"),),
    "api_call_offs": (_api_post(api_call_off, "key-x@A", created=201, agreement_id="x_agreement"),),
    "api_supplier_agreements": (get("key-staffA@A", shows=("agreement of X at A",), own=("key-*",)),),
    "api_supplier_agreement": (get("key-staffA@A", shows=("agreement of X at A",), agreement_id="x_agreement"),),
    "api_suppliers": (get("key-x@P", "key-y@P"),),
    "api_requests": (
        get("key-x@P", shows=("request of X to A", "request of X to both"), own=("key-y@P",)),
        get("key-y@P", shows=("request of Y",), own=("key-x@P",)),
    ),
    "api_request": (
        get("key-x@P", shows=("request of X to A",), rfq_id="x_rfq"),
        get("key-x@P", shows=("offer of A to X", "offer of B to X"), rfq_id="x_shared_rfq"),
        Case(
            ("key-x@P",),
            {"rfq_id": "=01900000-0000-7000-8000-000000000001"},
            method="PUT",
            data=api_request,
            own=("key-y@P",),
            created=201,
        ),
    ),
    "api_request_comparison": (get("key-x@P", rfq_id="x_shared_rfq"),),
    "api_request_templates": (get("key-x@P", shows=("template of X",), own=("key-*",)),),
    "api_request_from_template": (
        Case(
            ("key-x@P",),
            {"rfq_id": "=01900000-0000-7000-8000-000000000002"},
            method="PUT",
            data=api_again,
            created=201,
        ),
    ),
    "api_request_lines": Elsewhere("test_leaks", "test_a_file_of_lines_is_read_for_a_companys_key_and_for_nobody_else"),
    "api_request_cancel": (_api_post({"reason": "No"}, "key-x@P", rfq_id="x_rfq"),),
    "api_request_close": (_api_post({"reason": "No"}, "key-x@P", rfq_id="x_rfq"),),
    "api_request_extend": (
        _api_post({"reason": "No", "deadline_at": "2099-01-01T00:00:00Z"}, "key-x@P", rfq_id="x_rfq"),
    ),
    "api_request_award": (_api_post(api_award, "key-x@P", rfq_id="x_rfq"),),
    "api_version_counter": (_api_post(api_counter, "key-x@P", version_id="x_rfq_version_A"),),
    "api_supplier_rfqs": (
        get("key-staffA@A", shows=("request of X to A", "request of X to both", "request of Y"), own=("key-*",)),
        get("key-staffB@B", shows=("request of X to both",), own=("key-*",)),
    ),
    "api_supplier_rfq": (
        get("key-staffA@A", shows=("request of X to A",), invitation_id="x_rfq_A"),
        get("key-staffA@A", shows=("offer of A to X",), invitation_id="x_shared_rfq_A"),
        get("key-staffB@B", shows=("offer of B to X",), invitation_id="x_shared_rfq_B"),
    ),
    "api_supplier_offers": (_api_post(api_offer, created=201),),
    "api_supplier_draft": (Case(("key-staffA@A",), {"invitation_id": "y_rfq_A"}, method="DELETE", created=200),),
    "api_supplier_decline": (_api_post({"reason": "No"}),),
    "api_supplier_withdraw": (_api_post({"reason": "No"}),),
    "api_supplier_talk": (
        get("key-staffA@A", shows=("question of A to X", "drawing of X"), invitation_id="x_shared_rfq_A"),
        get("key-staffB@B", shows=("drawing of X",), invitation_id="x_shared_rfq_B"),
    ),
    "api_supplier_ask": (_api_post({"text": "?"}, created=201),),
    "api_supplier_file": (
        get("key-staffA@A", shows=("drawing of X",), invitation_id="x_shared_rfq_A", file_id="x_drawing"),
        get("key-staffB@B", shows=("drawing of X",), invitation_id="x_shared_rfq_B", file_id="x_drawing"),
    ),
    "api_request_talk": (
        get("key-x@P", shows=("question of A to X", "drawing of X"), rfq_id="x_shared_rfq"),
        get("key-y@P", shows=(), rfq_id="y_rfq"),
    ),
    "api_request_answer": (
        _api_post({"text": "Oui", "to": "supplier"}, "key-x@P", rfq_id="x_shared_rfq", question_id="x_question"),
    ),
    "api_request_file": (get("key-x@P", shows=("drawing of X",), rfq_id="x_shared_rfq", file_id="x_drawing"),),
    "payments_webhook": Elsewhere("test_leaks", "test_a_message_of_the_gateway_counts_on_its_own_host_only"),
}


# --- Own addresses, foreign ids inside -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Foreign:
    """A form of one's own with somebody else's id in it: refused with ``status``, or passed over; nothing changes.

    ``control`` is the same with an id of one's own, which the person ``by`` (or ``control_by``) may send.
    """

    name: str
    by: str
    data: Data
    control: Data
    status: int = 422
    args: dict[str, str] = field(default_factory=dict)
    control_by: str = ""
    control_args: dict[str, str] | None = None
    method: str = "POST"
    does: bool = True


def _hex(key: str, name: str) -> Data:
    """A form with one id in it."""
    return lambda seed: {key: seed.ids[name].hex}


def _quantity(name: str, quantity: str) -> Data:
    return lambda seed: {f"quantity-{seed.ids[name].hex}": quantity}


def _terms(key: str, name: str) -> Data:
    return lambda seed: {**TERMS, key: str(seed.ids[name])}


def _purchase(address: str) -> Data:
    """An order of X's cart at A, as the marketplace's cart sends it."""
    return lambda seed: {
        "order": "1",
        "address": seed.ids[address].hex,
        f"cart-{seed.ids['A'].hex}": seed.ids["x_cart"].hex,
    }


Y_RFQ = {"rfq_id": "y_rfq", "invitation_id": "y_rfq_A"}
FOREIGN: dict[str, Foreign] = {
    "company of X": Foreign(
        "account_choose_company", "y@A", _hex("company", "X"), _hex("company", "Y"), status=404, does=False
    ),
    "product of A at B": Foreign(
        "storefront_cart_add", "x@B", _quantity("variant_of_A", "5"), _quantity("variant_of_B", "5")
    ),
    "line of X chosen again": Foreign(
        "storefront_cart_pack",
        "y@A",
        lambda seed: {"quantity": "1", "line": seed.ids["x_cart_pack"].hex},
        lambda seed: {"quantity": "1", "line": seed.ids["x_cart_pack"].hex},
        status=404,
        args={"sku": "=VN-1005"},
        control_by="x@A",
    ),
    "cart line of X": Foreign(
        "storefront_cart_update",
        "y@A",
        _quantity("x_cart_line", "0"),
        _quantity("x_cart_line", "0"),
        status=303,
        control_by="x@A",
    ),
    "saved cart of X emptied": Foreign(
        "storefront_cart_clear",
        "y@A",
        lambda seed: {"cart": seed.ids["x_saved_cart"].hex},
        lambda seed: {"cart": seed.ids["x_saved_cart"].hex},
        status=404,
        control_by="x@A",
    ),
    "cart line of X on the marketplace": Foreign(
        "marketplace_cart",
        "y@P",
        _quantity("x_cart_line", "0"),
        _quantity("x_cart_line", "0"),
        status=303,
        control_by="x@P",
    ),
    "cart of X in a purchase": Foreign(
        "marketplace_cart", "y@P", _purchase("y_address"), _purchase("x_address"), control_by="x@P"
    ),
    "address of X in a purchase": Foreign(
        "marketplace_cart", "x@P", _purchase("y_address"), _purchase("x_address"), control_by="x@P"
    ),
    "address of X at checkout": Foreign(
        "storefront_checkout", "z@B", _hex("address", "x_address"), _hex("address", "z_address")
    ),
    "cart of X at checkout": Foreign(
        "storefront_checkout",
        "y@A",
        _hex("cart", "x_old_cart"),
        _hex("cart", "x_old_cart"),
        status=303,
        control_by="x@A",
        does=False,
    ),
    "address of X in a request": Foreign(
        "marketplace_rfq_new",
        "y@P",
        lambda seed: new_request(seed, "x_address"),
        lambda seed: new_request(seed, "y_address"),
    ),
    "invitation of X": Foreign(
        "marketplace_rfq_negotiate",
        "y@P",
        {},
        {},
        status=404,
        args={"rfq_id": "y_rfq", "invitation_id": "x_rfq_A"},
        control_args=Y_RFQ,
        method="GET",
        does=False,
    ),
    "question to X": Foreign(
        "marketplace_rfq_answer",
        "y@P",
        {"act": "answer", "text": "Oui"},
        {"act": "answer", "text": "Oui"},
        status=404,
        args={"rfq_id": "y_rfq", "question_id": "x_question"},
        control_args={"rfq_id": "y_rfq", "question_id": "y_question"},
    ),
    "line of X in news": Foreign(
        "marketplace_rfq_tell",
        "y@P",
        line_form("x_rfq_line", "news"),
        line_form("y_rfq_line", "news"),
        status=404,
        args={"rfq_id": "y_rfq"},
    ),
    "line of Y in a question about X": Foreign(
        "portal_rfq_talk",
        "staffA@A",
        line_form("y_rfq_line", "text"),
        line_form("x_rfq_line", "text"),
        status=404,
        args={"invitation_id": "x_rfq_A"},
    ),
    "data sheet of A at B": Foreign(
        "portal_rfq_offer_file",
        "staffB@B",
        {},
        {},
        status=404,
        args={"invitation_id": "x_shared_rfq_B", "file_id": "x_sheet_A"},
        control_args={"invitation_id": "x_shared_rfq_A", "file_id": "x_sheet_A"},
        control_by="staffA@A",
        method="GET",
        does=False,
    ),
    "version of X countered": Foreign(
        "marketplace_rfq_counter",
        "y@P",
        lambda seed: version_form(seed) | {f"price-{seed.ids['y_rfq_line'].hex}": "0.01"},
        lambda seed: version_form(seed, "y_rfq"),
        status=404,
        args=Y_RFQ,
    ),
    "offered line of X awarded": Foreign(
        "marketplace_rfq_award",
        "y@P",
        lambda seed: (
            award_form(seed, "y_rfq") | {f"line-{seed.ids['y_rfq_line'].hex}": seed.ids["x_rfq_offered_A"].hex}
        ),
        lambda seed: award_form(seed, "y_rfq"),
        status=422,
        args={"rfq_id": "y_rfq"},
    ),
    "version of X accepted": Foreign(
        "marketplace_rfq_accept", "y@P", version_form, lambda seed: version_form(seed, "y_rfq"), status=404, args=Y_RFQ
    ),
    "price list of B": Foreign(
        "portal_customer_terms",
        "staffA@A",
        _terms("list_1", "list_of_B"),
        _terms("list_1", "list_of_A"),
        args={"customer_id": "x_customer"},
    ),
    "place of a category of B": Foreign(
        "portal_categories",
        "staffA@A",
        lambda seed: {"up": str(seed.ids["category_of_B"])},
        lambda seed: {"up": str(seed.ids["category_of_A"])},
        status=404,
    ),
    "category of B on the marketplace": Foreign(
        "portal_taxonomy",
        "staffA@A",
        lambda seed: _category(seed, "B"),
        lambda seed: _category(seed, "A"),
        status=404,
    ),
    "group of B": Foreign(
        "portal_customer_terms",
        "staffA@A",
        _terms("group", "group_of_B"),
        _terms("group", "group_of_A"),
        args={"customer_id": "x_customer"},
    ),
    "staff of B": Foreign(
        "portal_customer_terms",
        "staffA@A",
        _terms("sales_rep", "owner_of_B"),
        _terms("sales_rep", "owner_of_A"),
        args={"customer_id": "x_customer"},
    ),
    "request line of Y": Foreign(
        "portal_rfq",
        "staffA@A",
        lambda seed: offer_form(seed, "y_rfq_line"),
        offer_form,
        args={"invitation_id": "x_rfq_A"},
    ),
}


# --- The URLs --------------------------------------------------------------------------------------------------------
URLCONFS = {"A": settings.TENANT_URLCONF, "B": settings.TENANT_URLCONF, "P": settings.PLATFORM_URLCONF}


def names_of(urlconf: str) -> dict[str, str]:
    """Every URL of a configuration by its name, with its pattern; a URL without a name by its pattern."""
    return dict(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver: Any, prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield (f"{namespace}{entry.name}" if entry.name else f"(no name) {pattern}", pattern)
        else:
            yield from _walk(entry, pattern, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def path_of(seed: Seed, name: str, args: dict[str, str], label: str) -> str:
    """The address on the host of a person; ``args`` name ids, or are values themselves (``=VN-1001``)."""
    named = {**seed.versions, **seed.ids}
    values = {key: value[1:] if value.startswith("=") else named.get(value, value) for key, value in args.items()}
    return reverse(name, urlconf=URLCONFS[label[-1]], kwargs=values)
