"""Pictures and documents of a product: uploaded, named, ordered, removed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import Request
from catalog.back_office import staff_product
from catalog.media import services
from core.errors import Refused
from frontend.guards import staff_required
from frontend.portal.catalog.editor import editor_page
from frontend.portal.catalog.editor_page import show_refusal
from frontend.portal.catalog.media_forms import MediaForm
from frontend.redirects import see_other


@require_POST
@staff_required
def upload(request: Request, variant_id: UUID) -> HttpResponse:
    """Add files, all or none."""
    found = staff_product(variant_id)
    form = MediaForm(request.POST, request.FILES, auto_id="media_%s")
    if form.is_valid():
        try:
            count = services.add_media(
                variant_id=variant_id, contents=form.contents(), data=form.media_data(), actor=request.actor
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            text = ngettext("%(count)s file is new.", "%(count)s files are new.", count) % {"count": count}
            messages.success(request, text)
            return _back(variant_id)
    return editor_page(request, found, {"media": form})


@require_POST
@staff_required
def change(request: Request, variant_id: UUID, media_id: UUID) -> HttpResponse:
    """Change titles, put it further to the front (``forward``), or take it away (``remove``)."""
    if "remove" in request.POST:
        services.remove(media_id=media_id, actor=request.actor)
        messages.success(request, _("Removed."))
    elif "forward" in request.POST:
        services.bring_forward(media_id=media_id, actor=request.actor)
    else:
        titles = {name: request.POST.get(name, "")[:160] for name in ("title_fr", "title_en")}
        try:
            services.describe(media_id=media_id, actor=request.actor, **titles)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
    return _back(variant_id)


def _back(variant_id: UUID) -> HttpResponse:
    return see_other(f"{reverse('portal_product', args=[variant_id])}#media")
