"""Domain objects as the API's JSON; a page of two hundred products is written without a serializer per value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.packs.snapshots import PackSnapshot
from catalog.queries import ListedVariant, ProductDetail, UnitInfo
from core.formatting import plain
from core.money import round_amount
from customers.queries import CustomerInfo
from inventory.queries import Availability, availability
from orders.kits import kits_among
from orders.models import Order, OrderLine
from orders.named_carts.queries import CompanyCart
from payments.queries import InvoiceSummary
from pricing.queries import ResolvedPrice, price_context, resolve
from shipping.queries import Parcel

Json = dict[str, Any]
_ONE = Decimal(1)


def products(listed: Sequence[ListedVariant], customer: CustomerInfo) -> list[Json]:
    """Variants with the customer's price for one base unit, and stock; two statements, nine more where there are packs.

    A fixed kit costs what is in it, and there is as much of it as of that; other packs cost what one chooses.
    """
    plain_goods = [variant.info.id for variant in listed if not variant.info.is_pack]
    kits, context = kits_among((variant.info for variant in listed), customer.view), price_context(customer)
    prices = resolve(context, dict.fromkeys(plain_goods, _ONE)) | kits.prices(context, dict.fromkeys(kits.chosen, _ONE))
    counted = availability({*plain_goods, *kits.goods}) if listed else {}
    stocks = {key: counted[key] for key in plain_goods if key in counted} | kits.stocks(counted)
    return [_product(variant, prices, stocks) for variant in listed]


def product_detail(detail: ProductDetail, customer: CustomerInfo) -> Json:
    """One variant with its description and the references of its siblings."""
    (shown,) = products([detail.shown], customer)
    return shown | {
        "description_fr": detail.description_fr,
        "description_en": detail.description_en,
        "variants": [sibling.info.sku for sibling in detail.siblings],
    }


def cart(row: CompanyCart) -> Json:
    """A cart without its lines."""
    return {
        "id": str(row.id),
        "name": row.name,
        "owner": row.owner_name,
        "is_current": row.is_current,
        "sharing": row.sharing.value,
        "updated_at": row.updated_at.isoformat(),
        "updated_by": row.changed_by_name,
        "line_count": row.sum.count,
        "currency": row.sum.currency,
        "net_amount": _amount(row.sum.net, row.sum.currency) if row.sum.net is not None else None,
    }


def order(row: Order) -> Json:
    """The head of an order."""
    return {
        "id": str(row.id),
        "number": row.number,
        "state": row.state,
        "po_number": row.po_number,
        "placed_at": row.placed_at.isoformat(),
        "placed_by": row.placed_by_name,
        "currency": row.currency,
        "net_amount": _amount(row.net_amount, row.currency),
        "tax_amount": _amount(row.tax_amount, row.currency),
        "total_amount": _amount(row.total_amount, row.currency),
        "payment_term": row.payment_term_code,
    }


def order_detail(
    row: Order, lines: Sequence[OrderLine], parcels: Sequence[Parcel], invoice: InvoiceSummary | None
) -> Json:
    """An order with everything that happened to it."""
    return order(row) | {
        "project": row.project,
        "cost_centre_code": row.cost_centre_code,
        "requested_on": row.requested_on.isoformat() if row.requested_on else None,
        "note": row.note,
        "incoterm": row.incoterm,
        "incoterm_place": row.incoterm_place,
        "delivery_method": row.delivery_method,
        "payment_method": row.payment_method,
        "delivery_address": row.delivery_address,
        "lines": [_order_line(line, row.currency) for line in lines],
        "shipments": [_shipment(parcel) for parcel in parcels],
        "invoice": _invoice(invoice, row.currency) if invoice else None,
    }


def _product(variant: ListedVariant, prices: Mapping[UUID, ResolvedPrice], stocks: Mapping[UUID, Availability]) -> Json:
    info = variant.info
    price, stock = prices.get(info.id), stocks.get(info.id)
    return {
        "sku": info.sku,
        "name_fr": info.name_fr,
        "name_en": info.name_en,
        "brand": variant.brand,
        "manufacturer_part_number": variant.manufacturer_part_number,
        "gtin": info.gtin,
        "category": variant.category_path,
        "attributes": variant.attributes,
        "tax_rate": plain(info.tax_rate),
        "base_unit": info.base_unit.code,
        "units": [_unit(unit) for unit in info.units],
        "price": _price(price) if price else None,
        "is_service": info.is_service,
        "availability": _availability(stock) if stock else None,
    }


def _unit(unit: UnitInfo) -> Json:
    return {
        "code": unit.code,
        "factor": plain(unit.factor),
        "is_base": unit.is_base,
        "minimum": plain(unit.minimum),
        "multiple": plain(unit.multiple),
    }


def _price(price: ResolvedPrice) -> Json:
    tiers = [{"min_quantity": plain(tier.min_quantity), "unit_price": plain(tier.unit_price)} for tier in price.tiers]
    return {"currency": price.currency, "unit_price": plain(price.unit_price), "tiers": tiers}


def _availability(stock: Availability) -> Json:
    return {
        "available": plain(stock.available),
        "lead_time_days": stock.lead_time_days,
        "restock_on": stock.restock_on.isoformat() if stock.restock_on else None,
    }


def _order_line(line: OrderLine, currency: str) -> Json:
    return {
        "position": line.position,
        "sku": line.sku,
        "name_fr": line.name_fr,
        "name_en": line.name_en,
        "unit": line.unit_code,
        "quantity": plain(line.quantity),
        "base_unit": line.base_unit_code,
        "base_quantity": plain(line.base_quantity),
        "shipped_quantity": plain(line.shipped_quantity),
        "delivered_quantity": plain(line.delivered_quantity),
        "unit_price": plain(line.unit_price),
        "net_amount": _amount(line.net_amount, currency),
        "tax_rate": plain(line.tax_rate),
        "is_service": line.is_service,
        "pack": _pack(PackSnapshot.from_json(line.pack), line.base_quantity) if line.pack else None,
    }


def _pack(pack: PackSnapshot, count: Decimal) -> Json:
    """What ``count`` packs consist of."""
    return {
        "reference": pack.reference,
        "options": [
            {"code": option.code, "name_fr": option.name_fr, "name_en": option.name_en} for option in pack.options
        ],
        "components": [
            {
                "sku": line.sku,
                "name_fr": line.name_fr,
                "name_en": line.name_en,
                "unit": line.unit_code,
                "quantity": plain(line.quantity * count),
            }
            for line in pack.lines
        ],
    }


def _shipment(parcel: Parcel) -> Json:
    return {
        "number": parcel.number,
        "state": parcel.state,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "promised_on": parcel.promised_on.isoformat() if parcel.promised_on else None,
        "estimated_on": parcel.estimated_on.isoformat() if parcel.estimated_on else None,
        "lines": [{"sku": item.sku, "base_quantity": plain(item.base_quantity)} for item in parcel.lines],
    }


def _invoice(invoice: InvoiceSummary, currency: str) -> Json:
    return {
        "number": invoice.number,
        "state": invoice.state,
        "due_on": invoice.due_on.isoformat(),
        "total_amount": _amount(invoice.total, currency),
    }


def _amount(amount: Decimal, currency: str) -> str:
    return str(round_amount(amount, currency))
