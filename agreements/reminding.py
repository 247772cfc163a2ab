"""Reminders before the end: the job only tells, what is over is decided when somebody acts."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from agreements.enums import AgreementState
from agreements.events import AgreementEndsSoon
from agreements.models import Agreement
from core.db import atomic
from core.events import emit
from core.scope import current_scope

#: How long before its last day an agreement is spoken of.
BEFORE = timedelta(days=30)


def due(today: date) -> list[UUID]:
    """Agreements of the current tenant that end soon, have something left and were not spoken of; one statement."""
    return list(_due(today).distinct().order_by("pk").values_list("pk", flat=True))


@atomic
def remind(*, agreement_id: UUID, today: date) -> bool:
    """Say once that an agreement ends soon. Emits AgreementEndsSoon."""
    tenant_id = current_scope().tenant_id
    row = Agreement.objects.select_for_update(of=("self",)).filter(pk__in=_due(today).values("pk"), pk=agreement_id)
    found = row.first()
    if found is None or tenant_id is None:
        return False
    found.reminded_at = timezone.now()
    found.save(update_fields=["reminded_at"])
    emit(AgreementEndsSoon(found.pk, found.company_id, tenant_id, found.ends_on))
    return True


def _due(today: date) -> QuerySet[Agreement]:
    """One that lasts no longer than the time before is spoken of on its first day."""
    return Agreement.objects.filter(
        state=AgreementState.ACTIVE,
        reminded_at=None,
        starts_on__lte=today,
        ends_on__gte=today,
        ends_on__lte=today + BEFORE,
        lines__called_quantity__lt=F("lines__committed_quantity"),
    )
