"""An offer as JSON, and what it is approved by: the SHA-256 of exactly that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.events import dump
from rfq.conditions import Conditions
from rfq.offers import Offer, OfferLine
from rfq.versions import VersionFile


def as_json(offer: Offer) -> dict[str, Any]:
    """All that an offer says: numbers without useless zeros, moments in UTC."""
    return {
        "lines": {str(key): _line(line) for key, line in offer.lines.items()},
        "valid_until": offer.valid_until.astimezone(UTC).isoformat(timespec="microseconds"),
        "freight": _plain(offer.freight),
        "message": offer.message,
        "conditions": asdict(offer.conditions),
        "files": [asdict(file) for file in offer.files],
        "kept": None if offer.kept is None else sorted(map(str, offer.kept)),
        "currency": offer.currency,
    }


def from_json(said: Mapping[str, Any]) -> Offer:
    """The offer that :func:`as_json` described."""
    return Offer(
        lines={UUID(key): _offer_line(line) for key, line in said["lines"].items()},
        valid_until=datetime.fromisoformat(said["valid_until"]),
        freight=Decimal(said["freight"]),
        message=said["message"],
        conditions=Conditions(**said["conditions"]),
        files=tuple(VersionFile(**file) for file in said["files"]),
        kept=None if said["kept"] is None else [UUID(key) for key in said["kept"]],
        currency=said.get("currency", ""),  # drafts of before there was any other
    )


def digest_of(said: Mapping[str, Any], invitation_id: UUID) -> str:
    """What an answer to one request is known by."""
    return hashlib.sha256(dump({"invitation": str(invitation_id), "offer": dict(said)}).encode()).hexdigest()


def _line(line: OfferLine) -> dict[str, Any]:
    return {
        "unit_price": _optional(line.unit_price),
        "lead_time_days": line.lead_time_days,
        "sku": line.sku,
        "kind": str(line.kind),
        "name": line.name,
        "quantity": _optional(line.quantity),
        "setup": _plain(line.setup),
        "tiers": [[_plain(quantity), _plain(price)] for quantity, price in line.tiers],
        "remark": line.remark,
        "alternatives": [_line(other) for other in line.alternatives],
    }


def _offer_line(said: Mapping[str, Any]) -> OfferLine:
    return OfferLine(
        unit_price=_number(said["unit_price"]),
        lead_time_days=said["lead_time_days"],
        sku=said["sku"],
        kind=said["kind"],
        name=said["name"],
        quantity=_number(said["quantity"]),
        setup=Decimal(said["setup"]),
        tiers=tuple((Decimal(quantity), Decimal(price)) for quantity, price in said["tiers"]),
        remark=said["remark"],
        alternatives=tuple(_offer_line(other) for other in said["alternatives"]),
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else _plain(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
