"""The versions of a quote and what each of them changed, as texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from rfq.differences import Change, Said, differences
from rfq.enums import Side, VersionState
from rfq.models import Invitation, Quote, QuoteLine, QuoteVersion
from rfq.policies import seen_rfqs
from rfq.talk.queries import FileRow, files_of_versions

INVITATION_TONES = {
    "invited": "warn",
    "viewed": "info",
    "in_progress": "info",
    "expired": "mute",
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
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what it offers first for each line of the request, and its alternatives."""

    version: QuoteVersion
    lines: dict[UUID, QuoteLine]
    alternatives: dict[UUID, list[QuoteLine]]

    @property
    def is_expired(self) -> bool:
        return has_expired(self.version)

    def said(self, files: Sequence[FileRow]) -> Said:
        """All of it, with the files that came with it, for a comparison."""
        others = [line for lines in self.alternatives.values() for line in lines]
        return Said(self.version, [*self.lines.values(), *others], [(file.name, file.digest) for file in files])


def versions_of(invitations: Sequence[Invitation]) -> dict[UUID, list[Version]]:
    """Versions by invitation in their order, with lines; three statements. Sealed ones are not there."""
    found = version_rows(invitations)
    full = with_lines([version for versions in found.values() for version in versions])
    return {key: [full[version.pk] for version in versions] for key, versions in found.items()}


def version_rows(invitations: Sequence[Invitation]) -> dict[UUID, list[QuoteVersion]]:
    """Versions by invitation in their order, without their lines; two statements."""
    quotes = dict(
        Quote.objects.filter(invitation__in=[row.pk for row in invitations]).values_list("pk", "invitation_id")
    )
    found: dict[UUID, list[QuoteVersion]] = defaultdict(list)
    for version in QuoteVersion.objects.filter(quote__in=quotes).order_by("quote_id", "number"):
        found[quotes[version.quote_id]].append(version)
    return found


def with_lines(versions: Sequence[QuoteVersion], line_ids: Collection[UUID] | None = None) -> dict[UUID, Version]:
    """Versions by key with what they offer, for all lines of the request or for these; one statement."""
    full = {version.pk: Version(version, {}, defaultdict(list)) for version in versions}
    rows = QuoteLine.objects.filter(version__in=list(full))
    for line in rows if line_ids is None else rows.filter(rfq_line__in=line_ids):
        if line.option:
            full[line.version_id].alternatives[line.rfq_line_id].append(line)
        else:
            full[line.version_id].lines[line.rfq_line_id] = line
    return full


def has_expired(version: QuoteVersion) -> bool:
    """Whether it is not valid any more: by the clock, whatever its state says."""
    return version.state == VersionState.EXPIRED or version.valid_until <= timezone.now()


def latest_offer(versions: Sequence[Version]) -> Version | None:
    """The supplier's last word; None when it has not answered or has taken its offer back."""
    own = next((full for full in reversed(versions) if full.version.side == Side.SUPPLIER), None)
    return own if own is not None and own.version.state != VersionState.WITHDRAWN else None


def history(versions: Sequence[Version]) -> tuple[VersionNote, ...]:
    """The negotiation, latest first, each version with what it changed and its files; one statement."""
    notes, files = [], files_of_versions([full.version for full in versions])
    for place, full in enumerate(versions):
        earlier, own = _compared_with(versions[:place]), files.get(full.version.pk, ())
        found = differences(earlier.said(files.get(earlier.version.pk, ())), full.said(own)) if earlier else None
        notes.append(_note(full, found.changes if found else (), own))
    return tuple(reversed(notes))


def history_of(actor: Actor, invitation_id: UUID) -> tuple[VersionNote, ...]:
    """The negotiation with one supplier, for the buyer; five statements."""
    row = Invitation.objects.filter(pk=invitation_id, rfq__in=seen_rfqs(actor)).first()
    return history(versions_of([row]).get(row.id, [])) if row is not None else ()


def _compared_with(earlier: Sequence[Version]) -> Version | None:
    """The supplier's offer before: what a new offer improves, what a counter-offer answers."""
    return next((other for other in reversed(earlier) if other.version.side == Side.SUPPLIER), None)


def _note(full: Version, changes: tuple[Change, ...], files: tuple[FileRow, ...]) -> VersionNote:
    version = full.version
    return VersionNote(
        title=f"V{version.number}",
        meta=f"{formatting.moment(version.sent_at)} · {sender_text(version)}",
        message=version.message,
        state_text=str(VersionState(version.state).label),
        is_buyers=version.side == Side.BUYER,
        total_text=formatting.money(version.net_amount + version.freight_amount, version.currency),
        hash_text=version.content_hash[:12],
        changes=changes,
        files=files,
    )


def sender_text(version: QuoteVersion) -> str:
    """Who sent a version; that it was answered at once where nobody did."""
    return _("automatic answer") if version.is_automatic else version.sent_by_name


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long something lasts: ``text`` says it as it is now, ``seconds`` let a page count on."""

    until: datetime
    seconds: int
    text: str


def countdown(until: datetime) -> Countdown:
    """The time that is left until then."""
    return Countdown(until, max(int((until - timezone.now()).total_seconds()), 0), time_left(until))


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
