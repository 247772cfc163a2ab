"""Any two versions of one quote beside each other, line by line, as texts for both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.differences import Change, ChangedLine, differences
from rfq.enums import Side, VersionState
from rfq.history import version_rows, with_lines
from rfq.models import Invitation, QuoteVersion
from rfq.policies import seen_rfqs
from rfq.talk.queries import files_of_versions


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions; ``choices`` are all that the reader may choose from, as number and text."""

    rfq_id: UUID
    invitation_id: UUID
    number: str
    supplier: str
    company: str
    choices: tuple[tuple[int, str], ...]
    before: int
    after: int
    before_text: str
    after_text: str
    terms: tuple[Change, ...]
    lines: tuple[ChangedLine, ...]
    same_count: int

    @property
    def is_same(self) -> bool:
        return not self.terms and not self.lines


def compared_for_buyer(
    actor: Actor, rfq_id: UUID, invitation_id: UUID, *, before: int | None = None, after: int | None = None
) -> Compared:
    """Two versions of a supplier's quote to the actor's company; the last two unless named. Six statements.

    Raises NotFound also for offers that are sealed, and where there are no two.
    """
    rows = Invitation.objects.select_related("rfq").filter(rfq__in=seen_rfqs(actor), rfq_id=rfq_id)
    return _compared(rows.filter(pk=invitation_id).first(), before, after)


def compared_for_supplier(
    actor: Actor, invitation_id: UUID, *, before: int | None = None, after: int | None = None
) -> Compared:
    """Two versions of the tenant's own quote; the last two unless named. Six statements. Raises NotFound."""
    tenant_id = current_scope().tenant_id
    if actor.kind != "staff" or tenant_id is None or actor.tenant_id != tenant_id:
        raise NotFound
    rows = Invitation.objects.select_related("rfq").filter(tenant_id=tenant_id)
    return _compared(rows.filter(pk=invitation_id).first(), before, after)


def _compared(row: Invitation | None, before: int | None, after: int | None) -> Compared:
    if row is None:
        raise NotFound
    versions = version_rows([row]).get(row.id, [])
    numbers = {version.number: version for version in versions}
    if len(versions) < 2:
        raise NotFound
    new = after if after is not None else versions[-1].number
    old = before if before is not None else _earlier(versions, new)
    if old not in numbers or new not in numbers:
        raise NotFound
    shown = [numbers[old], numbers[new]]
    full, files = with_lines(shown), files_of_versions(shown)
    found = differences(*(full[version.pk].said(files.get(version.pk, ())) for version in shown))
    return Compared(
        rfq_id=row.rfq_id,
        invitation_id=row.id,
        number=row.rfq.number,
        supplier=row.tenant_name,
        company=row.rfq.company_name,
        choices=tuple((version.number, _label(version)) for version in versions),
        before=old,
        after=new,
        before_text=_label(numbers[old]),
        after_text=_label(numbers[new]),
        terms=found.terms,
        lines=found.lines,
        same_count=found.same_count,
    )


def _earlier(versions: Sequence[QuoteVersion], number: int) -> int:
    """The version before; of the first one, itself."""
    return next((version.number for version in reversed(versions) if version.number < number), number)


def _label(version: QuoteVersion) -> str:
    """``V2 · Counter-offer · 4 March, 10:30 · Superseded``."""
    kind = _("Counter-offer") if version.side == Side.BUYER else _("Offer")
    state = VersionState(version.state).label
    return f"V{version.number} · {kind} · {formatting.moment(version.sent_at)} · {state}"
