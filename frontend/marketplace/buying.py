"""Who looks at the marketplace, supplier by supplier: asked once per request, and only where there may be an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from accounts.requests import Request
from core.tenancy import use_tenant
from frontend.storefront.buyer import Buyer, read_buyer
from marketplace.accounts import tenants_of_company
from marketplace.directory import Supplier, suppliers
from orders.bought import bought_variants
from pricing.queries import price_context, terms_of
from search.buyers import Looker
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


def lookers_of(request: Request, *, only_bought: bool = False) -> dict[UUID, Looker]:
    """How a search over all suppliers sees the buyer: what it may see and what it pays where it has an account.

    Two or three statements per account. Prices are of one currency, the one that most accounts are kept in: amounts of
    another one cannot stand in the same order.
    """
    company_id = request.actor.company_id
    if company_id is None:
        return {}
    found: dict[UUID, Looker] = {}
    currencies: dict[UUID, str] = {}
    for tenant_id in tenants_of_company(company_id):
        supplier = open_supplier(tenant_id)
        if supplier is None:
            continue
        with use_tenant(supplier.scope, company_id=company_id):
            customer = buyer_at(request, supplier).approved
            if customer is None:
                continue
            bought = bought_variants(customer) if only_bought else ()
            found[tenant_id] = Looker(customer.view, terms_of(price_context(customer)), bought)
            currencies[tenant_id] = customer.currency
    main = most_common(currencies.values())
    return {
        tenant_id: looker if currencies[tenant_id] == main else Looker(looker.view, bought=looker.bought)
        for tenant_id, looker in found.items()
    }


def most_common(codes: Iterable[str]) -> str:
    """The currency or unit that comes most often; among equals the euro, else the first in order. Nothing for none."""
    counted = Counter(codes)
    return min(counted, key=lambda code: (-counted[code], code != "EUR", code)) if counted else ""
