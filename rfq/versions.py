"""Writing a version of a quote: numbered, hashed, never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.events import dump
from core.money import ZERO, TaxedLine, Totals, line_net, round_amount, totals
from rfq.enums import Side
from rfq.models import Quote, QuoteLine, QuoteVersion

_MOST = Decimal(10) ** 9
#: VAT on transport.
FREIGHT_RATE = Decimal("0.2")


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
    pack: Mapping[str, Any] | None = None

    def net(self, currency: str) -> Decimal:
        """The line's net amount, rounded once; nothing when it is not offered."""
        return line_net(self.unit_price, self.quantity, currency) if self.unit_price is not None else ZERO


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
        pack=line.pack,
    )


def is_amount(value: Decimal, currency: str) -> bool:
    """Whether this can be an amount of money: finite, zero or more, in the currency's decimals."""
    return value.is_finite() and ZERO <= value < _MOST and value == round_amount(value, currency)


def is_price(value: Decimal) -> bool:
    """Whether this can be a price: finite, zero or more, six decimals."""
    return value.is_finite() and ZERO <= value < _MOST and value == round(value, 6)


def totals_of(version: QuoteVersion, lines: Iterable[QuoteLine]) -> Totals:
    """Net, VAT and gross that an order from this version will have (EN 16931)."""
    goods = [TaxedLine(line.net_amount, line.tax_category, line.tax_rate) for line in lines if line.is_offered]
    freight = [TaxedLine(version.freight_amount, "S", FREIGHT_RATE)] if version.freight_amount else []
    return totals([*goods, *freight], version.currency)


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
        net_amount=sum((line.net(currency) for line in lines), ZERO),
        freight_amount=freight,
        message=message,
        content_hash=content_hash(
            lines,
            number=number,
            side=side,
            currency=currency,
            freight=freight,
            valid_until=valid_until,
            message=message,
        ),
        sent_by_id=actor.user_id,
        sent_by_name=actor.name,
    )
    QuoteLine.objects.bulk_create([_row(version, line) for line in lines])
    return version


def content_hash(
    lines: Sequence[VersionLine],
    *,
    number: int,
    side: str,
    currency: str,
    freight: Decimal,
    valid_until: datetime,
    message: str,
) -> str:
    """SHA-256 of the canonical content (JSON, numbers without useless zeros, UTC): what both sides check it by."""
    content = {
        "number": number,
        "side": str(side),
        "currency": currency,
        "freight": _plain(freight),
        "valid_until": valid_until.astimezone(UTC).isoformat(timespec="microseconds"),
        "message": message,
        "lines": [_canonical(line, currency) for line in sorted(lines, key=lambda line: line.position)],
    }
    return hashlib.sha256(dump(content).encode()).hexdigest()


def is_intact(version: QuoteVersion, lines: Sequence[QuoteLine]) -> bool:
    """Whether a version as it is stored still says what it said when it was sent."""
    written = [as_version_line(line, line.unit_price) for line in lines]
    found = content_hash(
        written,
        number=version.number,
        side=version.side,
        currency=version.currency,
        freight=version.freight_amount,
        valid_until=version.valid_until,
        message=version.message,
    )
    return found == version.content_hash and version.net_amount == sum(
        (line.net(version.currency) for line in written), ZERO
    )


def _canonical(line: VersionLine, currency: str) -> list[str | int | None]:
    return [
        line.position,
        str(line.rfq_line_id),
        line.sku,
        line.name,
        _plain(line.quantity),
        line.unit_code,
        _plain(line.unit_factor),
        line.base_unit_code or line.unit_code,
        None if line.unit_price is None else _plain(line.unit_price),
        _plain(line.net(currency)),
        line.tax_category,
        _plain(line.tax_rate),
        line.lead_time_days,
        *([line.pack["reference"], line.pack["digest"]] if line.pack is not None else ()),
    ]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


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
        net_amount=line.net(version.currency),
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        lead_time_days=line.lead_time_days,
        pack=line.pack,
    )
