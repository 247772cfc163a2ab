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

from accounts.permissions import Permission
from accounts.requests import Request
from catalog.outline import AttributeInfo, Outline, outline
from catalog.queries import ListedVariant, VariantInfo, listed_variants
from core.actor import Actor
from core.tenancy import use_tenant
from frontend.marketplace.buying import buyer_at, most_common, open_supplier
from frontend.storefront.buyer import Buyer, PriceNotice, notice_for, sign_in_href
from frontend.storefront.catalog.rows import ProductRow, own_prices, product_row, public_prices
from inventory.queries import Availability, availability
from marketplace.directory import Supplier
from pricing.queries import ResolvedPrice

Pick = tuple[UUID, UUID]
"""A tenant's id and a variant's."""

MOST_COMPARED = 5
MOST_PICKS, MOST_LETTERS = 200, 1_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant at one supplier. ``notice`` says why there is no price; ``line`` names it in forms.

    ``public`` is what everybody pays, where the supplier shows it and the buyer has no ``price`` of its own: it is
    shown and never held against own prices.
    A pack has no price in a list: ``configure_href`` is where it is composed.
    """

    pick: Pick
    line: str
    supplier_name: str
    supplier_href: str
    href: str
    row: ProductRow
    notice: PriceNotice | None
    info: VariantInfo
    price: ResolvedPrice | None
    public: ResolvedPrice | None
    stock: Availability | None
    may_order: bool
    brand: str
    part_number: str
    attributes: Mapping[str, str]
    configure_href: str

    @property
    def unit_price(self) -> Decimal | None:
        """The buyer's own net price per base unit, for the smallest quantity."""
        return self.price.unit_price if self.price else None

    @property
    def base_unit(self) -> str:
        return self.info.base_unit.code

    @property
    def currency(self) -> str:
        return self.price.currency if self.price else ""


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
    found = Offers()
    for tenant_id, variant_ids in wanted.items():
        if (supplier := open_supplier(tenant_id)) is not None:
            _add(found, request, supplier, variant_ids)
    return found


def read_picks(texts: Sequence[str]) -> list[Pick]:
    """Read ``<tenant hex>:<variant hex>``, several with commas between them, each once; the rest is left out."""
    picks: dict[Pick, None] = {}
    for text in [one for several in texts[:MOST_PICKS] for one in several[:MOST_LETTERS].split(",")][:MOST_PICKS]:
        tenant, _colon, variant = text.partition(":")
        try:
            picks[UUID(tenant), UUID(variant)] = None
        except ValueError:
            continue
    return list(picks)


def public_ones(offers: Sequence[Offer]) -> list[Offer]:
    """Offers whose public prices can be held against each other, the lowest first: one base unit."""
    shown = [offer for offer in offers if offer.public is not None]
    unit = most_common(offer.base_unit for offer in shown)
    alike = [(offer.public.unit_price, offer) for offer in shown if offer.public and offer.base_unit == unit]
    return [offer for _price, offer in sorted(alike, key=lambda pair: (pair[0], pair[1].supplier_name))]


def comparable(offers: Sequence[Offer]) -> list[Offer]:
    """Offers whose prices can be held against each other, the lowest first: one currency, one base unit."""
    priced = [offer for offer in offers if offer.price is not None]
    currency = most_common(offer.currency for offer in priced)
    unit = most_common(offer.base_unit for offer in priced if offer.currency == currency)
    alike = [offer for offer in priced if (offer.currency, offer.base_unit) == (currency, unit)]
    return sorted(alike, key=lambda offer: (offer.unit_price or 0, offer.supplier_name))


def may_ask(actor: Actor) -> bool:
    """Whether this person may send requests for quotes."""
    return not actor.is_signed_in or actor.may(Permission.REQUEST_QUOTES)


def storefront_href(supplier_id: UUID, path: str = "/") -> str:
    """A page of a supplier's storefront; a sign-in here comes along."""
    return f"{_go_prefix(supplier_id)}{quote(path, safe='')}"


def _go_prefix(supplier_id: UUID) -> str:
    return f"{reverse('account_go', args=[supplier_id])}?next="


def _add(found: Offers, request: Request, supplier: Supplier, variant_ids: Sequence[UUID]) -> None:
    actor: Actor = request.actor
    with use_tenant(supplier.scope, company_id=actor.company_id):
        buyer = buyer_at(request, supplier)
        listed = listed_variants(variant_ids, buyer.view)
        known, stock, prices = outline(), availability(listed), own_prices(listed, buyer.approved)
        public = public_prices(listed, buyer)
    prefix = _go_prefix(supplier.id)
    notice = None if buyer.sees_prices else _notice(request, supplier, buyer)
    for code, info in known.attributes.items():
        found.attributes.setdefault(code, info)
    for key, variant in listed.items():
        price = prices.get(key)
        row = product_row(variant, known, price, stock.get(key), public.get(key))
        row = replace(row, image_src="")  # it is on the supplier's host
        found.by_pick[supplier.id, key] = Offer(
            pick=(supplier.id, key),
            line=f"{supplier.id.hex}:{key.hex}",
            supplier_name=supplier.name,
            supplier_href=f"{prefix}%2F",
            href=f"{prefix}{quote(row.href, safe='')}",
            row=row,
            notice=notice,
            info=variant.info,
            price=price,
            public=public.get(key),
            stock=stock.get(key),
            may_order=buyer.may_order and price is not None,
            brand=variant.brand,
            part_number=variant.manufacturer_part_number,
            attributes=_attributes(variant, known),
            configure_href=f"{prefix}{quote(row.configure_href, safe='')}" if row.configure_href else "",
        )


def _attributes(variant: ListedVariant, known: Outline) -> dict[str, str]:
    """What a comparison shows, in the order of the variant's family."""
    shown = known.shown(variant.attributes, variant.family)
    return {code: text for code, text in shown if known.is_comparable(code, variant.family)}


def _notice(request: Request, supplier: Supplier, buyer: Buyer) -> PriceNotice:
    request_path = reverse("storefront_request_account", urlconf=settings.TENANT_URLCONF)
    return notice_for(buyer, supplier.name, sign_in_href(request), storefront_href(supplier.id, request_path))
