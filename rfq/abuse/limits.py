"""What a company must be, and how much it may send in a day, before a supplier has to read its requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from accounts.models import Company
from core import formatting
from core.db import Lock, advisory_lock
from rfq.abuse.errors import NotVerified, RequestsStopped, TooManyRequests, TooManyToSupplier
from rfq.abuse.models import RequestStop
from rfq.models import RFQ, Invitation
from rfq.trail.models import DeadlineChange


def require_may_send(company_id: UUID, suppliers: Mapping[UUID, str]) -> None:
    """Take the company's turn to send until the end of the transaction, and count what it sent today.

    Whoever gives more time or asks again writes to all suppliers of a request: that counts as often as sending one.
    ``suppliers`` are names by tenant. In the company's scope; seven statements. Raises RequestsStopped, NotVerified,
    TooManyRequests, TooManyToSupplier.
    """
    _require_not_stopped(company_id)
    if not Company.objects.filter(pk=company_id, verified_at__isnull=False).exists():
        raise NotVerified(field="suppliers")
    began, ends = _today()
    most = settings.RFQ_MOST_A_DAY
    again = DeadlineChange.objects.filter(company_id=company_id, at__gte=began)
    if RFQ.objects.filter(company_id=company_id, sent_at__gte=began).count() + again.count() >= most:
        raise TooManyRequests(field="suppliers", most=most, when=formatting.moment(ends))
    sent = Invitation.objects.filter(company_id=company_id, tenant__in=list(suppliers), created_at__gte=began)
    asked = again.filter(rfq__invitations__tenant__in=list(suppliers)).values("rfq__invitations__tenant")
    counts = Counter(dict(sent.values("tenant").annotate(number=Count("pk")).values_list("tenant", "number")))
    counts.update(dict(asked.annotate(number=Count("pk")).values_list("rfq__invitations__tenant", "number")))
    most = settings.RFQ_MOST_A_DAY_TO_ONE
    full = next((tenant_id for tenant_id in suppliers if counts[tenant_id] >= most), None)
    if full is not None:
        raise TooManyToSupplier(field="suppliers", most=most, supplier=suppliers[full], when=formatting.moment(ends))


def take_turn(company_id: UUID) -> None:
    """One at a time sends or reopens a company's requests, or stops it, until the end of the transaction."""
    advisory_lock(Lock.RFQ_SENDING, str(company_id))


def _require_not_stopped(company_id: UUID) -> None:
    """Take the company's turn, so that it is not stopped before the transaction ends.

    Raises RequestsStopped, with the operator's reason.
    """
    take_turn(company_id)
    reason = RequestStop.objects.filter(company_id=company_id, lifted_at=None).values_list("reason", flat=True).first()
    if reason is not None:
        raise RequestsStopped(reason=reason)


def _today() -> tuple[datetime, datetime]:
    """The first moments of this day and of the next, in the platform's time zone."""
    day = timezone.localdate()
    began, ends = (timezone.make_aware(datetime.combine(one, time())) for one in (day, day + timedelta(days=1)))
    return began, ends
