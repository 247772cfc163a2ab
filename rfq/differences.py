"""What is different between two versions of a quote, line by line, as texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from rfq.models import QuoteLine, QuoteVersion

_MOST_IN_A_SENTENCE = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a version has changed: a line's price or lead time, transport, validity."""

    name: str
    before_text: str
    after_text: str


def changes(
    old: QuoteVersion,
    old_lines: Mapping[UUID, QuoteLine],
    new: QuoteVersion,
    new_lines: Mapping[UUID, QuoteLine],
) -> Iterator[Change]:
    """Differences in the order of the lines, then transport and validity; in another currency every price is one."""
    is_other = old.currency != new.currency
    if is_other:
        yield Change(_("Currency"), old.currency, new.currency)
    for line in sorted(new_lines.values(), key=lambda line: line.position):
        earlier = old_lines.get(line.rfq_line_id)
        if earlier is None:
            continue
        if earlier.unit_price != line.unit_price or (is_other and line.unit_price is not None):
            yield Change(line.name, _price(earlier, old.currency), _price(line, new.currency))
        if earlier.lead_time_days != line.lead_time_days and line.is_offered:
            name = _("%(name)s, lead time") % {"name": line.name}
            yield Change(name, days_text(earlier.lead_time_days), days_text(line.lead_time_days))
    if old.freight_amount != new.freight_amount or (is_other and new.freight_amount):
        before, after = (formatting.money(v.freight_amount, v.currency) for v in (old, new))
        yield Change(_("Transport"), before, after)
    if old.valid_until != new.valid_until:
        yield Change(_("Valid until"), formatting.clock(old.valid_until), formatting.clock(new.valid_until))


def changes_text(old: QuoteVersion, new: QuoteVersion) -> str:
    """The differences as one sentence part, for a refusal; two statements."""
    found = list(changes(old, _lines(old), new, _lines(new)))
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


def days_text(days: int | None) -> str:
    """A lead time, or a dash where none was said."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days is not None else "–"


def _lines(version: QuoteVersion) -> dict[UUID, QuoteLine]:
    return {line.rfq_line_id: line for line in version.lines.all()}


def _price(line: QuoteLine, currency: str) -> str:
    return formatting.unit_price(line.unit_price, currency) if line.unit_price is not None else _("not offered")
