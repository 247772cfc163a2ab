"""Visibility holds in every door: what a customer may not see, it finds nowhere; who may see it finds it everywhere.

A nut is hidden from Delmas by product, family, brand or category, through the customer, its group or a segment, or by
a default that only others are excepted from. Each door is first tried while nothing is hidden: a door that never shows
anything would prove nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from agreements.models import AgreementLine
from catalog.enums import RelationKind
from catalog.goods import GoodsKeys
from catalog.models import Brand, Category, CustomerPartNumber, Family, Product, Relation, Variant
from catalog.outline import forget_outline
from catalog.packs.services import PackData, PartData, save_pack
from catalog.visibility import Target
from catalog.visibility_rules import Defaults, remove_visibility_rule, save_defaults, save_visibility_rule
from core.ids import uuid7
from core.tenancy import use_tenant
from customers.models import Customer
from customers.queries import require_approved
from customers.segments import save_segment
from customers.services import Profile, change_profile
from integrations.keys import create_key
from marketplace.goods import publish_all_goods
from orders import carts
from orders.lines import NewLine
from orders.models import CartLine
from orders.purchase_lists import services as purchase_lists
from orders.services import place_order
from pricing.models import Price, PriceList, PriceListAssignment
from quoting.instant import answer_at_once
from rfq.asking import NewLine as RequestedLine
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.agreements.signed import line as agreed_line
from tests.agreements.signed import signed
from tests.quoting.desks import policy
from tests.rfq.test_negotiation import request_for
from tests.world import BOT, CompanyWorld, World, acting

SKU, NAME = "VN-1003", "Lock nut M8 A2"
GTIN, PART, OWN = "4006381333931", "MPN-777-X", "ECR-42"
SEEN_SKU, KIT_SKU = "VN-1001", "VN-1005"


@dataclass
class Visit:
    """A company at acme's storefront, at the marketplace, and with a key of its system."""

    world: World
    company: CompanyWorld
    shop: Any
    market: Any
    key: str
    list_id: UUID
    order_id: UUID
    agreement_id: UUID
    agreed_line_id: UUID

    @property
    def variant_id(self) -> UUID:
        return self.world.acme.variants[SKU]

    def page(self, path: str, **query: str) -> str:
        answer = self.shop.get(path, data=query)
        return str(answer.content.decode()) if answer.status_code == 200 else ""

    def at_market(self, path: str) -> str:
        answer = self.market.get(path)
        return str(answer.content.decode()) if answer.status_code == 200 else ""

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"host": self.world.acme.host, "authorization": f"Bearer {self.key}", "accept-language": "en"}
        client = Client(headers=headers)
        if method == "GET":
            return client.get(path)
        return client.post(
            path, json.dumps(body), content_type="application/json", headers={"idempotency-key": str(uuid7())}
        )

    def quick(self, code: str) -> bool:
        self.shop.post("/quick-order/", {"clear": "1"})
        self.shop.post("/quick-order/", {"pasted": f"{code};10", "check": "1"})
        return NAME in self.page("/quick-order/")

    def offers(self, path: str, **query: str) -> bool:
        """Whether a quantity can be typed for it."""
        return f'name="quantity-{self.variant_id.hex}"' in self.page(path, **query)

    def line(self) -> str:
        return urlencode({"line": f"{self.world.acme.id.hex}:{self.variant_id.hex}"})

    def put_in_cart(self, sku: str = SKU) -> bool:
        """As a form does that knows the product's key."""
        variant_id = self.world.acme.variants[sku]
        self.shop.post("/cart/clear/")
        self.shop.post("/cart/lines/", {f"quantity-{variant_id.hex}": "10", f"unit-{variant_id.hex}": "H87"})
        with use_tenant(self.world.acme.scope, company_id=self.company.id):
            buyer = self.company.buyer
            wishes = carts.wishes_of(buyer, require_approved(buyer))
            return any(wish.variant_id == variant_id for _id, wish in wishes)

    def call_off(self) -> bool:
        """From an agreement that was signed when it was seen."""
        self.shop.post("/cart/clear/")
        answer = self.shop.post(f"/agreements/{self.agreement_id}/", {f"qty-{self.agreed_line_id.hex}": "10"})
        return bool(answer.status_code == 303)

    def in_list(self) -> bool:
        """In a list that it was added to when it was seen."""
        return NAME in self.page(f"/lists/{self.list_id}/")

    def put_in_list(self) -> bool:
        """By its reference."""
        fields = {"code": SKU, "quantity": "10"}
        return bool(self.shop.post(f"/lists/{self.list_id}/add/", fields).status_code == 303)

    def put_list_in_cart(self) -> bool:
        self.shop.post("/cart/clear/")
        self.shop.post(f"/lists/{self.list_id}/cart/", {"all": "1"})
        return NAME in self.page("/cart/")

    def put_order_in_cart(self) -> bool:
        self.shop.post("/cart/clear/")
        self.shop.post(f"/orders/{self.order_id}/again/")
        return NAME in self.page("/cart/")

    def put_in_cart_from_offers(self) -> bool:
        """As the marketplace's form does that knows the product's key."""
        line = f"{self.world.acme.id.hex}:{self.variant_id.hex}"
        answer = self.market.post(f"/goods/{goods_of_nut()}/cart/", {"line": line, "quantity": "10"})
        return bool(answer.status_code == 303)

    def order_by_api(self) -> bool:
        body = {"po_number": "V", "lines": [{"sku": SKU, "quantity": "10"}]}
        return bool(self.api("POST", "/api/v1/orders/", body).status_code == 201)

    def answered_at_once(self) -> bool:
        """By the GTIN, as a request that nobody of the supplier has read."""
        asked = (RequestedLine("Écrou", Decimal(10), gtin=GTIN),)
        rfq_id = request_for(self.company, self.world.acme, lines=asked)
        with use_tenant(self.world.acme.scope, party="tenant"):
            return answer_at_once(rfq_id=rfq_id, tenant_id=self.world.acme.id) is not None


DOORS: dict[str, Callable[[Visit], bool]] = {
    "list": lambda visit: SKU in visit.page("/catalog/"),
    "list of its category": lambda visit: SKU in visit.page("/catalog/", category="ecrous"),
    "search by words": lambda visit: SKU in visit.page("/catalog/", q="lock nut"),
    "search by reference": lambda visit: NAME in visit.page("/catalog/", q=SKU),
    "search by GTIN": lambda visit: NAME in visit.page("/catalog/", q=GTIN),
    "search by part number": lambda visit: NAME in visit.page("/catalog/", q=PART),
    "suggestion": lambda visit: NAME in visit.page("/search/suggest/", q="VN-100"),
    "product page": lambda visit: NAME in visit.page(f"/catalog/p/{SKU}/"),
    "product page by another spelling": lambda visit: bool(
        visit.shop.get("/catalog/p/vn1003/", follow=True).status_code == 200
    ),
    "another product's page": lambda visit: NAME in visit.page(f"/catalog/p/{SEEN_SKU}/"),
    "why this price": lambda visit: NAME in visit.page(f"/catalog/price/{visit.variant_id}/"),
    "quick order by reference": lambda visit: visit.quick(SKU),
    "quick order by GTIN": lambda visit: visit.quick(GTIN),
    "quick order by part number": lambda visit: visit.quick(PART),
    "quick order by own number": lambda visit: visit.quick(OWN),
    "cart": lambda visit: visit.put_in_cart(),
    "order again": lambda visit: visit.offers("/again/"),
    "order again most ordered": lambda visit: visit.offers("/again/", again="most"),
    "a past order again": lambda visit: 'name="quantity-' in visit.page(f"/orders/{visit.order_id}/again/"),
    "cart from a past order": lambda visit: visit.put_order_in_cart(),
    "order again at the own price": lambda visit: visit.offers("/again/", again="own"),
    "home": lambda visit: visit.offers("/"),
    "call off": lambda visit: visit.call_off(),
    "purchase list": lambda visit: visit.in_list(),
    "file of a purchase list": lambda visit: SKU in visit.page(f"/lists/{visit.list_id}/download/"),
    "one more line of a purchase list": lambda visit: visit.put_in_list(),
    "cart from a purchase list": lambda visit: visit.put_list_in_cart(),
    "contents of a kit": lambda visit: NAME in visit.page(f"/catalog/configure/{KIT_SKU}/"),
    "cart with a kit": lambda visit: visit.put_in_cart(KIT_SKU),
    "API list": lambda visit: SKU in visit.api("GET", "/api/v1/products/").content.decode(),
    "API by reference": lambda visit: SKU in visit.api("GET", f"/api/v1/products/?sku={SKU}").content.decode(),
    "API product": lambda visit: bool(visit.api("GET", f"/api/v1/products/{SKU}/").status_code == 200),
    "API order": lambda visit: visit.order_by_api(),
    "marketplace list": lambda visit: (
        f"{visit.world.acme.id.hex}:{visit.variant_id.hex}" in visit.at_market("/search/?q=lock+nut")
    ),
    "marketplace suggestion": lambda visit: (
        f"VN-1003 · {visit.world.acme.name}" in visit.at_market("/search/?suggest=1&q=lock+nut")
    ),
    "marketplace comparison": lambda visit: NAME in visit.at_market(f"/compare/?{visit.line()}"),
    "marketplace row of goods": lambda visit: (
        f"{visit.world.acme.id.hex}:{visit.variant_id.hex}" in visit.at_market(f"/search/?q={GTIN}")
    ),
    "offers of goods": lambda visit: (
        f"{visit.world.acme.id.hex}:{visit.variant_id.hex}" in visit.at_market(f"/goods/{goods_of_nut()}/")
    ),
    "cart from the offers of goods": lambda visit: visit.put_in_cart_from_offers(),
    "answer at once": lambda visit: visit.answered_at_once(),
    "request for quotation": lambda visit: NAME in visit.at_market(f"/rfqs/new/?{visit.line()}"),
}


def showing(visit: Visit) -> set[str]:
    """The doors that show the nut."""
    return {name for name, door in DOORS.items() if door(visit)}


# --- What hides it ----------------------------------------------------------------------------------------------------
Hide = Callable[[World], None]


def _hide(target: Target, party: Callable[[World], dict[str, Any]]) -> Hide:
    def hide(world: World) -> None:
        save_visibility_rule(target=target, target_id=_target(target), is_visible=False, **party(world), actor=BOT)

    return hide


def _target(target: Target) -> UUID | None:
    found: dict[Target, UUID] = {
        Target.PRODUCT: Product.objects.get(code=SKU).pk,
        Target.FAMILY: Family.objects.get(code="ecrou").pk,
        Target.BRAND: Brand.objects.get(slug="fixor").pk,
        Target.CATEGORY: Category.objects.get(path="ecrous").pk,
    }
    return found.get(target)


def _customer(world: World) -> dict[str, Any]:
    return {"customer_id": world.acme.customers["delmas"]}


def _group(world: World) -> dict[str, Any]:
    group_id = Customer.objects.get(pk=world.acme.customers["delmas"]).group_id
    assert group_id is not None
    return {"group_id": group_id}


def _segment(world: World) -> dict[str, Any]:
    change_profile(customer_id=world.acme.customers["delmas"], profile=Profile(naf_code="25.62B"), actor=BOT)
    return {"segment_id": save_segment(name="Métal", rules={"sector": ["25"]}, actor=BOT)}


def _only_others(world: World) -> None:
    """Customers see nothing; Delmas sees one product, Lecomte everything."""
    save_defaults(defaults=Defaults(visitors_see=True, customers_see=False), actor=BOT)
    seen = Product.objects.get(code=SEEN_SKU).pk
    show: dict[str, Any] = {"is_visible": True, "actor": BOT}
    save_visibility_rule(target=Target.PRODUCT, target_id=seen, **_customer(world), **show)
    save_visibility_rule(target=Target.EVERYTHING, customer_id=world.acme.customers["lecomte"], **show)


def _shown_but_one(world: World) -> None:
    """The group is shown the product, the customer not the brand: the closer party decides."""
    group_id, product_id = _group(world)["group_id"], _target(Target.PRODUCT)
    save_visibility_rule(target=Target.PRODUCT, target_id=product_id, is_visible=True, group_id=group_id, actor=BOT)
    _hide(Target.BRAND, _customer)(world)


HIDES: dict[str, Hide] = {
    f"{target.value} from the {party.__name__[1:]}": _hide(target, party)
    for target, party in (
        (Target.PRODUCT, _customer),
        (Target.PRODUCT, _segment),
        (Target.FAMILY, _group),
        (Target.BRAND, _segment),
        (Target.CATEGORY, _customer),
        (Target.CATEGORY, _group),
    )
} | {"all but what others are shown": _only_others, "brand from the customer of a group that sees it": _shown_but_one}


def goods_of_nut() -> UUID:
    found = GoodsKeys.of(gtin=GTIN, brand="Fixor", part_number=PART).goods_id
    assert found is not None
    return found


# --- The world --------------------------------------------------------------------------------------------------------
@pytest.fixture
def visits(world: World, browser: Any) -> tuple[Visit, Visit]:
    """Delmas and Lecomte; the nut can be found by everything that goods are found by."""
    with use_tenant(world.acme.scope, party="tenant"):
        family = Family.objects.create(code="ecrou", name_fr="Écrou", name_en="Nut")
        Product.objects.filter(code=SKU).update(family=family)
        Variant.objects.filter(sku=SKU).update(gtin=GTIN, manufacturer_part_number=PART)
        Relation.objects.create(
            variant_id=world.acme.variants[SEEN_SKU], other_id=world.acme.variants[SKU], kind=RelationKind.ACCESSORY
        )
        for customer_id in (world.acme.customers["delmas"], world.acme.customers["lecomte"]):
            CustomerPartNumber.objects.create(
                customer_id=customer_id, variant_id=world.acme.variants[SKU], number=OWN, number_key="ecr42"
            )
        kit = PackData("fixed", parts=(PartData(SKU, Decimal(2)),))
        save_pack(variant_id=world.acme.variants[KIT_SKU], data=kit, actor=world.acme.staff)
        forget_outline()
    policy(world.acme, answers_at_once=True, at_once_amount=Decimal(5000))
    engine().drop(MARKETPLACE)
    for tenant in (world.acme, world.bolt):
        with use_tenant(tenant.scope):
            indexing.rebuild_shop(tenant_id=tenant.id)
            publish_all_goods(tenant_id=tenant.id)
    return tuple(_visit(world, company, browser) for company in (world.delmas, world.lecomte))  # type: ignore[return-value]


def _visit(world: World, company: CompanyWorld, browser: Any) -> Visit:
    with use_tenant(world.acme.scope, company_id=company.id):
        key = create_key(key_id=uuid7(), name="ERP", actor=company.buyer)
        customer = require_approved(company.buyer)
        lines = [NewLine(world.acme.variants[SKU], "", Decimal(10))]
        order_id = place_order(actor=company.buyer, customer=customer, lines=lines, delivery_address={})
        list_id = purchase_lists.create_list(actor=company.buyer, customer=customer, name="Atelier")
        kept = [purchase_lists.ListLine(line) for line in lines]
        purchase_lists.add_lines(actor=company.buyer, customer=customer, list_id=list_id, lines=kept)
        own = PriceList.objects.create(code=f"own-{company.name}"[:40], name="Accord")
        PriceListAssignment.objects.create(price_list=own, customer_id=customer.id)
        Price.objects.create(price_list=own, variant_id=world.acme.variants[SKU], unit_price="0.15")
    shop, market = browser(world.acme.host, company.admin), browser("localhost", company.admin)
    agreement_id = signed(world.acme, company, agreed_line(world.acme, SKU, "0.14", 1_000_000))
    with use_tenant(world.acme.scope, party="tenant"):
        line_id = AgreementLine.objects.get(agreement_id=agreement_id).pk
    return Visit(world, company, shop, market, key, list_id, order_id, agreement_id, line_id)


def test_while_nothing_is_hidden_every_door_shows_it(visits: tuple[Visit, Visit]) -> None:
    for visit in visits:
        assert DOORS.keys() - showing(visit) == set()


@pytest.mark.parametrize("name", HIDES)
def test_what_is_hidden_is_found_nowhere(visits: tuple[Visit, Visit], name: str) -> None:
    delmas, lecomte = visits
    with use_tenant(delmas.world.acme.scope, party="tenant"):
        HIDES[name](delmas.world)
    assert showing(delmas) == set()
    assert SEEN_SKU in delmas.page("/catalog/"), "the rest is there"
    assert DOORS.keys() - showing(lecomte) == set()


def test_it_is_there_again_when_the_rule_is_gone(visits: tuple[Visit, Visit]) -> None:
    delmas, _lecomte = visits
    with use_tenant(delmas.world.acme.scope, party="tenant"):
        target = {"target": Target.BRAND, "target_id": _target(Target.BRAND)}
        rule_id = save_visibility_rule(**target, is_visible=False, **_customer(delmas.world), actor=BOT)  # type: ignore[arg-type]
        remove_visibility_rule(rule_id=rule_id, actor=BOT)
    assert DOORS.keys() - showing(delmas) == set()


@pytest.mark.parametrize("is_at_market", [False, True])
def test_what_is_hidden_can_be_taken_out_of_a_cart_line_by_line(
    visits: tuple[Visit, Visit], *, is_at_market: bool
) -> None:
    delmas, _lecomte = visits
    world, skus = delmas.world, (SKU, "VN-1002", SEEN_SKU)
    buyer = world.delmas.buyer
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        customer = require_approved(buyer)
        lines = [NewLine(world.acme.variants[sku], "", Decimal(10)) for sku in skus]
        carts.add_lines(actor=buyer, customer=customer, lines=lines)
        keys = {wish.variant_id: key for key, wish in carts.wishes_of(buyer, customer)}
    hidden, also, seen = (keys[world.acme.variants[sku]].hex for sku in skus)
    with use_tenant(world.acme.scope, party="tenant"):
        for code in (SKU, "VN-1002"):
            product_id = Product.objects.get(code=code).pk
            rule: dict[str, Any] = {"target": Target.PRODUCT, "target_id": product_id, "is_visible": False}
            save_visibility_rule(**rule, **_customer(world), actor=BOT)
    page = delmas.at_market("/cart/") if is_at_market else delmas.page("/cart/")
    fields = re.findall(r'name="quantity-([0-9a-f]{32})"', page)
    assert fields == [seen], "what can only be taken out has no quantity to type"
    assert f'name="remove" value="{hidden}"' in page
    form = {f"quantity-{seen}": "10", f"unit-{seen}": "H87", "remove": hidden}
    path, client = ("/cart/", delmas.market) if is_at_market else ("/cart/update/", delmas.shop)
    assert client.post(path, form).status_code in (200, 303)
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        left = {key.hex for key, _wish in carts.wishes_of(buyer, require_approved(buyer))}
    assert left == {also, seen}


def test_counts_do_not_count_it(visits: tuple[Visit, Visit]) -> None:
    delmas, lecomte = visits
    with use_tenant(delmas.world.acme.scope, party="tenant"):
        _hide(Target.BRAND, _customer)(delmas.world)
    mine, theirs = delmas.page("/catalog/"), lecomte.page("/catalog/")
    assert ("3 references" in mine, "5 references" in theirs) == (True, True)
    assert ("Fixor" in mine, "Fixor" in theirs) == (False, True), "the facet's value is gone with its last product"
    assert ("Ecrous" in mine.partition("<main")[2], "Ecrous" in theirs.partition("<main")[2]) == (False, True)


def test_a_cart_of_goods_that_are_hidden_later_says_so_and_cannot_be_ordered(visits: tuple[Visit, Visit]) -> None:
    delmas, _lecomte = visits
    world = delmas.world
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        buyer = world.delmas.buyer
        lines = [NewLine(world.acme.variants[sku], "", Decimal(10)) for sku in (SKU, SEEN_SKU)]
        carts.add_lines(actor=buyer, customer=require_approved(buyer), lines=lines)
    pages = (lambda: delmas.page("/cart/"), lambda: delmas.page("/cart/download/"), lambda: delmas.at_market("/cart/"))
    assert [(NAME in page(), SKU in page(), "0.14" in page()) for page in pages] == [(True, True, True)] * 3
    with use_tenant(world.acme.scope, party="tenant"):
        CartLine.objects.update(seen_price="0.11")  # another price than now: of goods that are seen this is told
        _hide(Target.PRODUCT, _customer)(world)
    assert [(NAME in page(), SKU in page(), "0.14" in page()) for page in pages] == [(False, False, False)] * 3
    cart = delmas.page("/cart/")
    assert "This article is no longer sold to you." in cart
    assert f"/catalog/price/{delmas.variant_id}" not in cart
    assert 'class="is-bad"' in cart
    assert 'id="error-' in cart
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        assert carts.cart_sum(world.delmas.buyer, require_approved(world.delmas.buyer)).net == Decimal(5)
        saved = carts.cart_id_of(world.delmas.buyer, require_approved(world.delmas.buyer))
    delmas.shop.post("/carts/", {"name": ""})
    assert "€5.00" in delmas.page("/carts/")
    kept = delmas.page(f"/carts/{saved}/")
    assert f"/catalog/p/{SKU}/" not in kept
    assert f"/catalog/price/{delmas.variant_id}" not in kept
    assert 'class="is-bad"' in kept


VISITOR_DOORS: dict[str, Callable[[Any], bool]] = {
    "list": lambda visitor: NAME in visitor("/catalog/"),
    "canonical page of its category": lambda visitor: 'rel="canonical"' in visitor("/catalog/?category=ecrous"),
    "search": lambda visitor: NAME in visitor("/catalog/?q=lock+nut"),
    "suggestion": lambda visitor: NAME in visitor("/search/suggest/?q=VN-100"),
    "product page": lambda visitor: NAME in visitor(f"/catalog/p/{SKU}/"),
    "structured data": lambda visitor: f'"sku":"{SKU}"' in visitor(f"/catalog/p/{SKU}/?lang=en"),
    "another product's page": lambda visitor: NAME in visitor(f"/catalog/p/{SEEN_SKU}/"),
    "sitemap": lambda visitor: f"/catalog/p/{SKU}/" in visitor("/sitemap.xml?part=1"),
    "category in the sitemap": lambda visitor: "category=ecrous" in visitor("/sitemap.xml?part=0"),
}


def _for_everybody(_world: World) -> dict[str, Any]:
    return {}


@pytest.mark.parametrize(
    "hide",
    [
        *(_hide(target, _for_everybody) for target in Target if target is not Target.EVERYTHING),
        lambda _world: save_defaults(defaults=Defaults(visitors_see=False), actor=BOT),
    ],
    ids=[*(target.value for target in Target if target is not Target.EVERYTHING), "default"],
)
def test_what_visitors_may_not_see_search_engines_do_not(
    visits: tuple[Visit, Visit], browser: Any, drain: Callable[[], int], hide: Hide
) -> None:
    world = visits[0].world
    drain()
    client = browser(world.acme.host)

    def visitor(path: str) -> str:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return str(body.decode()) if answer.status_code == 200 else ""

    assert [name for name, door in VISITOR_DOORS.items() if not door(visitor)] == []
    with acting((world.acme.scope, {"party": "tenant"})):
        hide(world)
    drain()
    assert [name for name, door in VISITOR_DOORS.items() if door(visitor)] == []


def test_a_visitor_sees_what_visitors_see(visits: tuple[Visit, Visit], browser: Any) -> None:
    world = visits[0].world
    visitor = browser(world.acme.host)
    with acting((world.acme.scope, {"party": "tenant"})):
        save_visibility_rule(target=Target.PRODUCT, target_id=_target(Target.PRODUCT), is_visible=False, actor=BOT)
        indexing.write_variants(tenant_id=world.acme.id, variant_ids=[world.acme.variants[SKU]])
    for path in ("/catalog/", "/catalog/?q=lock+nut", "/search/suggest/?q=VN-100"):
        assert NAME not in visitor.get(path).content.decode()
    assert visitor.get(f"/catalog/p/{SKU}/").status_code == 404
    listed = browser("localhost").get("/search/?q=lock+nut").content.decode()
    assert world.acme.variants[SKU].hex not in listed
    assert world.bolt.variants[SKU].hex in listed, "another supplier's nut is none of acme's business"
    assert showing(visits[0]) == set(), "what everybody may not see, customers do not either"


@pytest.fixture(autouse=True)
def _fresh_outline() -> Iterator[None]:
    yield
    forget_outline()
