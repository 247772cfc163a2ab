"""Requests under a name, to begin new ones from."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.page import rfq_page
from frontend.redirects import see_other
from frontend.render import render_page
from rfq.reuse import services as reuse


@require_safe
@buyer_required
def templates(request: Request) -> HttpResponse:
    """The company's templates, to begin from."""
    values = {"rows": reuse.templates_of(request.actor)}
    return render_page(request, "marketplace/rfqs/templates.html", values, area="marketplace")


@require_POST
@buyer_required
def save(request: Request, rfq_id: UUID) -> HttpResponse:
    """Keep a request as a template."""
    try:
        reuse.save_template(rfq_id=rfq_id, name=request.POST.get("template_name", ""), actor=request.actor)
    except Refused as refusal:
        if refusal.field is None:
            raise
        return rfq_page(request, rfq_id, errors={refusal.field: str(refusal)}, status=refusal.status)
    messages.success(request, _("The template is kept."))
    return see_other(reverse("marketplace_rfq_templates"))


@require_POST
@buyer_required
def drop(request: Request, template_id: UUID) -> HttpResponse:
    """Forget a template."""
    reuse.drop_template(template_id=template_id, actor=request.actor)
    messages.success(request, _("The template is gone; its request stays."))
    return see_other(reverse("marketplace_rfq_templates"))
