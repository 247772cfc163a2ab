"""The versions of a quote and what each of them changed, as texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from rfq.differences import Change, changes
from rfq.enums import Side, VersionState
from rfq.models import Invitation, Quote, QuoteLine, QuoteVersion

INVITATION_TONES = {
    "invited": "warn",
    "viewed": "info",
    "quoted": "ok",
    "declined": "mute",
    "won": "ok",
    "closed": "mute",
}


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A version in the negotiation's history."""

    title: str
    meta: str
    message: str
    state_text: str
    is_buyers: bool
    total_text: str
    hash_text: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its lines by request line."""

    version: QuoteVersion
    lines: dict[UUID, QuoteLine]


def versions_of(invitations: Sequence[Invitation]) -> dict[UUID, list[Version]]:
    """Versions by invitation in their order, with lines; three statements."""
    quotes = dict(
        Quote.objects.filter(invitation__in=[row.pk for row in invitations]).values_list("pk", "invitation_id")
    )
    versions = list(QuoteVersion.objects.filter(quote__in=quotes).order_by("quote_id", "number"))
    lines: dict[UUID, dict[UUID, QuoteLine]] = defaultdict(dict)
    for line in QuoteLine.objects.filter(version__in=[version.pk for version in versions]):
        lines[line.version_id][line.rfq_line_id] = line
    found: dict[UUID, list[Version]] = defaultdict(list)
    for version in versions:
        found[quotes[version.quote_id]].append(Version(version, lines[version.pk]))
    return found


def latest_offer(versions: Sequence[Version]) -> Version | None:
    """The supplier's last word; None when it has not answered or has taken its offer back."""
    own = next((full for full in reversed(versions) if full.version.side == Side.SUPPLIER), None)
    return own if own is not None and own.version.state != VersionState.WITHDRAWN else None


def history(versions: Sequence[Version]) -> tuple[VersionNote, ...]:
    """The negotiation, latest first, each version with what it changed."""
    notes = []
    for place, full in enumerate(versions):
        notes.append(_note(full, _compared_with(versions[:place])))
    return tuple(reversed(notes))


def _compared_with(earlier: Sequence[Version]) -> Version | None:
    """The supplier's offer before: what a new offer improves, what a counter-offer answers."""
    return next((other for other in reversed(earlier) if other.version.side == Side.SUPPLIER), None)


def _note(full: Version, earlier: Version | None) -> VersionNote:
    version = full.version
    return VersionNote(
        title=f"V{version.number}",
        meta=f"{formatting.moment(version.sent_at)} · {version.sent_by_name}",
        message=version.message,
        state_text=str(VersionState(version.state).label),
        is_buyers=version.side == Side.BUYER,
        total_text=formatting.money(version.net_amount + version.freight_amount, version.currency),
        hash_text=version.content_hash[:12],
        changes=tuple(changes(earlier.version, earlier.lines, version, full.lines)) if earlier else (),
    )


def time_left(deadline: datetime) -> str:
    """``in 2 d 4 h``, ``in 35 min``, ``over``."""
    minutes = int((deadline - timezone.now()).total_seconds() // 60)
    if minutes <= 0:
        return _("over")
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return _("in %(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("in %(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return _("in %(minutes)s min") % {"minutes": minutes}
