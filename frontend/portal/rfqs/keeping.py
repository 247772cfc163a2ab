"""The form of an answer as a draft keeps it: what can be read as a number is kept as one, the rest as it was typed.

A colleague who reads another language finds the numbers written their way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.forms import ValidationError
from django.http import QueryDict
from django.utils import timezone

from core.formatting import plain
from frontend.typed import as_typed, read_number
from rfq.enums import LineKind
from rfq.offers import Offer, OfferLine

_NUMBERS = ("price", "quantity", "setup", "tier", "tierprice")
_TEXTS = ("sku", "lead", "name", "remark", "replacement")
_WHOLE = ("currency", "incoterm", "incoterm_place", "term", "valid_on", "message")
_LONGEST = 2000


def kept(data: QueryDict, line_ids: Collection[UUID]) -> dict[str, Any]:
    """What a draft keeps of the fields that were sent: those of the request's own lines, and those for all of it."""
    keys = {line_id.hex for line_id in line_ids}
    said = {name: str(value) for name, value in data.items()}
    fields: dict[str, Any] = {name: said[name][:_LONGEST] for name in _WHOLE if name in said}
    if "freight" in said:
        fields["freight"] = _kept_number(said["freight"])
    for name, text in said.items():
        column, key = _parts(name)
        if key in keys and column in _NUMBERS:
            fields[name] = _kept_number(text)
        elif key in keys and column in _TEXTS:
            fields[name] = text[:_LONGEST]
    return fields


def fields_of(offer: Offer, line_ids: Collection[UUID]) -> dict[str, Any]:
    """The form in which an offer stands that a system has sent; lines that it leaves out are not offered."""
    fields: dict[str, Any] = {
        "currency": offer.currency,
        "incoterm": offer.conditions.incoterm,
        "incoterm_place": offer.conditions.incoterm_place,
        "term": offer.conditions.term_value,
        "valid_on": timezone.localdate(offer.valid_until).isoformat(),
        "message": offer.message,
        "freight": _number(offer.freight),
    }
    for line_id in line_ids:
        line = offer.lines.get(line_id, OfferLine(None))
        fields |= _line_fields(line, "", line_id.hex)
        for option, other in enumerate(line.alternatives, 1):
            fields |= _line_fields(other, "other-", f"{option}-{line_id.hex}")
    return {name: value for name, value in fields.items() if value is not None}


def _line_fields(line: OfferLine, prefix: str, key: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sku": line.sku,
        "price": _number(line.unit_price) or "",
        "lead": line.lead_time_days,
        "name": line.name,
        "quantity": _number(line.quantity),
        "setup": _number(line.setup or None),
        "remark": line.remark,
        "replacement": "1" if line.kind == LineKind.REPLACEMENT else None,
    }
    for row, (quantity, price) in enumerate(line.tiers):
        said |= {f"tier-{row}": _number(quantity), f"tierprice-{row}": _number(price)}
    return {f"{prefix}{name}-{key}": value for name, value in said.items()}


def _number(value: Decimal | None) -> dict[str, str] | None:
    return {"number": plain(value)} if value is not None else None


def restored(fields: Mapping[str, Any]) -> QueryDict:
    """The kept fields as a form sends them, numbers in the page's language."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data[name] = as_typed(Decimal(value["number"])) if isinstance(value, dict) else str(value)
    return data


def _parts(name: str) -> tuple[str, str]:
    """The column of a field, and the line that it belongs to: ``tier-0-<line>``, ``other-tier-0-1-<line>``."""
    *column, key = name.removeprefix("other-").split("-")
    return "-".join(part for part in column if not part.isdecimal()), key


def _kept_number(text: str) -> dict[str, str] | str:
    try:
        return {"number": plain(read_number(text))} if text.strip() else ""
    except ValidationError:
        return text[:_LONGEST]
