"""The people of a company: who they are, what they may do, and where they work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.invitations import open_invitations
from accounts.joining import join_requests
from accounts.keys import can_manage_keys
from accounts.organisation import PersonRow, people_page, permission_texts, person_of, roles_of, units_for
from accounts.people import change_member, remove_member
from accounts.policies import can_manage_roles, require_manage_people
from accounts.requests import Request
from core.errors import NotFound, Refused
from frontend.context import reverse_or_blank
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.organisation.forms import InvitationForm, PositionForm, UnitForm
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page

PER_PAGE = 50


@require_safe
@buyer_required
def people(request: Request) -> HttpResponse:
    """Everybody, the sites, the roles."""
    require_manage_people(request.actor)
    return people_overview(request)


def people_overview(
    request: Request, *, unit_form: UnitForm | None = None, invitation_form: InvitationForm | None = None
) -> HttpResponse:
    """The page about people, with a form as it stands."""
    actor = request.actor
    search = request.GET.get("q", "").strip()[:60]
    rows, total = people_page(actor, search=search, limit=PER_PAGE, offset=(page_number(request) - 1) * PER_PAGE)
    units, roles = units_for(actor), roles_of(actor.require_company())
    context = {
        "people": rows,
        "search": search,
        "pager": build_pager(request, total=total, per_page=PER_PAGE, path=reverse("company_people")),
        "units": units,
        "roles": roles,
        "may_manage_roles": can_manage_roles(actor),
        "unit_form": unit_form or UnitForm(actor=actor, units=units, auto_id="unit-%s"),
        "invitations": open_invitations(actor),
        "joining": join_requests(actor),
        "keys_href": reverse_or_blank("marketplace_api_keys") if can_manage_keys(actor) else "",
        "invitation_form": invitation_form or InvitationForm(actor=actor, roles=roles),
    }
    return organisation_page(
        request, "account/people.html", context, status=422 if unit_form or invitation_form else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def person(request: Request, member_id: UUID) -> HttpResponse:
    """One member: the role, the site, and the way out."""
    actor = request.actor
    roles = roles_of(require_manage_people(actor))
    row = person_of(actor, member_id)
    if row is None:
        raise NotFound
    initial = {"role": row.role_value, "unit": row.unit_id.hex if row.unit_id else ""}
    form = PositionForm(request.POST or None, actor=actor, roles=roles, initial=initial)
    if request.method == "POST":
        try:
            if _done(request, row, form):
                return see_other(_after(row))
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form = form if form.is_bound and "role" in form.data else PositionForm(initial, actor=actor, roles=roles)
            add_refusal(form, refusal)
    context = {"form": form, "person": row, "roles": [(role.name, role.permission_texts) for role in roles]}
    context["own_permissions"] = permission_texts(actor.permissions)
    return organisation_page(request, "account/person.html", context, status=422 if form.errors else 200)


def _done(request: Request, row: PersonRow, form: PositionForm) -> bool:
    """Do what was asked for; False when the form has something to correct."""
    if request.POST.get("do") == "remove":
        remove_member(member_id=row.id, actor=request.actor)
        messages.success(request, _("%(name)s no longer belongs to the company.") % {"name": row.name})
        return True
    if not form.is_valid():
        return False
    change_member(member_id=row.id, position=form.position(), actor=request.actor)
    messages.success(request, _("What %(name)s may do was changed.") % {"name": row.name})
    return True


def _after(row: PersonRow) -> str:
    """Who changed itself may not manage people any more."""
    return "/" if row.is_self else reverse("company_people")


def organisation_page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page in the shell of the host that it is on."""
    values = {
        **context,
        "company_name": request.actor.company_name,
        "company_href": reverse_or_blank("storefront_company"),
    }
    return render_page(request, template, values, area="storefront" if request.tenant else "marketplace", status=status)
