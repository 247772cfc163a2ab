"""Inviting somebody to the company, and answering an invitation: on every host."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations
from accounts.backends import EmailBackend
from accounts.identity import COMPANY_SESSION_KEY
from accounts.invitations import InvitationInfo, find_invitation
from accounts.organisation import roles_of
from accounts.policies import require_manage_people
from accounts.requests import Request
from accounts.sign_in import open_session
from core.errors import Refused
from frontend.forms import NewLoginForm, add_refusal
from frontend.guards import buyer_required, is_session_of_host
from frontend.organisation.forms import InvitationForm
from frontend.organisation.people import people_overview
from frontend.redirects import see_other
from frontend.render import render_page


class NewcomerForm(NewLoginForm):
    """Name and password of who was invited; the e-mail is the one that the letter went to."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        del self.fields["email"]


@require_POST
@buyer_required
def invite(request: Request) -> HttpResponse:
    """Send somebody an invitation."""
    actor = request.actor
    form = InvitationForm(request.POST, actor=actor, roles=roles_of(require_manage_people(actor)))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            invitations.invite(email=email, position=form.position(), actor=actor, language=request.LANGUAGE_CODE)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            add_refusal(form, refusal)
        else:
            messages.success(request, _("An invitation was sent to %(email)s.") % {"email": email})
            return see_other(f"{reverse('company_people')}#invitations")
    return people_overview(request, invitation_form=form)


@require_POST
@buyer_required
def manage(request: Request, invitation_id: UUID) -> HttpResponse:
    """Send the letter again, or make its link worthless."""
    require_manage_people(request.actor)
    if request.POST.get("do") == "withdraw":
        invitations.withdraw(invitation_id=invitation_id, actor=request.actor)
        messages.success(request, _("The invitation was withdrawn: its link opens nothing any more."))
    else:
        invitations.send_again(invitation_id=invitation_id, actor=request.actor)
        messages.success(request, _("A new link was sent. The one before is worthless now."))
    return see_other(f"{reverse('company_people')}#invitations")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str) -> HttpResponse:
    """What the link in the letter opens: join, with the login that one has or a new one."""
    invitation = find_invitation(token)
    if invitation is None:
        return _page(request, None, status=404)
    if invitation.is_expired:
        return _expired(request, token, invitation)
    if not request.user.is_authenticated or not is_session_of_host(request):
        return _as_newcomer(request, token, invitation)
    if request.method == "POST" and request.user.email == invitation.email:
        company_id, was_member = invitations.accept(token=token, user_id=request.user.id)
        return _joined(request, company_id, invitation, was_member=was_member)
    return _page(request, invitation, is_mine=request.user.email == invitation.email)


def _as_newcomer(request: Request, token: str, invitation: InvitationInfo) -> HttpResponse:
    """Make a login; who has one signs in first."""
    form = NewcomerForm(request.POST if request.method == "POST" else None)
    if invitation.has_login or not (form.is_bound and form.is_valid()):
        return _page(request, invitation, form=form, status=422 if form.is_bound else 200)
    try:
        user_id, company_id = invitations.accept_as_newcomer(
            token=token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            language=request.LANGUAGE_CODE,
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return _page(request, invitation, form=form, status=422)
    user = EmailBackend().get_user(user_id)
    if user is None:
        raise Http404
    open_session(request, user)
    return _joined(request, company_id, invitation, was_member=False)


def _expired(request: Request, token: str, invitation: InvitationInfo) -> HttpResponse:
    """Say so; a new link goes to the same address, whoever asks for it."""
    if request.method == "POST":
        invitations.ask_again(token=token)
        return _page(request, invitation, is_sent=True)
    return _page(request, invitation)


def _joined(request: Request, company_id: UUID, invitation: InvitationInfo, *, was_member: bool) -> HttpResponse:
    text = _("You belong to %(company)s already.") if was_member else _("You buy for %(company)s now.")
    messages.success(request, text % {"company": invitation.company_name})
    request.session[COMPANY_SESSION_KEY] = company_id.hex
    return see_other("/")


def _page(
    request: Request,
    invitation: InvitationInfo | None,
    *,
    form: NewcomerForm | None = None,
    is_mine: bool = False,
    is_sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    is_signed_in = request.user.is_authenticated and is_session_of_host(request)
    context = {
        "invitation": invitation,
        "form": form,
        "is_mine": is_mine,
        "is_sent": is_sent,
        "is_signed_in": is_signed_in,
    }
    area = "storefront" if request.tenant else "marketplace"
    return render_page(request, "account/invitation.html", context, area=area, status=status)
