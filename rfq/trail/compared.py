"""Any two versions of one quote beside each other, line by line, as texts for both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from core.scope import current_scope
from rfq.cells import quantity_text
from rfq.conditions import Conditions
from rfq.differences import Change, days_text
from rfq.enums import LineKind, Side, VersionState
from rfq.history import Version, version_rows, with_lines
from rfq.models import Invitation, QuoteLine, QuoteVersion
from rfq.policies import seen_rfqs
from rfq.versions import tiers_of

#: What one line says, by label.
Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the request with every value that is other in the second version."""

    name: str
    note: str
    changes: tuple[Change, ...]


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
    """Two versions of a supplier's quote to the actor's company; the last two unless named. Five statements.

    Raises NotFound also for offers that are sealed, and where there are no two.
    """
    rows = Invitation.objects.select_related("rfq").filter(rfq__in=seen_rfqs(actor), rfq_id=rfq_id)
    return _compared(rows.filter(pk=invitation_id).first(), before, after)


def compared_for_supplier(
    actor: Actor, invitation_id: UUID, *, before: int | None = None, after: int | None = None
) -> Compared:
    """Two versions of the tenant's own quote; the last two unless named. Five statements. Raises NotFound."""
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
    full = with_lines([numbers[old], numbers[new]])
    lines, same = _lines(full[numbers[old].pk], full[numbers[new].pk])
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
        terms=tuple(_changes(_terms(numbers[old]), _terms(numbers[new]))),
        lines=lines,
        same_count=same,
    )


def _earlier(versions: Sequence[QuoteVersion], number: int) -> int:
    """The version before; of the first one, itself."""
    return next((version.number for version in reversed(versions) if version.number < number), number)


def _label(version: QuoteVersion) -> str:
    """``V2 · Counter-offer · 4 March, 10:30 · Superseded``."""
    kind = _("Counter-offer") if version.side == Side.BUYER else _("Offer")
    state = VersionState(version.state).label
    return f"V{version.number} · {kind} · {formatting.moment(version.sent_at)} · {state}"


def _terms(version: QuoteVersion) -> Said:
    conditions = Conditions.of(version)
    return (
        (_("Currency"), version.currency),
        (_("Goods"), formatting.money(version.net_amount, version.currency)),
        (_("Transport"), formatting.money(version.freight_amount, version.currency)),
        (_("Total net"), formatting.money(version.net_amount + version.freight_amount, version.currency)),
        (_("Incoterm"), conditions.delivery_text),
        (_("Payment"), conditions.term_text),
        (_("Valid until"), formatting.clock(version.valid_until)),
    )


def _lines(old: Version, new: Version) -> tuple[tuple[ChangedLine, ...], int]:
    """The lines that are not the same, in their order, and how many are."""
    found, same = [], 0
    for before, after in _pairs(old, new):
        line = after or before
        changes = tuple(_changes(_said(before, old), _said(after, new)))
        if changes and line is not None:
            found.append(ChangedLine(line.name, _note(before, after), changes))
        same += not changes
    return tuple(found), same


def _pairs(old: Version, new: Version) -> Iterator[tuple[QuoteLine | None, QuoteLine | None]]:
    """What both offer for the same line of the request, with the same rank among its alternatives."""
    sides = [_by_key(version) for version in (old, new)]
    places = {key: line.position for side in sides for key, line in side.items()}
    for key in sorted(places, key=lambda key: (places[key], key[1])):
        yield sides[0].get(key), sides[1].get(key)


def _by_key(version: Version) -> dict[tuple[UUID, int], QuoteLine]:
    others = [line for lines in version.alternatives.values() for line in lines]
    return {(line.rfq_line_id, line.option): line for line in (*version.lines.values(), *others)}


def _note(before: QuoteLine | None, after: QuoteLine | None) -> str:
    line = after or before
    if before is None:
        return _("added")
    if after is None:
        return _("removed")
    return _("Alternative") if line is not None and line.option else ""


def _said(line: QuoteLine | None, version: Version) -> Said:
    if line is None:
        return ()
    currency = version.version.currency
    tiers = [
        _("from %(quantity)s: %(price)s")
        % {"quantity": formatting.number(quantity), "price": formatting.unit_price(price, currency)}
        for quantity, price in tiers_of(line)
    ]
    return (
        (_("Kind"), str(LineKind(line.kind).label)),
        (_("Article"), " ".join(part for part in (line.sku, line.name) if part)),
        (_("Quantity"), quantity_text(line.quantity, line.unit_code)),
        (_("Price"), formatting.unit_price(line.unit_price, currency) if line.unit_price is not None else ""),
        (_("Other quantities"), "; ".join(tiers)),
        (_("One-off cost"), formatting.money(line.setup_amount, currency) if line.setup_amount else ""),
        (_("Net"), formatting.money(line.net_amount, currency) if line.is_offered else ""),
        (_("Lead time"), days_text(line.lead_time_days) if line.lead_time_days is not None else ""),
        (_("Remark"), line.remark),
    )


def _changes(before: Said, after: Said) -> Iterator[Change]:
    old, new = dict(before), dict(after)
    for label in dict(before) | dict(after):
        if old.get(label, "") != new.get(label, ""):
            yield Change(label, old.get(label) or "–", new.get(label) or "–")
