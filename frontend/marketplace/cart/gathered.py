"""The carts of a buyer at all suppliers, as one: lines, sums and refusals by supplier, all as texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import AddressRow
from accounts.requests import Request
from core import formatting
from core.tenancy import use_tenant
from customers.queries import CustomerInfo
from frontend.marketplace.buying import buyer_at, open_supplier
from frontend.marketplace.offers import storefront_href
from frontend.storefront.approvals.preview import ApprovalText, approval_text
from frontend.storefront.cart.basket import Basket, BasketLine, basket_of
from frontend.storefront.cart.credit import CreditText, credit_text
from frontend.storefront.cart.details import MethodsForm, agreed_texts
from frontend.storefront.cart.outlook import Outlook, outlook_of
from frontend.storefront.cart.reading import Typed
from frontend.storefront.cart.saying import with_details
from frontend.storefront.cart.showing import ShownCart, shown_cart
from marketplace.accounts import tenants_of_company
from marketplace.directory import Supplier
from orders.named_carts.names import LONGEST_NAME
from payments.credit import status as credit_status


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form said that was refused: texts and messages by line, what suppliers said, prices that were shown."""

    typed: Typed | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[UUID, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SupplierCart:
    """The cart at one supplier; ``more`` are its lines that do not fit on the page and are read on its storefront.

    ``new_name`` is what was typed as the name of another one that could not be begun.
    """

    key: str
    name: str
    shown: ShownCart
    basket: Basket
    more: int
    cart_href: str
    carts_href: str
    new_name: str
    credit: CreditText
    outlook: Outlook
    methods: MethodsForm
    agreed: Sequence[tuple[str, str]]
    approval: ApprovalText
    checkout_href: str
    refusal: str

    @property
    def expected(self) -> str:
        return f"{self.basket.gross:f}"


@dataclass(frozen=True, slots=True)
class GatheredCart:
    """All of them; ``idle`` are those without lines, where saved ones wait.

    ``totals`` are net and gross by currency.
    """

    carts: tuple[SupplierCart, ...]
    idle: tuple[SupplierCart, ...]
    totals: tuple[tuple[str, str], ...]

    @property
    def is_orderable(self) -> bool:
        return bool(self.carts) and all(cart.basket.is_orderable for cart in self.carts)

    @property
    def line_count(self) -> int:
        return sum(cart.basket.sum.count for cart in self.carts)

    @property
    def change_count(self) -> int:
        return sum(cart.basket.change_count for cart in self.carts)

    @property
    def net_text(self) -> str:
        return " + ".join(net for net, _gross in self.totals)

    @property
    def gross_text(self) -> str:
        return " + ".join(gross for _net, gross in self.totals)


def method_names(supplier_id: UUID) -> tuple[str, str]:
    """Under which names a form says how a supplier delivers, and is paid."""
    return f"{supplier_id.hex}-delivery_method", f"{supplier_id.hex}-payment_method"


def accounts_of(request: Request) -> list[tuple[Supplier, CustomerInfo]]:
    """Suppliers where the buyer's company is approved and the buyer may order, by name; two statements for each."""
    company_id = request.actor.company_id
    found = []
    for tenant_id in tenants_of_company(company_id) if company_id else ():
        supplier = open_supplier(tenant_id)
        if supplier is None:
            continue
        with use_tenant(supplier.scope, company_id=company_id):
            buyer = buyer_at(request, supplier)
        if buyer.approved is not None and buyer.may_order:
            found.append((supplier, buyer.approved))
    return sorted(found, key=lambda each: (each[0].name, each[0].id))


def gather(
    request: Request,
    addresses: Sequence[AddressRow],
    kept: Kept | None = None,
    place: Mapping[str, str] | None = None,
) -> GatheredCart:
    """The carts that are not empty, and those beside which others are saved; for each supplier some statements,
    however many lines and carts there are.

    All is delivered to ``place``, which decides about the VAT; lines name other ``addresses`` of the company's book.
    """
    kept = kept or Kept()
    carts = []
    for supplier, customer in accounts_of(request):
        with use_tenant(supplier.scope, company_id=customer.company_id):
            cart = _supplier_cart(request, supplier, customer, kept, place)
        if cart is not None:
            carts.append(replace(cart, basket=with_details(cart.basket, addresses, kept.typed)))
    net: dict[str, Decimal] = defaultdict(Decimal)
    gross: dict[str, Decimal] = defaultdict(Decimal)
    for basket in (cart.basket for cart in carts if cart.basket.sum.count):
        net[basket.currency] += basket.sum.net or Decimal(0)
        gross[basket.currency] += basket.gross
    totals = tuple((formatting.money(net[code], code), formatting.money(gross[code], code)) for code in sorted(net))
    filled = tuple(cart for cart in carts if cart.basket.sum.count)
    return GatheredCart(filled, tuple(cart for cart in carts if not cart.basket.sum.count), totals)


def _supplier_cart(
    request: Request, supplier: Supplier, customer: CustomerInfo, kept: Kept, place: Mapping[str, str] | None
) -> SupplierCart | None:
    shown = shown_cart(request.actor, customer, None)  # before its lines: what is changed meanwhile is noticed
    if shown.info is None and not shown.others:
        return None
    data = request.POST if any(name in request.POST for name in method_names(supplier.id)) else None
    methods = MethodsForm(data, terms=customer.order_terms, prefix=supplier.id.hex)
    method = methods.chosen("delivery_method")
    read = partial(basket_of, request.actor, customer, kept.typed, kept.errors, place=place, delivery_method=method)
    basket = read()
    if basket.wrong_count and basket.shown_count > len(basket.lines):
        basket = read(only_wrong=True)
    if not basket.sum.count and not shown.others:
        return None
    status = credit_status(customer.id)
    centre = request.POST.get("cost_centre_code", "").strip()
    return SupplierCart(
        key=supplier.id.hex,
        name=supplier.name,
        shown=shown,
        basket=replace(basket, lines=tuple(_line(line, supplier, kept) for line in basket.lines)),
        more=basket.sum.count - len(basket.lines),
        cart_href=storefront_href(supplier.id, "/cart/"),
        carts_href=storefront_href(supplier.id, "/carts/"),
        new_name=request.POST.get(f"name-{supplier.id.hex}", "")[:LONGEST_NAME],
        credit=credit_text(status, basket),
        outlook=outlook_of(customer, status, basket.gross),
        methods=methods,
        agreed=agreed_texts(customer.order_terms),
        approval=approval_text(request.actor, customer, basket.sum.net, centre),
        checkout_href=storefront_href(supplier.id, "/checkout/"),
        refusal=kept.refusals.get(supplier.id, ""),
    )


def _line(line: BasketLine, supplier: Supplier, kept: Kept) -> BasketLine:
    """The line with its links on the supplier's storefront, and its price when that is no longer the one shown."""
    before = kept.shown.get(line.key, line.price_text)
    error = line.error
    if before != line.price_text and not error:
        error = _("The price was %(before)s when this page was shown; it is %(now)s now.") % {
            "before": before,
            "now": line.price_text,
        }
    return replace(
        line,
        error=error,
        href=storefront_href(supplier.id, line.href) if line.href else "",
        configure_href=storefront_href(supplier.id, line.configure_href) if line.configure_href else "",
        why_href="",
    )
