"""A company's keys for the marketplace's API, where it asks several suppliers at once."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keys as company_keys
from accounts.requests import Request
from frontend import keys
from frontend.guards import buyer_required


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def api_keys(request: Request) -> HttpResponse:
    """The keys, and the form for another."""
    said = keys.KeysPage(
        keys=company_keys,
        name="marketplace_api_keys",
        revoke_name="marketplace_revoke_api_key",
        area="marketplace",
        crumb=(_("My company"), reverse("company_people")),
        sub=_("Your own systems ask suppliers for quotes, compare and award"),
        hint=_("A key acts for your whole company, with the right to order: keep it like a password."),
        empty_hint=_("Make one for each system that should ask for quotes by itself."),
        example=f"{reverse('api_requests')}?limit=2",
    )
    return keys.page(request, said)


@require_POST
@buyer_required
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """Make a key worthless."""
    return keys.revoke(request, company_keys, key_id, "marketplace_api_keys")
