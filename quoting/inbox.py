"""The desk's list: whose request it is, what waits, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from quoting.enums import OPEN_DRAFT, DraftState
from quoting.models import Assignment, QuoteDraft
from rfq.enums import UNANSWERED
from rfq.inbox import InboxRow, inbox_rows, invited
from rfq.models import Invitation
from rfq.standing import goes_on

#: Whose requests, and which of them, as addresses name them.
WHOSE = ("", "mine", "unassigned")
STATES = {
    "": gettext_lazy("Every state"),
    "countered": gettext_lazy("Counter-offer"),
    "unanswered": gettext_lazy("To be answered"),
    "approval": gettext_lazy("Waits for an approval"),
    "answered": gettext_lazy("Answered"),
    "over": gettext_lazy("Over"),
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A request with who answers it, and how far its draft is."""

    request: InboxRow
    assignee_name: str
    is_mine: bool
    draft_text: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of requests; ``total`` match, ``open_counts`` are those that are not over, by :data:`WHOSE`."""

    rows: list[DeskRow]
    total: int
    open_counts: dict[str, int]


def desk_page(actor: Actor, *, whose: str = "", state: str = "", limit: int = 50, offset: int = 0) -> DeskPage:
    """Requests that match, the most urgent first; five statements. Raises NotFound for all but the tenant's staff."""
    rows = _chosen(invited(actor), actor, whose, state)
    found = inbox_rows(rows[offset : offset + limit])
    ids = [row.id for row in found]
    assignees = {
        row.invitation_id: row for row in Assignment.objects.filter(invitation_id__in=ids, ended_at__isnull=True)
    }
    drafts = dict(
        QuoteDraft.objects.filter(invitation_id__in=ids, state__in=OPEN_DRAFT).values_list("invitation_id", "state")
    )
    return DeskPage(
        rows=[_row(row, assignees.get(row.id), drafts.get(row.id, ""), actor) for row in found],
        total=rows.count(),
        open_counts=_open_counts(actor),
    )


def waiting_for_approval(invitation_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these requests whose answer waits for an approval; one statement."""
    rows = QuoteDraft.objects.filter(invitation_id__in=list(invitation_ids), state=DraftState.INTERNAL_APPROVAL)
    return set(rows.values_list("invitation_id", flat=True))


def assignee_of(invitation_id: UUID) -> Assignment | None:
    """Who answers a request; one statement."""
    return Assignment.objects.filter(invitation_id=invitation_id, ended_at__isnull=True).first()


def _row(row: InboxRow, assigned: Assignment | None, draft: str, actor: Actor) -> DeskRow:
    texts = {DraftState.DRAFT: _("draft kept"), DraftState.INTERNAL_APPROVAL: _("waits for an approval")}
    return DeskRow(
        request=row,
        assignee_name=assigned.assignee_name if assigned else "",
        is_mine=assigned is not None and assigned.assignee_id == actor.user_id,
        draft_text=texts[DraftState(draft)] if draft else "",
    )


def _chosen(rows: QuerySet[Invitation], actor: Actor, whose: str, state: str) -> QuerySet[Invitation]:
    live = goes_on()
    waiting = QuoteDraft.objects.filter(invitation_id=OuterRef("pk"), state=DraftState.INTERNAL_APPROVAL)
    states = {
        "countered": live & Q(is_countered=True),
        "unanswered": live & Q(state__in=UNANSWERED),
        "approval": live & Exists(waiting),
        "answered": live & ~Q(state__in=UNANSWERED),
        "over": ~live,
    }
    return rows.filter(_whose(actor, whose), states.get(state, Q()))


def _whose(actor: Actor, whose: str) -> Q:
    assigned = Assignment.objects.filter(invitation_id=OuterRef("pk"), ended_at__isnull=True)
    if whose == "mine":
        return Q(Exists(assigned.filter(assignee_id=actor.require_user())))
    if whose == "unassigned":
        return Q(~Exists(assigned))
    return Q()


def _open_counts(actor: Actor) -> dict[str, int]:
    rows = invited(actor).filter(goes_on()).order_by()
    names = {"": "everybody", "mine": "mine", "unassigned": "unassigned"}
    counts = rows.aggregate(**{name: Count("pk", filter=_whose(actor, key)) for key, name in names.items()})
    return {key: counts[name] for key, name in names.items()}
