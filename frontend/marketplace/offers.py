"""Products of several suppliers, each as this buyer gets it there: own price, or the way to one.

A supplier's rows are read in its own scope, with a handful of statements per supplier, whatever the number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.enums import CompanyRole
from accounts.requests import Request
from catalog.outline import AttributeInfo, Outline, outline
from catalog.queries import ListedVariant, listed_variants
from core.actor import Actor
from core.tenancy import use_tenant
from frontend.storefront.buyer import Buyer, PriceNotice, notice_for, read_buyer, sign_in_href
from frontend.storefront.catalog.rows import ProductRow, own_prices, product_row
from inventory.queries import availability
from marketplace.directory import Supplier, suppliers
from tenants.revision import expected_revision

Pick = tuple[UUID, UUID]
"""A tenant's id and a variant's."""

MOST_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant at one supplier. ``notice`` says why there is no price; ``line`` names it in forms."""

    pick: Pick
    line: str
    supplier_name: str
    supplier_href: str
    href: str
    row: ProductRow
    notice: PriceNotice | None
    unit_price: Decimal | None
    base_unit: str
    brand: str
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Offers:
    """What was found, and what the attributes mean at the suppliers that it was found at."""

    by_pick: dict[Pick, Offer] = field(default_factory=dict)
    attributes: dict[str, AttributeInfo] = field(default_factory=dict)

    @property
    def outline(self) -> Outline:
        return Outline(attributes=self.attributes)


def offers_of(request: Request, picks: Iterable[Pick]) -> Offers:
    """Offers of these variants; those that nobody sells any more are absent."""
    wanted: dict[UUID, list[UUID]] = defaultdict(list)
    for tenant_id, variant_id in picks:
        wanted[tenant_id].append(variant_id)
    known = suppliers()
    found = Offers()
    for tenant_id, variant_ids in wanted.items():
        supplier = known.get(tenant_id)
        if supplier is not None and supplier.schema_revision == expected_revision():
            _add(found, request, supplier, variant_ids)
    return found


def read_picks(texts: Sequence[str]) -> list[Pick]:
    """Read ``<tenant hex>:<variant hex>``, each once; what is neither is left out."""
    picks: dict[Pick, None] = {}
    for text in texts[:100]:
        tenant, _colon, variant = text.partition(":")
        try:
            picks[UUID(tenant), UUID(variant)] = None
        except ValueError:
            continue
    return list(picks)


def may_ask(actor: Actor) -> bool:
    """Whether this person may send requests for quotes."""
    return not actor.is_signed_in or (actor.company_id is not None and actor.role != CompanyRole.VIEWER)


def storefront_href(supplier_id: UUID, path: str = "/") -> str:
    """A page of a supplier's storefront; a sign-in here comes along."""
    return f"{_go_prefix(supplier_id)}{quote(path, safe='')}"


def _go_prefix(supplier_id: UUID) -> str:
    return f"{reverse('account_go', args=[supplier_id])}?next="


def _add(found: Offers, request: Request, supplier: Supplier, variant_ids: Sequence[UUID]) -> None:
    actor: Actor = request.actor
    with use_tenant(supplier.scope, company_id=actor.company_id):
        buyer = read_buyer(actor, actor.company_id)
        listed = listed_variants(variant_ids, buyer.view)
        known, stock, prices = outline(), availability(listed), own_prices(listed, buyer.approved)
    prefix = _go_prefix(supplier.id)
    notice = None if buyer.sees_prices else _notice(request, supplier, buyer)
    for code, info in known.attributes.items():
        found.attributes.setdefault(code, info)
    for key, variant in listed.items():
        price = prices.get(key)
        row = replace(product_row(variant, known, price, stock.get(key)), image_src="")  # it is on the supplier's host
        found.by_pick[supplier.id, key] = Offer(
            pick=(supplier.id, key),
            line=f"{supplier.id.hex}:{key.hex}",
            supplier_name=supplier.name,
            supplier_href=f"{prefix}%2F",
            href=f"{prefix}{quote(row.href, safe='')}",
            row=row,
            notice=notice,
            unit_price=price.unit_price if price else None,
            base_unit=variant.info.base_unit.code,
            brand=variant.brand,
            attributes=_attributes(variant, known),
        )


def _attributes(variant: ListedVariant, known: Outline) -> dict[str, str]:
    return dict(known.shown(variant.attributes))


def _notice(request: Request, supplier: Supplier, buyer: Buyer) -> PriceNotice:
    request_path = reverse("storefront_request_account", urlconf=settings.TENANT_URLCONF)
    return notice_for(buyer, supplier.name, sign_in_href(request), storefront_href(supplier.id, request_path))
