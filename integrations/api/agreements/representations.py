"""Agreements as the API's JSON."""

from __future__ import annotations

from collections.abc import Container, Sequence
from uuid import UUID

from django.utils import timezone

from agreements.models import Agreement, AgreementLine, CallOff
from agreements.records import Record
from core.formatting import plain
from core.money import round_amount
from integrations.api.representations import Json


def agreement(row: Agreement) -> Json:
    """The head of an agreement that has its lines."""
    return _head(row, list(row.lines.all()))


def agreement_detail(found: Record, seen_orders: Container[UUID]) -> Json:
    """An agreement with what is left of each line, and the call offs of the orders that the reader may see."""
    row = found.agreement
    return _head(row, found.lines) | {
        "rfq_id": str(row.rfq_id),
        "content_hash": row.content_hash,
        "incoterm": row.incoterm,
        "incoterm_place": row.incoterm_place,
        "freight_amount": str(round_amount(row.freight_amount, row.currency)),
        "payment_term": {"kind": row.term_kind, "days": row.term_days} if row.term_days is not None else None,
        "lines": [_line(line, row.currency) for line in found.lines],
        "call_offs": [_call(call) for call in found.calls if call.order_id in seen_orders],
    }


def _head(row: Agreement, lines: Sequence[AgreementLine]) -> Json:
    is_used_up = not any(line.may_overrun or line.remaining for line in lines)
    return {
        "id": str(row.pk),
        "number": row.number,
        "standing": row.standing(timezone.localdate(), is_used_up=is_used_up).value,
        "company": row.company_name,
        "po_number": row.po_number,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "currency": row.currency,
        "net_amount": str(round_amount(row.net_amount, row.currency)),
        "signed_at": row.signed_at.isoformat(),
        "signed_by": row.signed_by_name,
    }


def _line(line: AgreementLine, currency: str) -> Json:
    return {
        "id": str(line.pk),
        "position": line.position,
        "sku": line.sku,
        "name_fr": line.name_fr,
        "name_en": line.name_en,
        "unit": line.unit_code,
        "unit_factor": plain(line.unit_factor),
        "base_unit": line.base_unit_code,
        "unit_price": plain(line.unit_price),
        "committed_quantity": plain(line.committed_quantity),
        "called_quantity": plain(line.called_quantity),
        "remaining_quantity": plain(line.remaining),
        "setup_amount": str(round_amount(line.setup_amount, currency)),
        "may_overrun": line.may_overrun,
    }


def _call(call: CallOff) -> Json:
    return {
        "order_id": str(call.order_id),
        "order_number": call.order_number,
        "line": str(call.line_id),
        "sku": call.line.sku,
        "kind": call.kind,
        "quantity": plain(call.quantity),
        "at": call.at.isoformat(),
    }
