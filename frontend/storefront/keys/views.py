"""A company's keys for this supplier's API."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from frontend import keys
from frontend.guards import buyer_required
from integrations import keys as tenant_keys


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def api_keys(request: Request) -> HttpResponse:
    """The keys, and the form for another."""
    name = request.tenant.name if request.tenant else ""
    said = keys.KeysPage(
        keys=tenant_keys,
        name="storefront_api_keys",
        revoke_name="storefront_revoke_api_key",
        area="storefront",
        crumb=(_("My company"), reverse("storefront_company")),
        sub=_("Your own systems read your prices and place orders at %(supplier)s") % {"supplier": name},
        hint=_("A key acts for your whole company, with the right to order: keep it like a password."),
        empty_hint=_("Make one for each system that should order by itself."),
        example=f"{reverse('api_products')}?limit=2",
    )
    return keys.page(request, said)


@require_POST
@buyer_required
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """Make a key worthless."""
    return keys.revoke(request, tenant_keys, key_id, "storefront_api_keys")
