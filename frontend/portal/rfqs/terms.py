"""The term of payment of an answer: what may be chosen, what stands in the field, what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from customers.enums import TermKind
from customers.queries import parse_term_value, term_choices
from customers.terms import term_text
from rfq.inbox import InboxDetail

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class TermField:
    """``wish`` says what the buyer asks for."""

    options: tuple[tuple[str, str], ...]
    value: str
    wish: str


def term_field(detail: InboxDetail, usual: str, data: QueryDict) -> TermField:
    """Holds what was typed, else the last offer's term, else the customer's ``usual`` one; one statement.

    The supplier's terms are offered, the usual, the wished and the last one among them. Nothing may be said only to a
    company that has no term yet: for any other that would be its usual one.
    """
    wished, last = detail.wished.term_value, detail.conditions.term_value if detail.version_text else ""
    value = data.get("term", last or usual)
    options = dict(term_choices())
    for other in (usual, wished, last, value):
        if other and other not in options and _is_term(other):
            options[other] = term_text(*parse_term_value(other))
    nothing = [] if usual else [("", _("not said"))]
    wish = _("The buyer wishes: %(term)s") % {"term": detail.wished.term_text} if wished else ""
    return TermField((*nothing, *options.items()), value, wish)


def read_term(value: str, errors: dict[str, str]) -> tuple[str, int | None]:
    """Kind and days that were chosen; nothing where nothing was."""
    if not value:
        return "", None
    if not _is_term(value):
        errors["term_days"] = _("Choose one.")
        return "", None
    return parse_term_value(value)


def _is_term(value: str) -> bool:
    kind, _dash, days = value.rpartition("-")
    return kind in TermKind.values and days.isascii() and days.isdecimal() and len(days) < _DIGITS
