"""What is different between two versions of a quote: all that they say of terms, lines, alternatives and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from rfq.conditions import Conditions
from rfq.enums import LineKind
from rfq.models import QuoteLine, QuoteVersion
from rfq.talk.models import QuoteFile
from rfq.versions import tiers_of
from rfq.wording import days_text, quantity_text, tier_text

_MOST_IN_A_SENTENCE = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a version says; ``follows`` from the others that it says, as a sum does."""

    name: str
    text: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a version has changed."""

    name: str
    before_text: str
    after_text: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the request with every value that is other in the second version."""

    name: str
    note: str
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        return f"{self.name} ({self.note})" if self.note else self.name


@dataclass(frozen=True, slots=True)
class Said:
    """A version with all of its lines, alternatives too, and its files."""

    version: QuoteVersion
    lines: Sequence[QuoteLine]
    files: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Differences:
    """All that is not the same, and how many lines are."""

    terms: tuple[Change, ...]
    lines: tuple[ChangedLine, ...]
    same_count: int

    @property
    def changes(self) -> tuple[Change, ...]:
        """In one list, lines first; without the sums, which follow from the rest."""
        of_lines = [
            Change(f"{line.title}, {change.name}", change.before_text, change.after_text)
            for line in self.lines
            for change in line.changes
            if not change.follows
        ]
        return (*of_lines, *(change for change in self.terms if not change.follows))


def differences(old: Said, new: Said) -> Differences:
    """What the second version says otherwise than the first."""
    found, same = [], 0
    for before, after in _pairs(old, new):
        line = after or before
        changes = tuple(_changes(_of_line(before, old.version.currency), _of_line(after, new.version.currency)))
        if changes and line is not None:
            found.append(ChangedLine(line.name, _note(before, after), changes))
        same += not changes
    return Differences(tuple(_changes(_terms(old), _terms(new))), tuple(found), same)


def changes_text(old: QuoteVersion, new: QuoteVersion) -> str:
    """The differences as one sentence part, for a refusal; four statements."""
    found = differences(_said(old), _said(new)).changes
    if not found:
        return _("the same prices and terms")
    texts = [
        _("%(name)s %(before)s → %(after)s")
        % {"name": change.name, "before": change.before_text, "after": change.after_text}
        for change in found[:_MOST_IN_A_SENTENCE]
    ]
    rest = len(found) - len(texts)
    if rest:
        texts.append(ngettext("%(count)s more", "%(count)s more", rest) % {"count": rest})
    return "; ".join(texts)


def _said(version: QuoteVersion) -> Said:
    files = QuoteFile.objects.filter(version=version).order_by("position", "pk")
    return Said(version, list(version.lines.all()), list(files.values_list("name", "digest")))


def _terms(said: Said) -> list[Fact]:
    version, conditions = said.version, Conditions.of(said.version)
    total = version.net_amount + version.freight_amount
    return [
        Fact(_("Currency"), version.currency),
        Fact(_("Goods"), formatting.money(version.net_amount, version.currency), follows=True),
        Fact(_("Transport"), formatting.money(version.freight_amount, version.currency)),
        Fact(_("Total net"), formatting.money(total, version.currency), follows=True),
        Fact(_("Incoterm"), conditions.delivery_text),
        Fact(_("Payment"), conditions.term_text),
        Fact(_("Valid until"), formatting.clock(version.valid_until)),
        Fact(_("Files"), ", ".join(f"{name} ({digest[:8]})" for name, digest in said.files)),
    ]


def _of_line(line: QuoteLine | None, currency: str) -> list[Fact]:
    if line is None:
        return []
    tiers = [tier_text(tier, currency) for tier in tiers_of(line)]
    return [
        Fact(_("Kind"), str(LineKind(line.kind).label)),
        Fact(_("Article"), " ".join(part for part in (line.sku, line.name) if part)),
        Fact(_("Quantity"), quantity_text(line.quantity, line.unit_code)),
        Fact(_("Price"), formatting.unit_price(line.unit_price, currency) if line.unit_price is not None else ""),
        Fact(_("Other quantities"), "; ".join(tiers)),
        Fact(_("One-off cost"), formatting.money(line.setup_amount, currency) if line.setup_amount else ""),
        Fact(_("Net"), formatting.money(line.net_amount, currency) if line.is_offered else "", follows=True),
        Fact(_("VAT"), formatting.percent(line.tax_rate) if line.is_offered else ""),
        Fact(_("Lead time"), days_text(line.lead_time_days) if line.lead_time_days is not None else ""),
        Fact(_("Remark"), line.remark),
    ]


def _changes(before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[Change]:
    old, new = ({fact.name: fact for fact in facts} for facts in (before, after))
    for name, fact in (old | new).items():
        texts = [facts[name].text if name in facts else "" for facts in (old, new)]
        if texts[0] != texts[1]:
            yield Change(name, texts[0] or "–", texts[1] or "–", fact.follows)


def _pairs(old: Said, new: Said) -> Iterator[tuple[QuoteLine | None, QuoteLine | None]]:
    """What both offer for the same line of the request, with the same rank among its alternatives."""
    sides = [_by_key(said.lines) for said in (old, new)]
    places = {key: line.position for side in sides for key, line in side.items()}
    for key in sorted(places, key=lambda key: (places[key], key[1])):
        yield sides[0].get(key), sides[1].get(key)


def _by_key(lines: Sequence[QuoteLine]) -> dict[tuple[UUID, int], QuoteLine]:
    return {(line.rfq_line_id, line.option): line for line in lines}


def _note(before: QuoteLine | None, after: QuoteLine | None) -> str:
    line = after or before
    if before is None:
        return _("added")
    if after is None:
        return _("removed")
    return _("Alternative") if line is not None and line.option else ""
