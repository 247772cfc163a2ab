"""Who looks at the marketplace, supplier by supplier: asked once per request, and only where there may be an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from accounts.requests import Request
from core.tenancy import use_tenant
from frontend.storefront.buyer import Buyer, read_buyer
from marketplace.accounts import tenants_of_company
from marketplace.directory import Supplier, suppliers
from orders.bought import bought_variants
from pricing.queries import price_context, terms_of
from search.buyers import Looker
from search.queries import meant
from tenants.revision import expected_revision

_KEPT = "marketplace_buyers"


def open_supplier(tenant_id: UUID) -> Supplier | None:
    """A supplier that is open and whose schema this code can read."""
    supplier = suppliers().get(tenant_id)
    return supplier if supplier is not None and supplier.schema_revision == expected_revision() else None


def buyer_at(request: Request, supplier: Supplier) -> Buyer:
    """The buyer of this request with a supplier, in the supplier's scope; two statements, the first time."""
    kept: dict[UUID, Buyer] = request.__dict__.setdefault(_KEPT, {})
    if supplier.id not in kept:
        kept[supplier.id] = read_buyer(request.actor, request.actor.company_id)
    return kept[supplier.id]


def lookers_of(request: Request, text: str, *, only_bought: bool = False) -> dict[UUID, Looker]:
    """How a search over all suppliers sees the buyer: what it may see and what it pays where it has an account, and
    what its text means there.

    Three or four statements per account. Prices are of one currency, the one that most accounts are kept in: amounts of
    another one cannot stand in the same order.
    """
    currencies: dict[UUID, str] = {}

    def look(supplier: Supplier, buyer: Buyer) -> Looker:
        if buyer.approved is None:
            return Looker(buyer.view, meant=meant(text, buyer.view))
        currencies[supplier.id] = buyer.approved.currency
        bought = bought_variants(buyer.approved) if only_bought else ()
        return Looker(buyer.view, terms_of(price_context(buyer.approved)), bought, meant(text, buyer.view))

    found = _at_accounts(request, look)
    main = most_common(currencies.values())
    return {
        tenant_id: looker if currencies.get(tenant_id) == main else replace(looker, terms=None)
        for tenant_id, looker in found.items()
    }


def views_of(request: Request, text: str) -> dict[UUID, Looker]:
    """The same without prices, for suggestions; two or three statements per account."""
    return _at_accounts(request, lambda _supplier, buyer: Looker(buyer.view, meant=meant(text, buyer.view)))


def _at_accounts(request: Request, look: Callable[[Supplier, Buyer], Looker]) -> dict[UUID, Looker]:
    """``look`` is called in the scope of each supplier that the buyer's company has an account with."""
    company_id = request.actor.company_id
    found: dict[UUID, Looker] = {}
    for tenant_id in tenants_of_company(company_id) if company_id else ():
        supplier = open_supplier(tenant_id)
        if supplier is None:
            continue
        with use_tenant(supplier.scope, company_id=company_id):
            found[tenant_id] = look(supplier, buyer_at(request, supplier))
    return found


def most_common(codes: Iterable[str]) -> str:
    """The currency or unit that comes most often; among equals the euro, else the first in order. Nothing for none."""
    counted = Counter(codes)
    return min(counted, key=lambda code: (-counted[code], code != "EUR", code)) if counted else ""
