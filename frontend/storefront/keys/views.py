"""A company's keys for this supplier's API: made, shown once, revoked."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from core.errors import Refused
from core.ids import uuid7
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from integrations.keys import create_key, keys_of, revoke_key
from integrations.policies import can_manage_keys


class KeyForm(forms.Form):
    """A new key. Its id comes with the form, so that a form sent twice makes one key."""

    key_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("The system that uses it: ERP, warehouse…"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def api_keys(request: Request) -> HttpResponse:
    """The keys, and the form for another; a new key is shown on the answer to its form and never again."""
    if not can_manage_keys(request.actor):
        raise Http404
    form = KeyForm(request.POST) if request.method == "POST" else KeyForm()
    clear = _create(request, form) if form.is_bound else ""
    context = {
        "form": KeyForm() if clear else form,
        "clear": clear,
        "keys": keys_of(request.actor),
        "example": _example(request, clear),
    }
    status = 422 if form.is_bound and not clear else 200
    response = render_page(request, "storefront/keys.html", context, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
@buyer_required
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """Make a key worthless."""
    revoke_key(key_id=key_id, actor=request.actor)
    messages.success(request, _("The key was revoked: it opens nothing any more."))
    return see_other(reverse("storefront_api_keys"))


def _create(request: Request, form: KeyForm) -> str:
    if not form.is_valid():
        return ""
    try:
        return create_key(key_id=form.cleaned_data["key_id"], name=form.cleaned_data["name"], actor=request.actor)
    except Refused as refusal:
        add_refusal(form, refusal)
        return ""


def _example(request: Request, clear: str) -> str:
    products = request.build_absolute_uri(reverse("api_products"))
    return f'curl -H "Authorization: Bearer {clear or "cpt_live_…"}" "{products}?limit=2"'
