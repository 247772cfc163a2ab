"""Use cases about applications: submit, approve, refuse."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import File
from django.db import IntegrityError
from django.utils import timezone

from accounts.enums import StaffRole
from accounts.legal import clean_siren, clean_vat_number
from accounts.services import add_staff, create_user
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotAllowed
from core.events import emit
from tenants.errors import SlugTaken
from tenants.models import Tenant
from tenants.services import RESERVED_SLUGS, request_tenant
from vendors.enums import ApplicationState
from vendors.errors import MissingLegalNumber
from vendors.events import ApplicationDecided, ApplicationSubmitted
from vendors.models import Application, Vendor
from vendors.states import APPLICATION


@dataclass(frozen=True, slots=True)
class ApplicationData:
    """What an applicant says; ``logo`` is an image that was re-encoded by the form."""

    legal_name: str
    portal_name: str
    slug: str
    street: str
    postal_code: str
    city: str
    siren: str = ""
    vat_number: str = ""
    country: str = "FR"
    kind: str = "supplier"
    primary: str = "#114b5f"
    activity: str = ""
    logo: File[bytes] | None = None


@atomic
def submit_application(*, data: ApplicationData, applicant_id: UUID) -> UUID:
    """Ask for a storefront. Raises InvalidLegalNumber, MissingLegalNumber, SlugTaken. Emits ApplicationSubmitted."""
    siren = clean_siren(data.siren)
    vat_number = clean_vat_number(data.vat_number, siren=siren)
    if not siren and not vat_number:
        raise MissingLegalNumber(field="siren")
    if data.slug in RESERVED_SLUGS or Tenant.objects.filter(slug=data.slug).exists():
        raise SlugTaken(field="slug")
    application = Application(
        kind=data.kind,
        legal_name=data.legal_name,
        siren=siren,
        vat_number=vat_number,
        country=data.country,
        street=data.street,
        postal_code=data.postal_code,
        city=data.city,
        portal_name=data.portal_name,
        slug=data.slug,
        primary=data.primary,
        activity=data.activity,
        applicant_id=applicant_id,
    )
    try:
        with savepoint():
            application.save()
    except IntegrityError as error:
        raise SlugTaken(field="slug") from error
    if data.logo is not None:
        application.logo.save(f"{application.id.hex}.png", data.logo)
    emit(ApplicationSubmitted(application_id=application.id))
    return application.id


@atomic
def approve_application(*, application_id: UUID, actor: Actor) -> UUID:
    """Approve: the vendor and its tenant exist afterwards, the applicant owns it, a job builds its schema.

    Answers the tenant's id. Raises NotAllowed, IllegalMove, SlugTaken. Emits ApplicationDecided, TenantRequested.
    """
    application = _locked(application_id, actor)
    APPLICATION.move(application, to=ApplicationState.APPROVED, actor=actor)
    tenant_id = request_tenant(
        slug=application.slug,
        name=application.portal_name,
        kind=application.kind,
        primary=application.primary,
        logo=application.logo.file if application.logo else None,
        actor=actor,
    )
    Vendor.objects.create(
        tenant_id=tenant_id,
        legal_name=application.legal_name,
        siren=application.siren,
        vat_number=application.vat_number,
        country=application.country,
        street=application.street,
        postal_code=application.postal_code,
        city=application.city,
    )
    add_staff(tenant_id=tenant_id, user_id=application.applicant_id, role=StaffRole.OWNER)
    application.tenant_id = tenant_id
    application.decided_at = timezone.now()
    application.save(update_fields=["tenant", "decided_at"])
    emit(ApplicationDecided(application_id=application.id, is_approved=True))
    return tenant_id


@atomic
def refuse_application(*, application_id: UUID, reason: str, actor: Actor) -> None:
    """Refuse with a reason that the applicant is told. Raises NotAllowed, IllegalMove. Emits ApplicationDecided."""
    application = _locked(application_id, actor)
    APPLICATION.move(application, to=ApplicationState.REFUSED, actor=actor, note=reason)
    application.decided_at, application.decision_note = timezone.now(), reason
    application.save(update_fields=["decided_at", "decision_note"])
    emit(ApplicationDecided(application_id=application.id, is_approved=False))


def _locked(application_id: UUID, actor: Actor) -> Application:
    if actor.kind not in ("operator", "system"):
        raise NotAllowed
    return Application.objects.select_for_update(of=("self",)).get(pk=application_id)


@atomic
def submit_new_applicant(
    *, data: ApplicationData, email: str, password: str, name: str, language: str = ""
) -> tuple[UUID, UUID]:
    """Create the applicant's login and the application together; answers both ids.

    Raises EmailTaken and what :func:`submit_application` raises; then neither exists. Emits ApplicationSubmitted.
    """
    user_id = create_user(email=email, password=password, name=name, language=language)
    return submit_application(data=data, applicant_id=user_id), user_id
