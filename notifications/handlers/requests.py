"""After commit: letters about requests for quotation. None of them tells of another supplier, or that there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from core import formatting
from core.events import Event, handles
from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.events import SupplierTold
from notifications.values import Day
from rfq.enums import UNANSWERED, InvitationState, Side, VersionState
from rfq.events import (
    AnswerDue,
    OfferExpiring,
    QuoteCountered,
    RFQAwarded,
    RFQCancelled,
    RFQClosed,
    RFQExtended,
    RFQReopened,
    RFQSent,
)
from rfq.models import Invitation, InvitationTransition, QuoteVersion
from tenants import directory

_MOVED, _ENDED = "request_moved", "request_ended"


@handles(RFQSent)
def request_received(event: RFQSent) -> None:
    """Tell the staff of each invited supplier."""
    _tell_each("request_received", event.rfq_id, event.tenant_ids)


@handles(RFQExtended)
def request_extended(event: RFQExtended) -> None:
    """Tell the suppliers that there is more time."""
    values = {"until": _moment(event.deadline_at), "reason": event.reason}
    _tell_each(_MOVED, event.rfq_id, event.tenant_ids, kind="request_extended", at=event.at, values=values)


@handles(RFQReopened)
def request_reopened(event: RFQReopened) -> None:
    """Tell the suppliers that they may answer again."""
    values = {"until": _moment(event.deadline_at), "reason": event.reason}
    _tell_each(_MOVED, event.rfq_id, event.tenant_ids, kind="request_reopened", at=event.at, values=values)


@handles(RFQCancelled)
def request_cancelled(event: RFQCancelled) -> None:
    """Tell the suppliers that could still have won; not that the buyer took it back where it did not."""
    kind = "request_closed" if event.by_marketplace else "request_cancelled"
    values = {"reason": event.reason, "by_marketplace": event.by_marketplace}
    _tell_each(_ENDED, event.rfq_id, event.tenant_ids, kind=kind, at=event.at, values=values)


@handles(RFQClosed)
def request_closed(event: RFQClosed) -> None:
    """Tell the suppliers that could still have won."""
    values = {"reason": event.reason, "by_marketplace": event.by_marketplace}
    _tell_each(_ENDED, event.rfq_id, event.tenant_ids, kind="request_closed", at=event.at, values=values)


@handles(RFQAwarded)
def request_lost(event: RFQAwarded) -> None:
    """Tell those that did not win; who did is not said."""
    values = {"reason": "", "by_marketplace": False}
    _tell_each(_ENDED, event.rfq_id, event.lost_tenant_ids, kind="request_lost", values=values)


@handles(QuoteCountered)
def quote_countered(event: QuoteCountered) -> None:
    """Tell the supplier that the buyer would have other terms."""
    _tell_supplier("quote_countered", event.rfq_id, event.tenant_id, event=event)


@handles(AnswerDue)
def request_due(event: AnswerDue) -> None:
    """Remind a supplier that has not answered meanwhile."""
    _tell_supplier("request_due", event.rfq_id, event.tenant_id, event=event, only=_has_not_answered)


@handles(OfferExpiring)
def offer_expires(event: OfferExpiring) -> None:
    """Remind one side, if the version is still on the table."""
    with use_tenant(OPERATOR):
        row = QuoteVersion.objects.select_related("rfq").get(pk=event.quote_version_id)
        supplier = Invitation.objects.values_list("tenant_name", flat=True).get(pk=event.invitation_id)
    if row.state != VersionState.SENT:
        return
    values: dict[str, Any] = {
        "version": f"V{row.number}",
        "day": Day(timezone.localdate(event.valid_until)),
        "until": _moment(event.valid_until),
    }
    if event.side == Side.SUPPLIER:
        _tell_supplier("quote_expires", event.rfq_id, event.tenant_id, event=event, values=values)
        return
    mail.send(
        "offer_expires",
        event=event,
        about=Subject(SubjectKind.REQUEST, row.rfq_id, row.rfq.number, event.company_id),
        to=recipients.offer_reader(event.company_id, row.rfq.created_by_id),
        values={
            **values,
            "supplier": supplier,
            "number": row.rfq.number,
            "title": row.rfq.title,
            "link": f"{mail.origin(settings.PLATFORM_DOMAIN)}/rfqs/{event.rfq_id}/{event.invitation_id}/",
        },
    )


def _tell_each(
    template: str,
    rfq_id: UUID,
    tenant_ids: Iterable[UUID],
    *,
    kind: str = "",
    at: datetime | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    for tenant_id in tenant_ids:
        told = SupplierTold(kind or template, rfq_id, tenant_id, at)
        _tell_supplier(template, rfq_id, tenant_id, event=told, kind=kind, values=values, only=_has_not_declined)


def _tell_supplier(
    template: str,
    rfq_id: UUID,
    tenant_id: UUID,
    *,
    event: Event,
    kind: str = "",
    values: dict[str, Any] | None = None,
    only: Callable[[Invitation], bool] = lambda _row: True,
) -> None:
    """Write to one supplier's staff in its own scope: what it cannot read cannot get into its letter."""
    tenant = directory.find_by_id(tenant_id)
    if tenant is None:
        return
    with use_tenant(tenant.scope, party="tenant"):
        row = Invitation.objects.select_related("rfq").filter(rfq_id=rfq_id, tenant_id=tenant_id).first()
        if row is None or not only(row):
            return
        rfq, lines = row.rfq, row.rfq.lines.count()
        said: dict[str, Any] = {
            "kind": kind or template,
            "number": rfq.number,
            "title": rfq.title,
            "company": rfq.company_name,
            "lines": lambda: formatting.number(lines),
            "deadline": _moment(rfq.deadline_at),
            "link": f"{mail.origin(tenant.primary_domain)}/portal/rfqs/{row.pk}/",
        }
        mail.send(
            template,
            event=event,
            about=Subject(SubjectKind.REQUEST, rfq.pk, rfq.number, rfq.company_id),
            kind=kind,
            to=recipients.staff(tenant_id),
            values={**said, **(values or {})},
        )


def _moment(at: datetime) -> Callable[[], str]:
    """A point in time in the reader's language."""
    return lambda: formatting.moment(at)


def _has_not_answered(row: Invitation) -> bool:
    return row.state in UNANSWERED


def _has_not_declined(row: Invitation) -> bool:
    """Whoever said no before a request ended need not be told."""
    if row.state != InvitationState.CLOSED:
        return row.state != InvitationState.DECLINED
    last = InvitationTransition.objects.filter(subject=row, to_state=InvitationState.CLOSED).last()
    return last is None or last.from_state != InvitationState.DECLINED
