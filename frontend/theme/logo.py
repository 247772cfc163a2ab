"""A tenant's logo: a PNG that the server itself made from what was uploaded."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants.models import Branding


@require_safe
def logo(request: Request, tenant_id: UUID) -> FileResponse:
    """Serve the logo; a tenant's host serves its own only."""
    if request.tenant is not None and request.tenant.id != tenant_id:
        raise Http404
    with use_tenant(PLATFORM):
        branding = Branding.objects.filter(tenant_id=tenant_id).exclude(logo="").first()
    if branding is None:
        raise Http404
    response = FileResponse(branding.logo.open("rb"), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
