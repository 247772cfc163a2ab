"""What people give a list to keep: references and quantities, judged as the quick order judges them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.purchase_lists.services import ListLine
from orders.quick import Verdict

#: What cannot be ordered today, and can be kept.
_PASSING = frozenset({"no_price", "sold_out"})
_OF_THE_CODE = frozenset({"unknown", "several", "not_sold"})


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a file that was not taken over: its reference, and why."""

    code: str
    message: str


def line_of(verdict: Verdict) -> ListLine | None:
    """The line to be kept; None where :func:`told` says why not."""
    if verdict.line is None or not (verdict.is_ready or verdict.state in _PASSING):
        return None
    return ListLine(verdict.line.wish, verdict.typed.note)


def told(verdict: Verdict) -> str:
    """What is wrong with a line."""
    if verdict.line is not None and verdict.line.problem is not None:
        return verdict.line.problem.message
    if verdict.state == "unknown":
        return _("No article has this reference.")
    if verdict.state == "several":
        return _("Several articles have this reference: %(references)s.") % {
            "references": ", ".join(info.sku for info in verdict.candidates)
        }
    if verdict.state == "ambiguous":
        return _("“%(text)s” can be read in two ways: write it without separator.") % {"text": verdict.typed.quantity}
    return _("“%(text)s” is not a quantity.") % {"text": verdict.typed.quantity}


def field_of(verdict: Verdict) -> str:
    """The field of the form that is to be corrected."""
    if verdict.state in _OF_THE_CODE:
        return "code"
    return "unit" if verdict.state == "unknown_unit" else "quantity"
