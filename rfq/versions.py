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
from core.money import ZERO, line_net, round_amount
from rfq.conditions import USUAL, Conditions
from rfq.enums import LineKind, Side
from rfq.models import Quote, QuoteLine, QuoteVersion
from rfq.talk.models import QuoteFile, SentFile

_MOST = Decimal(10) ** 9
#: VAT on transport.
FREIGHT_RATE = Decimal("0.2")

#: From this quantity on, this price per unit.
Tier = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A line as it goes into a version; ``unit_price`` None means that it is not offered.

    ``option`` 0 is what is offered first for the asked line. ``tiers`` are prices for other quantities, by quantity.
    """

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
    option: int = 0
    kind: str = LineKind.AS_ASKED
    setup: Decimal = ZERO
    tiers: tuple[Tier, ...] = ()
    remark: str = ""

    def net(self, currency: str) -> Decimal:
        """The line's net amount, rounded once; nothing when it is not offered. One-off costs are not in it."""
        return line_net(self.unit_price, self.quantity, currency) if self.unit_price is not None else ZERO


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A data sheet of an offer, or a drawing of a request, stored under its ``digest`` (SHA-256)."""

    name: str
    content_type: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """All that a version says."""

    lines: Sequence[VersionLine]
    valid_until: datetime
    currency: str
    freight: Decimal = ZERO
    message: str = ""
    conditions: Conditions = USUAL
    files: Sequence[VersionFile] = ()

    @property
    def net(self) -> Decimal:
        """What is offered first for each line, with its one-off costs."""
        return sum((line.net(self.currency) + line.setup for line in self.lines if line.option == 0), ZERO)


def content_of(version: QuoteVersion, lines: Iterable[QuoteLine], files: Iterable[QuoteFile] = ()) -> Content:
    """What a written version says."""
    return Content(
        lines=[as_version_line(line, line.unit_price) for line in lines],
        valid_until=version.valid_until,
        currency=version.currency,
        freight=version.freight_amount,
        message=version.message,
        conditions=Conditions.of(version),
        files=[as_version_file(file) for file in files],
    )


def as_version_file(file: SentFile) -> VersionFile:
    """A written file, for the next version, or the next request."""
    return VersionFile(file.name, file.content_type, file.digest, file.size)


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
        option=line.option,
        kind=line.kind,
        setup=line.setup_amount,
        tiers=tiers_of(line),
        remark=line.remark,
    )


def tiers_of(line: QuoteLine) -> tuple[Tier, ...]:
    """The prices of a written line for other quantities than its own."""
    return tuple((Decimal(quantity), Decimal(price)) for quantity, price in line.tiers)


def price_at(line: QuoteLine, quantity: Decimal) -> Decimal | None:
    """What a unit costs when so many are taken; None for fewer than the offer begins at, or where there is none."""
    if line.unit_price is None:
        return None
    fitting = [tier for tier in (*tiers_of(line), (line.quantity, line.unit_price)) if tier[0] <= quantity]
    return max(fitting)[1] if fitting else None


def is_amount(value: Decimal, currency: str) -> bool:
    """Whether this can be an amount of money: finite, zero or more, in the currency's decimals."""
    return value.is_finite() and ZERO <= value < _MOST and value == round_amount(value, currency)


def is_price(value: Decimal) -> bool:
    """Whether this can be a price: finite, zero or more, six decimals."""
    return value.is_finite() and ZERO <= value < _MOST and value == round(value, 6)


def is_quantity(value: Decimal) -> bool:
    """Whether so much can be offered: finite, above zero, four decimals."""
    return value.is_finite() and ZERO < value < _MOST and value == round(value, 4)


def write_version(*, quote: Quote, rfq_id: UUID, side: Side, content: Content, actor: Actor) -> QuoteVersion:
    """Write the next version of a quote, whose row is locked; statements do not grow with lines."""
    number = QuoteVersion.objects.filter(quote=quote).count() + 1
    version = QuoteVersion.objects.create(
        rfq_id=rfq_id,
        quote=quote,
        company_id=quote.company_id,
        tenant_id=quote.tenant_id,
        number=number,
        side=side,
        currency=content.currency,
        valid_until=content.valid_until,
        net_amount=content.net,
        freight_amount=content.freight,
        incoterm=content.conditions.incoterm,
        incoterm_place=content.conditions.incoterm_place,
        term_kind=content.conditions.term_kind,
        term_days=content.conditions.term_days,
        message=content.message,
        content_hash=content_hash(content, number=number, side=side),
        sent_by_id=actor.user_id,
        sent_by_name=actor.name,
    )
    QuoteLine.objects.bulk_create([_row(version, line) for line in content.lines])
    QuoteFile.objects.bulk_create([_file(version, place, file) for place, file in enumerate(content.files)])
    return version


def content_hash(content: Content, *, number: int, side: str) -> str:
    """SHA-256 of the canonical content (JSON, numbers without useless zeros, UTC): what both sides check it by."""
    conditions = content.conditions
    said = {
        "number": number,
        "side": str(side),
        "currency": content.currency,
        "freight": _plain(content.freight),
        "valid_until": content.valid_until.astimezone(UTC).isoformat(timespec="microseconds"),
        "message": content.message,
        "lines": [
            _canonical(line, content.currency)
            for line in sorted(content.lines, key=lambda line: (line.position, line.option))
        ],
    }
    if content.files:
        said["files"] = [[file.name, file.digest] for file in content.files]
    if conditions != USUAL:
        said["conditions"] = [conditions.delivery_text, conditions.term_kind, conditions.term_days]
    return hashlib.sha256(dump(said).encode()).hexdigest()


def is_intact(version: QuoteVersion, lines: Sequence[QuoteLine], files: Sequence[QuoteFile] = ()) -> bool:
    """Whether a version as it is stored still says what it said when it was sent."""
    content = content_of(version, lines, files)
    found = content_hash(content, number=version.number, side=version.side)
    return found == version.content_hash and version.net_amount == content.net


def _canonical(line: VersionLine, currency: str) -> list[Any]:
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
        *_more(line),
    ]


def _more(line: VersionLine) -> list[dict[str, Any]]:
    """What a line says beyond a price for what was asked; nothing for one that says no more."""
    has_kind = line.unit_price is not None and line.kind != LineKind.AS_ASKED
    said = {
        "option": line.option,
        "kind": str(line.kind) if has_kind else "",
        "setup": _plain(line.setup) if line.setup else "",
        "tiers": [[_plain(quantity), _plain(price)] for quantity, price in line.tiers],
        "remark": line.remark,
    }
    said = {name: value for name, value in said.items() if value}
    return [said] if said else []


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _file(version: QuoteVersion, position: int, file: VersionFile) -> QuoteFile:
    return QuoteFile(
        rfq_id=version.rfq_id,
        version=version,
        company_id=version.company_id,
        tenant_id=version.tenant_id,
        position=position,
        name=file.name,
        content_type=file.content_type,
        digest=file.digest,
        size=file.size,
    )


def _row(version: QuoteVersion, line: VersionLine) -> QuoteLine:
    price = line.unit_price
    return QuoteLine(
        version=version,
        rfq_id=version.rfq_id,
        rfq_line_id=line.rfq_line_id,
        company_id=version.company_id,
        tenant_id=version.tenant_id,
        position=line.position,
        option=line.option,
        kind=line.kind if price is not None else LineKind.NOT_AVAILABLE,
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
        setup_amount=line.setup,
        tiers=[[_plain(quantity), _plain(each)] for quantity, each in line.tiers],
        remark=line.remark,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        lead_time_days=line.lead_time_days,
        pack=line.pack,
    )
