"""An accepted quote becomes an order at exactly the quoted prices, in one transaction over both schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.packs.snapshots import PackSnapshot
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.tenancy import use_tenant
from customers.errors import NotACustomer
from customers.queries import customer_of
from orders.enums import OrderSource
from orders.placing import OrderDetails, PricedLine, write_order
from rfq.models import QuoteLine, QuoteVersion
from rfq.services import AcceptedOffer, accept_version, awarded_order, record_award
from rfq.versions import FREIGHT_RATE
from tenants.directory import find_by_id

#: What transport is called on orders and invoices, in French and English.
FREIGHT_NAMES = ("Transport", "Freight")


class AccountNeeded(NotACustomer):
    """A quote was accepted from a supplier that has not approved the company as its customer."""

    message = _(
        "Your company has no approved account with %(supplier)s yet. Ask for one on its storefront; once it is "
        "approved, accept this offer again. Nothing was ordered or changed."
    )


@atomic
def accept_quote(
    *, version_id: UUID, actor: Actor, po_number: str = "", delivery_address: Mapping[str, str] | None = None
) -> UUID:
    """Accept a supplier's version: answers the id of the order in that supplier's schema.

    Everything or nothing: version, award, closed invitations, order, reserved stock and credit. Accepting the same
    version again answers the same order. Raises MayNotBuy, NotFound, RequestClosed, NotOnTheTable, OfferExpired,
    AccountNeeded, CreditExceeded. Emits OrderPlaced, RFQAwarded.
    """
    tenant_id = QuoteVersion.objects.filter(pk=version_id, company_id=actor.require_company()).values_list(
        "tenant_id", flat=True
    )
    tenant = find_by_id(tenant_id[0]) if tenant_id else None
    if tenant is None:
        raise NotFound
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        known = awarded_order(version_id=version_id, actor=actor)
        if known is not None:
            return known
        customer = customer_of(actor.require_company())
        if customer is None or not customer.is_approved:
            raise AccountNeeded(supplier=tenant.name)
        offer = accept_version(version_id=version_id, actor=actor)
        order = write_order(
            actor=actor,
            customer=customer,
            lines=[*(_priced(line) for line in offer.lines), *_freight(offer)],
            delivery_address=delivery_address or offer.delivery_address,
            details=OrderDetails(po_number=po_number),
            source=OrderSource.QUOTE,
            quote_version_id=version_id,
        )
        record_award(offer=offer, order_id=order.id, actor=actor)
        return order.id


def _priced(line: QuoteLine) -> PricedLine:
    """The line as quoted: its net amount is the quote's, whatever the price per base unit rounds to."""
    pack = PackSnapshot.from_json(line.pack) if line.pack else None
    return PricedLine(
        variant_id=line.variant_id,
        sku=line.sku,
        name_fr=line.name,
        name_en=line.name,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        quantity=line.quantity,
        base_quantity=line.quantity * line.unit_factor,
        unit_price=line.base_unit_price or Decimal(0),
        net_amount=line.net_amount,
        tax_rate=line.tax_rate,
        tax_category=line.tax_category,
        lead_time_days=line.lead_time_days or 0,
        pack=replace(pack, net=line.base_unit_price) if pack is not None else None,
    )


def _freight(offer: AcceptedOffer) -> list[PricedLine]:
    if not offer.freight_amount:
        return []
    return [
        PricedLine(
            variant_id=None,
            sku="",
            name_fr=FREIGHT_NAMES[0],
            name_en=FREIGHT_NAMES[1],
            unit_code="C62",
            unit_factor=Decimal(1),
            base_unit_code="C62",
            quantity=Decimal(1),
            base_quantity=Decimal(1),
            unit_price=offer.freight_amount,
            net_amount=offer.freight_amount,
            tax_rate=FREIGHT_RATE,
            is_service=True,
        )
    ]
