"""Writing a version of a quote: numbered, hashed, never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.actor import Actor
from core.events import dump
from core.money import ZERO, line_net
from rfq.enums import Side
from rfq.models import Quote, QuoteLine, QuoteVersion

_MOST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A line as it goes into a version; ``unit_price`` None means that it is not offered."""

    rfq_line_id: UUID
    position: int
    name: str
    quantity: Decimal
    unit_code: str
    unit_price: Decimal | None
    lead_time_days: int | None = None
    variant_id: UUID | None = None
    sku: str = ""
    unit_factor: Decimal = Decimal(1)
    base_unit_code: str = ""
    tax_rate: Decimal = Decimal("0.2")
    tax_category: str = "S"

    @property
    def net_amount(self) -> Decimal:
        return line_net(self.unit_price, self.quantity) if self.unit_price is not None else ZERO


def as_version_line(line: QuoteLine, unit_price: Decimal | None) -> VersionLine:
    """A written line with another price, for the next version."""
    return VersionLine(
        rfq_line_id=line.rfq_line_id,
        position=line.position,
        name=line.name,
        quantity=line.quantity,
        unit_code=line.unit_code,
        unit_price=unit_price,
        lead_time_days=line.lead_time_days,
        variant_id=line.variant_id,
        sku=line.sku,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        tax_rate=line.tax_rate,
        tax_category=line.tax_category,
    )


def is_price(value: Decimal) -> bool:
    """Whether this can be a price: finite, zero or more, six decimals."""
    return value.is_finite() and ZERO <= value < _MOST and value == round(value, 6)


def write_version(
    *,
    quote: Quote,
    side: Side,
    lines: Sequence[VersionLine],
    freight: Decimal,
    valid_until: datetime,
    currency: str,
    message: str,
    actor: Actor,
) -> QuoteVersion:
    """Write the next version of a quote, whose row is locked; statements do not grow with lines."""
    number = QuoteVersion.objects.filter(quote=quote).count() + 1
    version = QuoteVersion.objects.create(
        quote=quote,
        company_id=quote.company_id,
        tenant_id=quote.tenant_id,
        number=number,
        side=side,
        currency=currency,
        valid_until=valid_until,
        net_amount=sum((line.net_amount for line in lines), ZERO),
        freight_amount=freight,
        message=message,
        content_hash=content_hash(lines, freight=freight, valid_until=valid_until, currency=currency, number=number),
        sent_by_id=actor.user_id,
        sent_by_name=actor.name,
    )
    QuoteLine.objects.bulk_create([_row(version, line) for line in lines])
    return version


def content_hash(
    lines: Sequence[VersionLine], *, freight: Decimal, valid_until: datetime, currency: str, number: int
) -> str:
    """SHA-256 of the canonical content: what both sides can check a version by."""
    content = {
        "number": number,
        "currency": currency,
        "freight": f"{freight:f}",
        "valid_until": valid_until.isoformat(),
        "lines": [
            [str(line.rfq_line_id), line.sku, line.name, f"{line.quantity:f}", line.unit_code, _text(line.unit_price)]
            for line in lines
        ],
    }
    return hashlib.sha256(dump(content).encode()).hexdigest()


def _text(price: Decimal | None) -> str:
    return "" if price is None else f"{price.normalize():f}"


def _row(version: QuoteVersion, line: VersionLine) -> QuoteLine:
    price = line.unit_price
    return QuoteLine(
        version=version,
        rfq_line_id=line.rfq_line_id,
        company_id=version.company_id,
        tenant_id=version.tenant_id,
        position=line.position,
        is_offered=price is not None,
        variant_id=line.variant_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code or line.unit_code,
        unit_price=price,
        base_unit_price=round(price / line.unit_factor, 6) if price is not None else None,
        net_amount=line.net_amount,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        lead_time_days=line.lead_time_days,
    )
