"""Offers of suppliers' systems: by line of the request, every refusal at the line that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.db import atomic
from core.errors import NotFound, Refused
from integrations.errors import RepeatedLine, UnknownLine
from quoting import drafts
from rfq.enums import LineKind
from rfq.inbox import asked_lines
from rfq.offers import Offer, OfferLine

Values = Mapping[str, Any]


@atomic
def send_offer(*, invitation_id: UUID, wanted: Values, actor: Actor) -> bool:
    """Send what was written for a request, within the supplier's limits; False when it waits for an approval.

    ``wanted`` holds what :class:`integrations.api.quotes.inputs.NewOffer` has checked. Raises NotFound, UnknownLine,
    RepeatedLine and what :func:`quoting.drafts.answer` raises, with the place of the line as field; emits what that
    emits.
    """
    lines: Sequence[Values] = wanted["lines"]
    known = {line.pk for line in asked_lines(invitation_id)}
    if not known:
        raise NotFound
    _check(lines, known)
    offer = Offer(
        lines={line["line"]: _first(line) for line in lines},
        valid_until=wanted["valid_until"],
        freight=wanted["freight_amount"],
        message=wanted["message"],
        conditions=wanted["conditions"],
        currency=wanted["currency"],
    )
    try:
        sent = drafts.answer(invitation_id=invitation_id, offer=offer, actor=actor, revision=wanted["revision"])
    except Refused as refusal:
        refusal.field = dict(_places(lines)).get(refusal.field or "", refusal.field)
        raise
    return sent.is_sent


def _check(lines: Sequence[Values], known: set[UUID]) -> None:
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        if line["line"] not in known:
            raise UnknownLine(field=f"lines.{index}.line")
        if line["line"] in seen:
            raise RepeatedLine(field=f"lines.{index}.line")
        seen.add(line["line"])


def _places(lines: Sequence[Values]) -> Iterator[tuple[str, str]]:
    """The fields that an offer's refusals name, and where they stand in what was sent."""
    for index, line in enumerate(lines):
        yield str(line["line"]), f"lines.{index}"
        for option in range(len(line["alternatives"])):
            yield f"{line['line']}-{option + 1}", f"lines.{index}.alternatives.{option}"


def _first(line: Values) -> OfferLine:
    others = tuple(_offered(other, LineKind.ALTERNATIVE, ()) for other in line["alternatives"])
    return _offered(line, line["kind"], others)


def _offered(line: Values, kind: str, others: tuple[OfferLine, ...]) -> OfferLine:
    return OfferLine(
        unit_price=line["unit_price"],
        lead_time_days=line["lead_time_days"],
        sku=line["sku"],
        kind=kind,
        name=line["name"],
        quantity=line["quantity"],
        setup=line["setup_amount"],
        tiers=tuple((tier["min_quantity"], tier["unit_price"]) for tier in line["tiers"]),
        remark=line["remark"],
        alternatives=others,
    )
