"""After commit: whoever sent a request hears what became of its offers, as long as that person may read them.

Before the deadline of a sealed request a letter says no more than the request's page does.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from core import formatting
from core.events import Event, handles
from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from rfq.enums import InvitationState, Side, VersionState
from rfq.events import DeadlinePassed, InvitationChanged, QuoteSent, QuoteWithdrawn
from rfq.models import RFQ, Invitation, QuoteVersion


@handles(QuoteSent)
def quote_received(event: QuoteSent) -> None:
    """Tell whoever asked that a supplier has answered."""
    values = {
        "supplier": _supplier(event.invitation_id),
        "total": lambda: "" if event.sealed_until else formatting.money(event.net, event.currency),
        "opened": lambda: formatting.moment(event.sealed_until) if event.sealed_until else "",
    }
    _write("quote_received", event, event.rfq_id, values)


@handles(QuoteWithdrawn)
def offer_withdrawn(event: QuoteWithdrawn) -> None:
    """Tell that a supplier has taken its offer back; not while nobody may know what came of it."""
    if event.sealed_until is None:
        values = {"supplier": _supplier(event.invitation_id), "reason": event.reason}
        _write("offer_withdrawn", event, event.rfq_id, values, page=f"{event.invitation_id}/")


@handles(InvitationChanged)
def request_declined(event: InvitationChanged) -> None:
    """Tell that a supplier makes no offer."""
    if event.state == InvitationState.DECLINED:
        values = {"supplier": _supplier(event.invitation_id), "reason": event.reason}
        _write("request_declined", event, event.rfq_id, values)


@handles(DeadlinePassed)
def request_opened(event: DeadlinePassed) -> None:
    """Tell that sealed offers may be read from now on, or that there are none."""
    if event.was_sealed:
        with use_tenant(OPERATOR):
            offers = QuoteVersion.objects.filter(rfq_id=event.rfq_id, side=Side.SUPPLIER)
            count = offers.exclude(state__in=(VersionState.SUPERSEDED, VersionState.WITHDRAWN)).count()
        _write("request_opened", event, event.rfq_id, {"count": count})


def _supplier(invitation_id: UUID) -> str:
    return Invitation.objects.values_list("tenant_name", flat=True).get(pk=invitation_id)


def _write(template: str, event: Event, rfq_id: UUID, values: dict[str, Any], *, page: str = "") -> None:
    rfq = RFQ.objects.get(pk=rfq_id)
    mail.send(
        template,
        event=event,
        about=Subject(SubjectKind.REQUEST, rfq.pk, rfq.number, rfq.company_id),
        to=recipients.offer_reader(rfq.company_id, rfq.created_by_id),
        values={
            "number": rfq.number,
            "title": rfq.title,
            "link": f"{mail.origin(settings.PLATFORM_DOMAIN)}/rfqs/{rfq_id}/{page}",
            **values,
        },
    )
