"""What the page of a request shows of the desk: its draft, who answers it, why it was not answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import staff_of
from core import formatting
from core.actor import Actor
from quoting.approvers import approvers
from quoting.bounds import policy_now
from quoting.content import from_json
from quoting.enums import OPEN_DRAFT, Breach, DraftState, LeftToPeople
from quoting.inbox import assignee_of
from quoting.instant import instant_answer_of
from quoting.models import QuoteDraft
from quoting.policies import can_approve
from rfq.offers import Offer
from rfq.policies import require_supplier


@dataclass(frozen=True, slots=True)
class DraftView:
    """An open draft; while it waits for an approval, ``offer`` is what would be sent and ``breaches`` say why.

    What a key has sent stays its ``offer`` when it is refused: nobody has typed ``fields``.
    ``undecided_text`` says why its reader does not decide about it.
    """

    id: UUID
    revision: int
    fields: Mapping[str, Any]
    saved_text: str
    refusal: str
    is_waiting: bool
    author_name: str
    offer: Offer | None
    digest: str
    breaches: tuple[str, ...]
    can_decide: bool
    undecided_text: str


@dataclass(frozen=True, slots=True)
class DeskView:
    """Who answers a request, who could, and why it was left to people."""

    assignee_id: UUID | None
    assignee_name: str
    is_mine: bool
    colleagues: tuple[tuple[UUID, str], ...]
    left_text: str


def draft_view(actor: Actor, invitation_id: UUID) -> DraftView | None:
    """The open draft of a request; three statements. Raises NotAllowed for anybody but the tenant's staff."""
    draft = open_draft(actor, invitation_id)
    if draft is None:
        return None
    is_waiting = draft.state == DraftState.INTERNAL_APPROVAL
    undecided_text = _undecided_text(actor, draft) if is_waiting else ""
    return DraftView(
        id=draft.id,
        revision=draft.revision,
        fields=draft.fields,
        saved_text=_("saved %(when)s by %(name)s")
        % {"when": formatting.clock(draft.saved_at), "name": draft.saved_by_name},
        refusal=draft.refusal,
        is_waiting=is_waiting,
        author_name=draft.author_name,
        offer=from_json(draft.offer) if draft.offer is not None else None,
        digest=draft.digest,
        breaches=tuple(_breach_text(row) for row in draft.breaches),
        can_decide=is_waiting and not undecided_text,
        undecided_text=undecided_text,
    )


def open_draft(actor: Actor, invitation_id: UUID) -> QuoteDraft | None:
    """The open draft of a request; one statement. Raises NotAllowed for anybody but the tenant's staff."""
    require_supplier(actor)
    return QuoteDraft.objects.filter(invitation_id=invitation_id, state__in=OPEN_DRAFT).first()


def desk_view(actor: Actor, invitation_id: UUID) -> DeskView:
    """Who answers a request; three statements. Raises NotAllowed for anybody but the tenant's staff."""
    tenant_id = require_supplier(actor)
    assigned, instant = assignee_of(invitation_id), instant_answer_of(invitation_id)
    left = ""
    if instant is not None and instant.left_because:
        left = str(LeftToPeople(instant.left_because).label)
        if instant.position is not None:
            left = _("line %(position)s: %(reason)s") % {"position": instant.position, "reason": left}
    return DeskView(
        assignee_id=assigned.assignee_id if assigned else None,
        assignee_name=assigned.assignee_name if assigned else "",
        is_mine=assigned is not None and assigned.assignee_id == actor.user_id,
        colleagues=tuple((row.user_id, row.name) for row in staff_of(tenant_id)),
        left_text=left,
    )


def breach_texts(breaches: tuple[str, ...] | list[str]) -> str:
    """Limits that are not kept, in one line."""
    return ", ".join(str(Breach(name).label) for name in breaches)


def _undecided_text(actor: Actor, draft: QuoteDraft) -> str:
    """Why somebody does not decide about an answer that waits; nothing for those who do."""
    if actor.user_id in draft.writer_ids:
        return _("You have written in it: a colleague approves it. Change it and it starts again.")
    sales_may = policy_now().sales_may_approve
    if not can_approve(actor, sales_may=sales_may):
        return _("Your role may not approve it.")
    if actor.user_id not in approvers(require_supplier(actor), draft, sales_may=sales_may):
        return _("A key that you made has sent it: a colleague approves it.")
    return ""


def _breach_text(row: Mapping[str, Any]) -> str:
    values = {"position": row["position"], "name": row["name"], "reasons": breach_texts(row["breaches"])}
    return _("Line %(position)s, %(name)s: %(reasons)s") % values
