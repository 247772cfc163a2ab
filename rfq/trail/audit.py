"""Everything that happened to a request in one list: the buyer's over all suppliers, a supplier's of its own part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.enums import InvitationState, RFQState, Side, VersionState
from rfq.models import (
    RFQ,
    Invitation,
    InvitationTransition,
    QuoteVersion,
    QuoteVersionTransition,
    RFQLine,
    RFQTransition,
)
from rfq.policies import seen_rfqs
from rfq.talk.models import Clarification, Question
from rfq.trail.models import DeadlineChange
from rfq.wording import place_text


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what when, and why. ``content_hash`` is a version's SHA-256."""

    at: datetime
    key: UUID
    who: str
    supplier: str
    subject: str
    what: str
    reason: str = ""
    content_hash: str = ""

    @property
    def when_text(self) -> str:
        return formatting.moment(self.at)


@dataclass(frozen=True, slots=True)
class Trail:
    """The list in the order of time; a supplier's has its own name only."""

    rfq_id: UUID
    number: str
    title: str
    company: str
    suppliers: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def names_suppliers(self) -> bool:
        """Whether an entry must say whose it is."""
        return len(self.suppliers) > 1


def trail_for_buyer(actor: Actor, rfq_id: UUID) -> Trail:
    """What happened to a request that was sent, with all its suppliers; eleven statements at most. Raises NotFound.

    Before the deadline, sealed offers are not in it: row-level security hides the versions.
    """
    rfq = seen_rfqs(actor).filter(pk=rfq_id).exclude(state=RFQState.DRAFT).first()
    if rfq is None:
        raise NotFound
    rows = list(Invitation.objects.filter(rfq=rfq).order_by("tenant_name", "pk"))
    own = [_written(rfq), *_moves(RFQTransition.objects.filter(subject=rfq), RFQState, _("Request"))]
    return _trail(rfq, rows, own)


def trail_for_supplier(actor: Actor, invitation_id: UUID) -> Trail:
    """What happened between the buyer and the tenant that was invited; nine statements at most. Raises NotFound.

    Nothing of any other supplier, nor that there is one: the request's own moves are not in it.
    """
    tenant_id = current_scope().tenant_id
    if actor.kind != "staff" or tenant_id is None or actor.tenant_id != tenant_id:
        raise NotFound
    row = Invitation.objects.select_related("rfq").filter(pk=invitation_id, tenant_id=tenant_id).first()
    if row is None:
        raise NotFound
    return _trail(row.rfq, [row], [])


def _trail(rfq: RFQ, rows: Sequence[Invitation], own: Sequence[Entry]) -> Trail:
    names = {row.pk: row.tenant_name for row in rows}
    entries = [
        *own,
        *_places(rfq),
        *_deadlines(rfq),
        *_invitations(rfq, rows, names),
        *_versions(rows, names),
        *_talk(rfq, names),
    ]
    return Trail(
        rfq_id=rfq.id,
        number=rfq.number,
        title=rfq.title,
        company=rfq.company_name,
        suppliers=tuple(row.tenant_name for row in rows),
        entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.key))),
    )


def _written(rfq: RFQ) -> Entry:
    return Entry(rfq.created_at, rfq.pk, rfq.created_by_name, "", _("Request"), _("written"))


def _places(rfq: RFQ) -> Iterator[Entry]:
    """Where the lines go, if not all of them go where the request does. One statement."""
    lines, positions = list(RFQLine.objects.filter(rfq=rfq).order_by("position")), dict[str, list[str]]()
    for line in lines:
        place = place_text(line.delivery_address or rfq.delivery_address)
        positions.setdefault(place, []).append(str(line.position))
    if rfq.sent_at is not None and any(line.delivery_address for line in lines):
        said = [f"{place or '–'} ({', '.join(numbers)})" for place, numbers in positions.items()]
        yield Entry(rfq.sent_at, rfq.pk, rfq.created_by_name, "", _("Deliver to"), " · ".join(said))


def _deadlines(rfq: RFQ) -> Iterator[Entry]:
    for row in DeadlineChange.objects.filter(rfq=rfq):
        what = _arrow(formatting.moment(row.before_at), formatting.moment(row.deadline_at))
        yield Entry(row.at, row.pk, row.actor_name, "", _("Deadline"), what, row.reason)


def _invitations(rfq: RFQ, rows: Sequence[Invitation], names: Mapping[UUID, str]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(row.created_at, row.pk, rfq.created_by_name, row.tenant_name, _("Invitation"), _("sent"))
    moved = InvitationTransition.objects.filter(subject__in=list(names))
    yield from _moves(moved, InvitationState, _("Invitation"), names)


def _talk(rfq: RFQ, names: Mapping[UUID, str]) -> Iterator[Entry]:
    """What was asked and answered, and what all suppliers were told, with drawings. Three statements at most."""
    for row in Question.objects.filter(invitation__in=list(names)):
        supplier = names[row.invitation_id]
        yield Entry(row.asked_at, row.pk, row.asked_by_name, supplier, _("Question"), row.text)
        if row.answered_at is not None and row.published_as_id is None:
            yield Entry(
                row.answered_at, row.pk, row.answered_by_name, supplier, _("Answer to the supplier"), row.answer
            )
    for told in Clarification.objects.filter(rfq=rfq).prefetch_related("files"):
        said = (told.question, told.text, *(file.name for file in told.files.all()))
        what = " – ".join(text for text in said if text)
        yield Entry(told.published_at, told.pk, told.published_by_name, "", _("Told to all suppliers"), what)


def _versions(rows: Sequence[Invitation], names: Mapping[UUID, str]) -> Iterator[Entry]:
    """Versions as they were sent, and what became of them. Two statements."""
    versions = QuoteVersion.objects.select_related("quote").filter(quote__invitation__in=[row.pk for row in rows])
    found = {version.pk: version for version in versions}
    for version in found.values():
        yield _sent(version, names[version.quote.invitation_id])
    for row in QuoteVersionTransition.objects.filter(subject__in=list(found)):
        version = found[row.subject_id]
        what = _arrow(*(str(VersionState(state).label) for state in (row.from_state, row.to_state)))
        supplier, subject = names[version.quote.invitation_id], f"V{version.number}"
        yield Entry(row.at, row.pk, row.actor_name, supplier, subject, what, row.note, version.content_hash)


def _sent(version: QuoteVersion, supplier: str) -> Entry:
    total = formatting.money(version.net_amount + version.freight_amount, version.currency)
    kind = _("Counter-offer") if version.side == Side.BUYER else _("Offer")
    return Entry(
        at=version.sent_at,
        key=version.pk,
        who=version.sent_by_name,
        supplier=supplier,
        subject=f"V{version.number}",
        what=_("%(kind)s sent: %(total)s net") % {"kind": kind, "total": total},
        content_hash=version.content_hash,
    )


def _moves(
    rows: Iterable[RFQTransition | InvitationTransition],
    states: type[TextChoices],
    subject: str,
    names: Mapping[UUID, str] | None = None,
) -> Iterator[Entry]:
    for row in rows:
        what = _arrow(str(states(row.from_state).label), str(states(row.to_state).label))
        supplier = names[row.subject_id] if names else ""
        yield Entry(row.at, row.pk, row.actor_name, supplier, subject, what, row.note)


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"
