"""Awards that wait, as the pages of a request say it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from rfq.enums import VersionState
from rfq.history import has_expired
from rfq.pending.models import PendingAward


@dataclass(frozen=True, slots=True)
class PendingText:
    """An award that waits. ``may_look``: whether the reader finds its approval; ``may_withdraw``: it is its own.

    ``is_live``: it can still be approved.
    """

    request_id: UUID
    tenant_id: UUID
    line_ids: frozenset[UUID]
    name: str
    title: str
    amount_text: str
    text: str
    is_live: bool
    may_look: bool
    may_withdraw: bool


def pending_awards(rfq_id: UUID, actor: Actor) -> tuple[PendingText, ...]:
    """What waits of a request that the actor may see, in the order of asking; one statement."""
    rows = PendingAward.objects.select_related("version").filter(rfq_id=rfq_id, company_id=actor.require_company())
    return tuple(_text(row, actor) for row in rows)


def _text(row: PendingAward, actor: Actor) -> PendingText:
    is_own = row.asked_by_id == actor.user_id
    is_live = row.version.state == VersionState.SENT and not has_expired(row.version)
    return PendingText(
        request_id=row.request_id,
        tenant_id=row.tenant_id,
        line_ids=frozenset(row.line_ids),
        name=row.tenant_name,
        title=_title(row) % {"name": row.tenant_name},
        amount_text=_("%(amount)s net") % {"amount": formatting.money(row.net_amount, row.currency)},
        text=_said(row, is_live=is_live),
        is_live=is_live,
        may_look=is_own or actor.unit_ids is None or row.unit_id in actor.unit_ids,
        may_withdraw=is_own,
    )


def _title(row: PendingAward) -> str:
    if row.ends_on is not None:
        return _("An agreement with %(name)s waits for its approval")
    return _("An order from %(name)s waits for its approval")


def _said(row: PendingAward, *, is_live: bool) -> str:
    count = len(row.line_ids)
    said = [
        _("asked by %(who)s, %(when)s") % {"who": row.asked_by_name, "when": formatting.moment(row.asked_at)},
        ngettext("%(count)s line", "%(count)s lines", count) % {"count": count},
    ]
    if row.ends_on is not None:
        said.append(_("until %(when)s") % {"when": formatting.day(row.ends_on)})
    if not is_live:
        said.append(_("it can no longer be approved, as the offer is not on the table any more"))
    return " · ".join(said)
