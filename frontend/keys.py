"""API keys of whom somebody acts for: made, shown once, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import Request
from core.actor import Actor
from core.api_keys import KeyRow
from core.errors import Refused
from core.ids import uuid7
from frontend.forms import add_refusal
from frontend.redirects import see_other
from frontend.render import render_page


class KeyForm(forms.Form):
    """A new key. Its id comes with the form, so that a form sent twice makes one key."""

    key_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("The system that uses it: ERP, warehouse…"),
    )


class Keys(Protocol):
    """The keys of a place: :mod:`integrations.keys` of a tenant, :mod:`accounts.keys` of the marketplace."""

    def can_manage_keys(self, actor: Actor) -> bool: ...
    def keys_of(self, actor: Actor) -> list[KeyRow]: ...
    def create_key(self, *, key_id: UUID, name: str, actor: Actor) -> str: ...
    def revoke_key(self, *, key_id: UUID, actor: Actor) -> None: ...


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Where the keys of an area are, what they are for, and a first address to call with them."""

    keys: Keys
    name: str
    revoke_name: str
    area: str
    crumb: tuple[str, str]
    sub: str
    hint: str
    empty_hint: str
    example: str


def page(request: Request, said: KeysPage) -> HttpResponse:
    """The keys, and the form for another; a new key is shown on the answer to its form and never again."""
    if not said.keys.can_manage_keys(request.actor):
        raise Http404
    form = KeyForm(request.POST) if request.method == "POST" else KeyForm()
    clear = _create(request, form, said.keys) if form.is_bound else ""
    address = request.build_absolute_uri(said.example)
    context = {
        "said": said,
        "form": KeyForm() if clear else form,
        "clear": clear,
        "keys": said.keys.keys_of(request.actor),
        "example": f'curl -H "Authorization: Bearer {clear or "cpt_live_…"}" "{address}"',
    }
    status = 422 if form.is_bound and not clear else 200
    response = render_page(request, "account/keys.html", context, area=said.area, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


def revoke(request: Request, keys: Keys, key_id: UUID, name: str) -> HttpResponse:
    """Make a key worthless, and go back to the page of this name."""
    keys.revoke_key(key_id=key_id, actor=request.actor)
    messages.success(request, _("The key was revoked: it opens nothing any more."))
    return see_other(reverse(name))


def _create(request: Request, form: KeyForm, keys: Keys) -> str:
    if not form.is_valid():
        return ""
    try:
        values = form.cleaned_data
        return keys.create_key(key_id=values["key_id"], name=values["name"], actor=request.actor)
    except Refused as refusal:
        add_refusal(form, refusal)
        return ""
