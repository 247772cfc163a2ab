"""What happened between the buyer and this supplier, and what changed between two versions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from frontend.guards import staff_required
from frontend.trails import chosen, trail_page, trail_pdf, versions_page
from rfq.trail.audit import trail_for_supplier
from rfq.trail.compared import compared_for_supplier


@require_safe
@staff_required
def trail(request: Request, invitation_id: UUID) -> HttpResponse:
    """Everything that happened, of this supplier's part."""
    found = trail_for_supplier(request.actor, invitation_id)
    pdf = reverse("portal_rfq_trail_pdf", args=[invitation_id])
    return trail_page(request, found, area="portal", back=_back(found.number, invitation_id), pdf=pdf)


@require_safe
@staff_required
def pdf(request: Request, invitation_id: UUID) -> HttpResponse:
    """The same as a file."""
    return trail_pdf(trail_for_supplier(request.actor, invitation_id))


@require_safe
@staff_required
def versions(request: Request, invitation_id: UUID) -> HttpResponse:
    """Two versions of our own quote."""
    before, after = chosen(request, "from"), chosen(request, "to")
    found = compared_for_supplier(request.actor, invitation_id, before=before, after=after)
    return versions_page(request, found, area="portal", back=_back(found.number, invitation_id))


def _back(number: str, invitation_id: UUID) -> tuple[str, str, str, str]:
    return _("Requests for quotation"), reverse("portal_rfqs"), number, reverse("portal_rfq", args=[invitation_id])
