"""Requests and offers as the API's JSON."""

from __future__ import annotations

from collections.abc import Sequence

from core.formatting import plain
from core.money import round_amount
from integrations.api.representations import Json
from quoting.models import QuoteDraft
from rfq.conditions import HasConditions
from rfq.exchange import Asked, Requested
from rfq.history import Version
from rfq.models import RFQ, Award, Invitation, QuoteLine, RFQLine
from rfq.standing import shown_state


def invitation(row: Invitation) -> Json:
    """The head of a request at one supplier."""
    return _head(row.rfq) | {
        "id": str(row.pk),
        "request_state": shown_state(row),
        "state": row.state,
        "company": row.rfq.company_name,
        "created_at": row.created_at.isoformat(),
    }


def invitation_detail(found: Asked, draft: QuoteDraft | None) -> Json:
    """All that its supplier may read of a request, with the answer that it has not sent yet."""
    row = found.invitation
    return (
        invitation(row)
        | _wishes(row.rfq, found.lines)
        | {
            "versions": [version(one) for one in found.versions],
            **_became(found.award),
            "draft": _draft(draft) if draft is not None else None,
        }
    )


def request(row: RFQ) -> Json:
    """The head of a company's request."""
    return _head(row) | {"id": str(row.pk)}


def request_detail(found: Requested) -> Json:
    """All that its company may read of a request."""
    return (
        request(found.rfq)
        | _wishes(found.rfq, found.lines)
        | {"suppliers": [_supplier(row, found) for row in found.invitations]}
    )


def _supplier(row: Invitation, found: Requested) -> Json:
    award = found.awards.get(row.pk)
    return {
        "invitation_id": str(row.pk),
        "supplier_id": str(row.tenant_id),
        "supplier": row.tenant_name,
        "state": row.state,
        "decline_reason": row.decline_reason,
        "versions": [version(one) for one in found.versions.get(row.pk, ())],
        **_became(award),
    }


def _became(award: Award | None) -> Json:
    """The order or the agreement that an award has become."""
    order_id, agreement_id = (award.order_id, award.agreement_id) if award is not None else (None, None)
    return {
        "order_id": str(order_id) if order_id is not None else None,
        "agreement_id": str(agreement_id) if agreement_id is not None else None,
    }


def _draft(row: QuoteDraft) -> Json:
    return {
        "revision": row.revision,
        "state": row.state,
        "is_by_key": not row.writer_ids,
        "saved_at": row.saved_at.isoformat(),
        "saved_by": row.saved_by_name,
        "refusal": row.refusal,
    }


def version(full: Version) -> Json:
    """A version with its lines, what is offered first before its alternatives."""
    row = full.version
    offered = sorted(
        [*full.lines.values(), *(one for others in full.alternatives.values() for one in others)],
        key=lambda line: (line.position, line.option),
    )
    return {
        "id": str(row.pk),
        "number": row.number,
        "side": row.side,
        "state": row.state,
        "currency": row.currency,
        "valid_until": row.valid_until.isoformat(),
        "net_amount": str(round_amount(row.net_amount, row.currency)),
        "freight_amount": str(round_amount(row.freight_amount, row.currency)),
        "message": row.message,
        "content_hash": row.content_hash,
        "sent_at": row.sent_at.isoformat(),
        "sent_by": row.sent_by_name,
        "lines": [_offered(line, row.currency) for line in offered],
        **_conditions(row),
    }


def _head(rfq: RFQ) -> Json:
    return {
        "number": rfq.number,
        "title": rfq.title,
        "request_state": rfq.state,
        "currency": rfq.currency,
        "deadline_at": rfq.deadline_at.isoformat(),
        "is_sealed": rfq.is_sealed,
        "created_at": rfq.created_at.isoformat(),
    }


def _wishes(rfq: RFQ, lines: Sequence[RFQLine]) -> Json:
    return {
        "note": rfq.note,
        "validity_days": rfq.validity_days,
        "may_split": rfq.may_split,
        "delivery_address": rfq.delivery_address,
        "lines": [_asked(line) for line in lines],
        **_conditions(rfq),
    }


def _conditions(row: HasConditions) -> Json:
    term = {"kind": row.term_kind, "days": row.term_days} if row.term_days is not None else None
    return {"incoterm": row.incoterm, "incoterm_place": row.incoterm_place, "payment_term": term}


def _asked(line: RFQLine) -> Json:
    return {
        "id": str(line.pk),
        "position": line.position,
        "description": line.description,
        "gtin": line.gtin,
        "part_number": line.part_number,
        "quantity": plain(line.quantity),
        "unit": line.unit_code,
        "requested_on": line.requested_on.isoformat() if line.requested_on else None,
        "question": line.question,
        "takes_equivalent": line.takes_equivalent,
        "target_price": plain(line.target_price) if line.target_price is not None else None,
        "delivery_address": line.delivery_address,
    }


def _offered(line: QuoteLine, currency: str) -> Json:
    return {
        "id": str(line.pk),
        "line": str(line.rfq_line_id),
        "option": line.option,
        "kind": line.kind,
        "sku": line.sku,
        "name": line.name,
        "quantity": plain(line.quantity),
        "unit": line.unit_code,
        "unit_price": plain(line.unit_price) if line.unit_price is not None else None,
        "net_amount": str(round_amount(line.net_amount, currency)),
        "setup_amount": str(round_amount(line.setup_amount, currency)),
        "tiers": [{"min_quantity": quantity, "unit_price": price} for quantity, price in line.tiers],
        "lead_time_days": line.lead_time_days,
        "tax_rate": plain(line.tax_rate),
        "remark": line.remark,
    }
