"""What happened to a request, and what changed between two versions, for the buyer."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from frontend.guards import buyer_required
from frontend.trails import chosen, trail_page, trail_pdf, versions_page
from rfq.trail.audit import trail_for_buyer
from rfq.trail.compared import compared_for_buyer


@require_safe
@buyer_required
def trail(request: Request, rfq_id: UUID) -> HttpResponse:
    """Everything that happened, over all suppliers."""
    found = trail_for_buyer(request.actor, rfq_id)
    back = (_("Requests for quotation"), reverse("marketplace_rfqs"), found.number, _page_of(rfq_id))
    pdf = reverse("marketplace_rfq_trail_pdf", args=[rfq_id])
    return trail_page(request, found, area="marketplace", back=back, pdf=pdf)


@require_safe
@buyer_required
def pdf(request: Request, rfq_id: UUID) -> HttpResponse:
    """The same as a file."""
    return trail_pdf(trail_for_buyer(request.actor, rfq_id))


@require_safe
@buyer_required
def versions(request: Request, rfq_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Two versions of one supplier's quote."""
    before, after = chosen(request, "from"), chosen(request, "to")
    found = compared_for_buyer(request.actor, rfq_id, invitation_id, before=before, after=after)
    own = reverse("marketplace_rfq_negotiate", args=[rfq_id, invitation_id])
    return versions_page(request, found, area="marketplace", back=(found.number, _page_of(rfq_id), found.supplier, own))


def _page_of(rfq_id: UUID) -> str:
    return reverse("marketplace_rfq", args=[rfq_id])
