"""What is done at the desk beside sending an answer: take, assign, keep a draft, approve."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import staff_required
from frontend.portal.rfqs.keeping import kept
from frontend.portal.rfqs.page import request_page, revision_of
from frontend.redirects import see_other
from quoting import desk, drafts
from rfq import inbox


@require_POST
@staff_required
def act(request: Request, invitation_id: UUID) -> HttpResponse:
    """Take a request, give it to a colleague, or let nobody in particular answer it."""
    what = request.POST.get("act", "")
    try:
        if what == "take":
            desk.take(invitation_id=invitation_id, actor=request.actor)
            messages.success(request, _("You answer this request."))
        elif what == "assign":
            key = _key(request.POST.get("assignee", ""))
            desk.assign(invitation_id=invitation_id, assignee_id=key, actor=request.actor)
            messages.success(request, _("Your colleague answers this request."))
        elif what == "hand_back":
            desk.hand_back(invitation_id=invitation_id, actor=request.actor)
            messages.success(request, _("The request is free for whoever takes it."))
        else:
            raise Http404
    except Refused as refusal:
        if refusal.status == 404:
            raise
        detail = inbox.inbox_detail(request.actor, invitation_id)
        return request_page(request, detail, {refusal.field or "": str(refusal)}, status=refusal.status)
    return _back(invitation_id)


@require_POST
@staff_required
def draft(request: Request, invitation_id: UUID) -> HttpResponse:
    """Keep what was typed, or throw it away."""
    detail = inbox.inbox_detail(request.actor, invitation_id)
    revision = revision_of(request)
    try:
        if "drop" in request.POST:
            drafts.drop(invitation_id=invitation_id, revision=revision, actor=request.actor)
            messages.success(request, _("The draft is thrown away."))
        else:
            fields = kept(request.POST, [line.id for line in detail.lines])
            drafts.save(invitation_id=invitation_id, fields=fields, revision=revision, actor=request.actor)
            messages.success(request, _("The draft is saved. The buyer sees that you are answering, nothing else."))
    except Refused as refusal:
        return request_page(request, detail, {refusal.field or "": str(refusal)}, status=refusal.status)
    return _back(invitation_id)


@require_POST
@staff_required
def approval(request: Request, invitation_id: UUID) -> HttpResponse:
    """Send an answer that waits for its approval, or give it back to its author."""
    digest = request.POST.get("digest", "")
    try:
        if request.POST.get("decision") == "approve":
            drafts.approve(invitation_id=invitation_id, digest=digest, actor=request.actor)
            messages.success(request, _("The answer is approved and sent."))
        else:
            reason = request.POST.get("approval_reason", "")[:500]
            drafts.refuse(invitation_id=invitation_id, digest=digest, reason=reason, actor=request.actor)
            messages.success(request, _("The answer went back to its author with your reason."))
    except Refused as refusal:
        detail = inbox.inbox_detail(request.actor, invitation_id)
        if refusal.status == 404:
            raise
        return request_page(
            request, detail, {refusal.field or "": str(refusal)}, status=refusal.status, keeps_typed=False
        )
    return _back(invitation_id)


def _back(invitation_id: UUID) -> HttpResponse:
    return see_other(reverse("portal_rfq", args=[invitation_id]))


def _key(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError:
        return UUID(int=0)
