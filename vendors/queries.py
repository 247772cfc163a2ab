"""What screens ask about applications."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core import formatting
from tenants.enums import TenantState
from vendors.enums import ApplicationState
from vendors.models import Application

_TONES = {"submitted": "warn", "approved": "ok", "refused": "bad"}


@dataclass(frozen=True)
class ApplicationRow:
    """An application as lists and pages show it."""

    id: UUID
    legal_name: str
    portal_name: str
    slug: str
    kind_text: str
    siren: str
    vat_number: str
    address: str
    activity: str
    primary: str
    state: str
    state_text: str
    state_tone: str
    submitted_text: str
    decision_note: str
    applicant_name: str
    applicant_email: str
    tenant_id: UUID | None
    tenant_state: str

    @property
    def is_open(self) -> bool:
        return self.state == ApplicationState.SUBMITTED

    @property
    def is_live(self) -> bool:
        return self.tenant_state == TenantState.ACTIVE

    @property
    def is_being_set_up(self) -> bool:
        return self.tenant_state == TenantState.PROVISIONING


def applications(*, state: str = "") -> list[ApplicationRow]:
    """All applications, open ones first, then the newest; optionally in one state."""
    rows = Application.objects.select_related("applicant", "tenant").order_by("-submitted_at")
    if state:
        rows = rows.filter(state=state)
    return sorted((_describe(row) for row in rows[:500]), key=lambda row: not row.is_open)


def application(application_id: UUID) -> ApplicationRow | None:
    """One application."""
    row = Application.objects.select_related("applicant", "tenant").filter(pk=application_id).first()
    return _describe(row) if row else None


def application_of(application_id: UUID, *, applicant_id: UUID) -> ApplicationRow | None:
    """One application if this user sent it."""
    row = Application.objects.select_related("applicant", "tenant")
    found = row.filter(pk=application_id, applicant_id=applicant_id).first()
    return _describe(found) if found else None


def open_count() -> int:
    """How many applications wait for a decision."""
    return Application.objects.filter(state=ApplicationState.SUBMITTED).count()


def _describe(row: Application) -> ApplicationRow:
    return ApplicationRow(
        id=row.id,
        legal_name=row.legal_name,
        portal_name=row.portal_name,
        slug=row.slug,
        kind_text=row.get_kind_display(),
        siren=row.siren,
        vat_number=row.vat_number,
        address=f"{row.street}, {row.postal_code} {row.city}, {row.country}",
        activity=row.activity,
        primary=row.primary,
        state=row.state,
        state_text=str(ApplicationState(row.state).label),
        state_tone=_TONES[row.state],
        submitted_text=formatting.moment(row.submitted_at),
        decision_note=row.decision_note,
        applicant_name=row.applicant.name,
        applicant_email=row.applicant.email,
        tenant_id=row.tenant_id,
        tenant_state=row.tenant.state if row.tenant else "",
    )
