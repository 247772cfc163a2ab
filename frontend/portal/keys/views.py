"""The supplier's own keys: its systems answer requests for quotation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from frontend import keys
from frontend.guards import staff_required
from integrations import keys as tenant_keys


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def api_keys(request: Request) -> HttpResponse:
    """The keys, and the form for another."""
    said = keys.KeysPage(
        keys=tenant_keys,
        name="portal_api_keys",
        revoke_name="portal_revoke_api_key",
        area="portal",
        crumb=(_("To do"), reverse("portal_home")),
        sub=_("Your own systems read requests for quotation and answer them"),
        hint=_("A key makes offers in your company’s name: keep it like a password."),
        empty_hint=_("Make one for each system that should make offers by itself."),
        example=f"{reverse('api_supplier_rfqs')}?limit=2",
    )
    return keys.page(request, said)


@require_POST
@staff_required
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """Make a key worthless."""
    return keys.revoke(request, tenant_keys, key_id, "portal_api_keys")
