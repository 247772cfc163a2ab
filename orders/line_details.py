"""What is said about a line besides its quantity: a note, the day it is wanted on, another place to deliver to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from orders.errors import LineProblem, LinesRefused
from orders.placing import PricedLine
from orders.wishes import LONGEST_NOTE, NewLine, Said

FARTHEST_YEARS = 2

Address = dict[str, str]


def day_problem(day: date | None) -> str:
    """Why nothing can be wanted on this day; nothing when it can."""
    today = timezone.localdate()
    if day is None or (today <= day and day.year <= today.year + FARTHEST_YEARS):
        return ""
    return _("This day has passed.") if day < today else _("This day is too far ahead.")


def fault_of(said: Said, book: Collection[UUID]) -> tuple[str, str] | None:
    """Code and text of why this cannot be said about a line; ``book`` are the addresses that its buyer may choose."""
    if len(said.note) > LONGEST_NOTE:
        return "note", _("A note has at most %(limit)s characters.") % {"limit": formatting.number(LONGEST_NOTE)}
    if problem := day_problem(said.wanted_on):
        return "wanted_on", problem
    if said.address_id is not None and said.address_id not in book:
        return "address_id", _("Choose an address of your address book.")
    return None


def delivered(
    goods: Sequence[PricedLine], wishes: Sequence[NewLine], main_id: UUID | None, book: Mapping[UUID | None, Address]
) -> list[PricedLine]:
    """The lines with the address that each goes to, where that is not the order's.

    One order bears the VAT of one country: a line for another country is refused, and is ordered by itself. Raises
    LinesRefused, which names every line whose address or day is not possible.
    """
    main, found = book[main_id], []
    problems: list[LineProblem] = []
    for index, (line, wish) in enumerate(zip(goods, wishes, strict=True)):
        address = book.get(wish.address_id) if wish.address_id not in (None, main_id) else None
        code, text = _fault(wish, main_id, main, address)
        if code:
            problems.append(LineProblem(index, code, text, line.sku, line.variant_id))
        found.append(replace(line, address=address))
    if problems:
        raise LinesRefused(problems)
    return found


def _fault(wish: NewLine, main_id: UUID | None, main: Address, address: Address | None) -> tuple[str, str]:
    if problem := day_problem(wish.wanted_on):
        return "day_passed", problem
    if wish.address_id in (None, main_id):
        return "", ""
    if address is None:
        return "address_gone", _("This address is no longer in your address book: choose another one.")
    if address["country"] != main["country"]:
        text = _("This line goes to another country than the order, and so bears another VAT: order it by itself.")
        return "other_country", text
    return "", ""


def said_of_line(note: str, wanted_on: date | None, address: Mapping[str, str] | None) -> tuple[str, ...]:
    """What was said of an ordered line, as texts; what holds for the whole order is left out."""
    names = ("label", "contact", "street", "postal_code", "city", "country")
    place = ", ".join(filter(None, (address.get(name, "") for name in names))) if address else ""
    found = (
        formatting.labelled(_("Wanted on"), formatting.day(wanted_on)) if wanted_on else "",
        formatting.labelled(_("Deliver to"), place) if place else "",
        note,
    )
    return tuple(filter(None, found))
