"""Roles that a company makes of named permissions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.custom_roles import add_role, change_role, remove_role
from accounts.organisation import RoleRow, permission_texts, roles_of
from accounts.policies import require_manage_roles
from accounts.requests import Request
from core.errors import NotFound, Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.organisation.forms import RoleForm
from frontend.organisation.people import organisation_page
from frontend.redirects import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new_role(request: Request) -> HttpResponse:
    """Make a role."""
    require_manage_roles(request.actor)
    return _role_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def role(request: Request, role_id: UUID) -> HttpResponse:
    """One role: its form, and the way to take it away."""
    rows = roles_of(require_manage_roles(request.actor))
    row = next((row for row in rows if row.id == role_id), None)
    if row is None:
        raise NotFound
    return _role_page(request, row)


def _role_page(request: Request, row: RoleRow | None) -> HttpResponse:
    known = {"name": row.name, "permissions": list(row.permissions)} if row else {}
    saves = request.method == "POST" and request.POST.get("do", "save") == "save"
    form = RoleForm(request.POST if saves else None, actor=request.actor, initial=known)
    if request.method == "POST":
        try:
            if _done(request, row, form):
                return see_other(f"{reverse('company_people')}#roles")
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form = form if saves else RoleForm(known, actor=request.actor)
            add_refusal(form, refusal)
    context = {"form": form, "role": row, "kept": permission_texts(_kept(request, row))}
    return organisation_page(request, "account/role.html", context, status=422 if form.errors else 200)


def _done(request: Request, row: RoleRow | None, form: RoleForm) -> bool:
    """Do what was asked for; False when the form has something to correct."""
    if row is not None and request.POST.get("do") == "remove":
        remove_role(role_id=row.id, actor=request.actor)
        messages.success(request, _("The role “%(name)s” was removed.") % {"name": row.name})
        return True
    if not form.is_valid():
        return False
    name, chosen = form.cleaned_data["name"], frozenset(form.cleaned_data["permissions"])
    if row is None:
        add_role(name=name, permissions=chosen, actor=request.actor)
        messages.success(request, _("The role “%(name)s” can be given to people now.") % {"name": name})
    else:
        kept = _kept(request, row)
        change_role(role_id=row.id, name=name, permissions=chosen | kept, actor=request.actor)
        messages.success(request, _("The role “%(name)s” was changed for all who have it.") % {"name": name})
    return True


def _kept(request: Request, row: RoleRow | None) -> frozenset[str]:
    """What the role lets one do and the actor may not: it stays as it is."""
    return row.permissions - request.actor.permissions if row else frozenset()
