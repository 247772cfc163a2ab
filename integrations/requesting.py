"""Requests for quotation of companies' systems: sent, negotiated, awarded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from accounts.queries import default_address
from agreements.services import Period
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound, Refused
from integrations.errors import NoDeliveryAddress, PartsRefused, RepeatedLine
from orders.quotes import Awarded, AwardRefused, Part, award_parts
from rfq import closing
from rfq.asking import NewLine, NewRFQ, send_rfq
from rfq.errors import RequestClosed
from rfq.models import RFQ, QuoteVersion
from rfq.policies import require_buyer
from rfq.reuse.services import begun_from
from rfq.services import CounterLine, counter_offer

Values = Mapping[str, Any]


@atomic
def send_request(*, rfq_id: UUID, wanted: Values, actor: Actor) -> bool:
    """Send a request under the key that its sender chose; False where the company's request is there already.

    Raises NotFound where the key is another company's, NoDeliveryAddress and what :func:`rfq.asking.send_rfq` raises.
    Emits RFQSent.
    """
    require_buyer(actor)
    if RFQ.objects.filter(pk=rfq_id, company_id=actor.require_company()).exists():
        return False
    address = wanted["delivery_address"] or default_address(actor.require_company())
    if address is None:
        raise NoDeliveryAddress(field="delivery_address")
    data = NewRFQ(
        title=wanted["title"],
        deadline_at=wanted["deadline_at"],
        lines=[_line(line) for line in wanted["lines"]],
        tenant_ids=wanted["suppliers"],
        delivery_address=address,
        note=wanted["note"],
        currency=wanted["currency"],
        conditions=wanted["conditions"],
        validity_days=wanted["validity_days"],
        may_split=wanted["may_split"],
        is_sealed=wanted["is_sealed"],
    )
    _send(rfq_id, data, actor)
    return True


@atomic
def send_from_template(*, rfq_id: UUID, wanted: Values, actor: Actor) -> bool:
    """As :func:`send_request`, for what a template of the company says; the deadline is new, the rest where it is said.

    A supplier's pack is asked for in words. Raises what :func:`send_request` and
    :func:`rfq.reuse.services.begun_from` raise. Emits RFQSent.
    """
    require_buyer(actor)
    if RFQ.objects.filter(pk=rfq_id, company_id=actor.require_company()).exists():
        return False
    began = begun_from(wanted["template"], actor)
    data = replace(
        began,
        deadline_at=wanted["deadline_at"],
        title=wanted["title"] or began.title,
        tenant_ids=wanted["suppliers"] or began.tenant_ids,
    )
    _send(rfq_id, data, actor)
    return True


def _send(rfq_id: UUID, data: NewRFQ, actor: Actor) -> None:
    """Raises NotFound where the key is taken."""
    try:
        with savepoint():
            send_rfq(data=data, actor=actor, rfq_id=rfq_id)
    except IntegrityError as error:  # by what this company may not read
        raise NotFound from error


@atomic
def give_time(*, rfq_id: UUID, deadline_at: datetime, reason: str, actor: Actor) -> None:
    """Let an open request last longer; one that is over, or has ended, begins again.

    Raises what :func:`rfq.closing.extend` and :func:`rfq.closing.reopen` raise, and emits what they emit.
    """
    try:
        with savepoint():
            closing.extend(rfq_id=rfq_id, deadline_at=deadline_at, actor=actor, reason=reason)
    except RequestClosed:
        closing.reopen(rfq_id=rfq_id, deadline_at=deadline_at, actor=actor, reason=reason)


@atomic
def answer_version(*, version_id: UUID, wanted: Values, actor: Actor) -> UUID:
    """Answer a version with what one would take; answers its request. Raises what :func:`counter_offer` raises."""
    lines: Sequence[Values] = wanted["lines"]
    places = {str(line["line"]): f"lines.{index}" for index, line in enumerate(lines)}
    _require_once(lines)
    wishes = {
        line["line"]: CounterLine(line["unit_price"], line["quantity"], line["lead_time_days"], line["remark"])
        for line in lines
    }
    try:
        counter_offer(version_id=version_id, lines=wishes, message=wanted["message"], actor=actor)
    except Refused as refusal:
        refusal.field = places.get(refusal.field or "", refusal.field)
        raise
    return QuoteVersion.objects.values_list("rfq_id", flat=True).get(pk=version_id)


@atomic
def award(*, rfq_id: UUID, wanted: Values, actor: Actor) -> Awarded:
    """Give a request's lines to suppliers in one step; with a period it is agreed, not ordered.

    Raises NotFound, RepeatedLine, PartsRefused, NothingPicked.
    """
    asked: Sequence[Values] = wanted["versions"]
    known = set(QuoteVersion.objects.filter(rfq_id=rfq_id).values_list("pk", flat=True))
    if any(part["version"] not in known for part in asked):
        raise NotFound
    for part in asked:
        _require_once(part["lines"] or ())
    parts = [
        Part(
            part["version"], None if part["lines"] is None else {one["line"]: one["quantity"] for one in part["lines"]}
        )
        for part in asked
    ]
    try:
        return award_parts(
            parts=parts,
            actor=actor,
            po_number=wanted["po_number"],
            cost_centre_code=wanted["cost_centre_code"],
            closes=wanted["closes"],
            period=Period(**wanted["period"]) if wanted["period"] is not None else None,
        )
    except AwardRefused as refused:
        raise PartsRefused(
            {index: why for index, part in enumerate(asked) if (why := refused.refusals.get(part["version"]))}
        ) from refused


def _require_once(lines: Sequence[Values]) -> None:
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        if line["line"] in seen:
            raise RepeatedLine(field=f"lines.{index}.line")
        seen.add(line["line"])


def _line(line: Values) -> NewLine:
    return NewLine(
        description=line["description"],
        quantity=line["quantity"],
        unit_code=line["unit"],
        gtin=line["gtin"],
        part_number=line["part_number"],
        requested_on=line["requested_on"],
        question=line["question"],
        takes_equivalent=line["takes_equivalent"],
        target_price=line["target_price"],
        hides_target=line["hides_target"],
        delivery_address=line["delivery_address"],
    )
