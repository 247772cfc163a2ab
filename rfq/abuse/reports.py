"""A supplier reports a request as spam; the operator dismisses that, or stops the company's requests, and lifts it."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed, NotFound
from core.events import emit
from rfq.abuse.errors import AlreadyDecided, AlreadyReported
from rfq.abuse.limits import take_turn
from rfq.abuse.models import RequestStop, SpamReport
from rfq.closing import end_all
from rfq.enums import ReportState
from rfq.errors import ReasonMissing
from rfq.events import RequestReported, RequestsLifted, RequestsWereStopped
from rfq.models import Invitation
from rfq.policies import require_supplier


@atomic
def report_spam(*, invitation_id: UUID, reason: str, actor: Actor) -> UUID:
    """Tell the operator that a request is none. The company never learns of it.

    Raises NotAllowed, NotFound, ReasonMissing, AlreadyReported. Emits RequestReported.
    """
    tenant_id = require_supplier(actor)
    row = Invitation.objects.filter(pk=invitation_id, tenant_id=tenant_id).first()
    if row is None:
        raise NotFound
    if not reason.strip():
        raise ReasonMissing(field="spam_reason")
    try:
        with savepoint():
            report = SpamReport.objects.create(
                invitation=row,
                rfq_id=row.rfq_id,
                company_id=row.company_id,
                tenant_id=tenant_id,
                reason=reason.strip(),
                reported_by_id=actor.require_user(),
                reported_by_name=actor.name,
            )
    except IntegrityError as error:
        raise AlreadyReported(field="spam_reason") from error
    emit(RequestReported(report.id, row.rfq_id, row.company_id, tenant_id))
    return report.id


@atomic
def dismiss(*, report_id: UUID, actor: Actor) -> None:
    """Let the company go on. Raises NotAllowed, NotFound, AlreadyDecided."""
    _decide(_open_report(report_id, actor), ReportState.DISMISSED, actor)


@atomic
def stop_company(*, report_id: UUID, reason: str, actor: Actor) -> None:
    """Let the reported company send no more requests; its open ones end, its other open reports are decided with it.

    The company reads the reason. Raises NotAllowed, NotFound, AlreadyDecided, ReasonMissing. Emits RequestsWereStopped,
    RFQCancelled, RFQClosed.
    """
    _require_operator(actor)
    company_id = SpamReport.objects.filter(pk=report_id).values_list("company_id", flat=True).first()
    if company_id is None:
        raise NotFound
    take_turn(company_id)
    report = _open_report(report_id, actor)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    others = SpamReport.objects.select_for_update(of=("self",)).filter(
        company_id=report.company_id, state=ReportState.OPEN
    )
    for row in others.order_by("pk"):
        _decide(row, ReportState.STOPPED, actor)
    RequestStop.objects.get_or_create(
        company_id=report.company_id,
        lifted_at=None,
        defaults={"reason": reason.strip(), "stopped_by_name": actor.name},
    )
    end_all(company_id=report.company_id, reason=reason.strip())
    emit(RequestsWereStopped(report.company_id, reason.strip(), timezone.now()))


@atomic
def lift(*, stop_id: UUID, actor: Actor) -> None:
    """Let a stopped company send requests again; those that have ended stay so. A second time does nothing.

    Raises NotAllowed, NotFound. Emits RequestsLifted.
    """
    _require_operator(actor)
    stop = RequestStop.objects.select_for_update(of=("self",)).filter(pk=stop_id).first()
    if stop is None:
        raise NotFound
    if stop.lifted_at is not None:
        return
    stop.lifted_at, stop.lifted_by_name = timezone.now(), actor.name
    stop.save(update_fields=["lifted_at", "lifted_by_name"])
    emit(RequestsLifted(stop.company_id, stop.lifted_at))


def _open_report(report_id: UUID, actor: Actor) -> SpamReport:
    _require_operator(actor)
    report = SpamReport.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
    if report is None:
        raise NotFound
    if report.state != ReportState.OPEN:
        raise AlreadyDecided
    return report


def _decide(report: SpamReport, state: str, actor: Actor) -> None:
    report.state, report.decided_at, report.decided_by_name = state, timezone.now(), actor.name
    report.save(update_fields=["state", "decided_at", "decided_by_name"])


def _require_operator(actor: Actor) -> None:
    if actor.kind != "operator":
        raise NotAllowed
