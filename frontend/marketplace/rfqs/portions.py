"""The lines of a request that is being written, a portion at a time: the others travel with the form, sealed.

A form with all the fields of a thousand lines would be more than a browser may send, and than a person can look over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from core.actor import Actor
from frontend.marketplace.rfqs.attaching import Brought, keys_with_files, named, read_attached
from frontend.marketplace.rfqs.forms import COLUMNS, LineRow, read_rows

#: Lines whose fields a form has.
LINES = 100
BEFORE, AFTER = "lines-before", "lines-after"
_SALT = "rfqs.lines"
_MOST_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class PortionLink:
    """A button that shows other lines: what it says and sends; whether something in them is to be corrected."""

    text: str
    number: int
    is_current: bool
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """Lines as a form shows them; ``first`` is the number of the first, ``before`` and ``after`` are the sealed ones.

    ``wrong_text`` says which of all lines are to be corrected.
    """

    rows: Sequence[LineRow]
    first: int
    before: str
    after: str
    links: Sequence[PortionLink]
    wrong_text: str


@dataclass(frozen=True, slots=True)
class ReadLines:
    """All lines of a posted form, the number of the portion that it showed, and the files of the whole request."""

    rows: list[LineRow]
    number: int
    brought: Brought


def read_lines(request: Request) -> ReadLines:
    """What was posted. Raises Http404 where the sealed lines are not those that were given."""
    shown = read_rows(request.POST, keys_with_files(request))
    brought = read_attached(request, [row.key for row in shown])
    for row in shown:
        if row.key:
            row.files, row.error = brought[row.key].files, brought[row.key].error
    before, after = (_unsealed(request.POST.get(name, ""), request.actor) for name in (BEFORE, AFTER))
    return ReadLines([*before, *shown, *after], len(before) // LINES + 1, brought[""])


def portion_of(rows: Sequence[LineRow], number: int, blank: int) -> Portion:
    """The lines of a portion; ``blank`` ones stand behind the last, in a portion of their own where it is full.

    Where lines are to be corrected and none of them is in this portion, it is the first of theirs.
    """
    count = len(rows) // LINES + 1
    wrong = [at // LINES + 1 for at, row in enumerate(rows) if row.error]
    number = min(max(number, 1), count)
    if wrong and number not in wrong:
        number = wrong[0]
    start = (number - 1) * LINES
    shown = list(rows[start : start + LINES])
    if number == count:
        shown += [LineRow() for _n in range(blank)]
    return Portion(
        rows=shown,
        first=start + 1,
        before=_sealed(rows[:start]),
        after=_sealed(rows[start + LINES :]),
        links=[_link(at, len(rows), number, wrong) for at in range(1, count + 1)] if count > 1 else (),
        wrong_text=_wrong_text(rows) if count > 1 else "",
    )


def _link(at: int, total: int, current: int, wrong: Sequence[int]) -> PortionLink:
    first, last = (at - 1) * LINES + 1, min(at * LINES, total)
    text = f"{formatting.number(first)}–{formatting.number(last)}" if first <= last else _("More lines")
    return PortionLink(text, at, at == current, at in wrong)


def _wrong_text(rows: Sequence[LineRow]) -> str:
    numbers = [at for at, row in enumerate(rows, 1) if row.error]
    if not numbers:
        return ""
    named_ones = ", ".join(formatting.number(at) for at in numbers[:_MOST_NUMBERS])
    values = {
        "count": formatting.number(len(numbers)),
        "numbers": f"{named_ones}…" if len(numbers) > _MOST_NUMBERS else named_ones,
    }
    text = ngettext(
        "Line %(numbers)s is to be corrected.", "%(count)s lines are to be corrected: %(numbers)s", len(numbers)
    )
    return text % values


def _sealed(rows: Sequence[LineRow]) -> str:
    """Lines as one compressed text, which nobody but we can write."""
    if not rows:
        return ""
    said = [[[getattr(row, name) for name in COLUMNS], [one.token for one in row.files]] for row in rows]
    return signing.dumps(said, salt=_SALT, compress=True)


def _unsealed(text: str, actor: Actor) -> list[LineRow]:
    """Raises Http404."""
    if not text:
        return []
    try:
        said = signing.loads(text, salt=_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    return [LineRow(**dict(zip(COLUMNS, values, strict=True)), files=named(tokens, actor)) for values, tokens in said]
