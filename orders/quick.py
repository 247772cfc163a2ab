"""Quick order: lines as people paste them from a sheet, a file or a mail, and what is to be said about each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.enums import RelationKind
from catalog.models import Relation
from catalog.queries import UnitInfo, VariantInfo, variants_by_code, variants_by_id
from catalog.visibility import Viewpoint
from core import formatting
from core.formatting import plain
from core.parsing import AmbiguousNumber, parse_decimal
from customers.queries import CustomerInfo
from orders.errors import TooManyLines
from orders.gs1 import read_label
from orders.lines import CheckedLine, NewLine, check_lines, is_allowed, nearest_quantities

MAX_LINES = 500
MOST_LINES = 10_000
READY = ("ready", "partial")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKS = " \t"  # never the separator of a label, which Python counts among white space
_GROUPED = r"\d{1,3}(?:\s\d{3}){1,4}"
_TWO_NUMBERS = re.compile(rf"^(?P<code>.*?\S)\s+(?P<quantity>{_GROUPED})$")
_NUMBER_WITH_MARK = re.compile(rf"^(?P<code>.*?[^\s,]),?\s+(?P<quantity>[+-]?(?:{_GROUPED}|\d+)[.,][\d.,]*)$")
_LAST_WORD = re.compile(r"^(?P<code>.*\S)\s+(?P<quantity>\S+)$")


@dataclass(frozen=True, slots=True)
class Typed:
    """One line as it was typed: reference, quantity, unit (empty: the base unit), the lot of a label as a note."""

    code: str
    quantity: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a line.

    ``state``: *ready*, *partial* (ready, not all in stock), *unknown*, *several* (``candidates`` have this reference),
    *not_a_number*, *ambiguous* (``choices`` are what it may mean), *merged* into line ``into``, or the code
    of a problem of :mod:`orders.lines` such as *below_minimum* (``choices`` are quantities that would do).
    """

    number: int
    typed: Typed
    state: str
    variant: VariantInfo | None = None
    line: CheckedLine | None = None
    choices: tuple[Decimal, ...] = ()
    into: int = 0
    unit_code: str = ""
    candidates: tuple[VariantInfo, ...] = ()

    @property
    def is_ready(self) -> bool:
        return self.state in READY

    @property
    def wish(self) -> NewLine | None:
        return self.line.wish if self.is_ready and self.line else None


def read_pasted(text: str) -> list[Typed]:
    """Lines of ``reference; quantity; unit``: semicolons, tabs or a comma, else the last word is the quantity.

    A last word such as ``1,200`` is a quantity: its comma separates nothing. Raises TooManyLines for more than 10,000
    lines.
    """
    lines = [line.strip(_BLANKS) for line in _LINE_END.split(text) if line.strip()]
    if len(lines) > MOST_LINES:
        raise TooManyLines(field="pasted", limit=formatting.number(MOST_LINES))
    return [labelled(split_line(line)) for line in lines]


def settled(quantity: Decimal) -> str:
    """A quantity as a text that can be read in one way only."""
    text = plain(quantity)
    return f"{text}0" if re.fullmatch(r"\d{1,3}\.\d{3}", text) else text


def judge(customer: CustomerInfo, lines: Sequence[Typed]) -> list[Verdict]:
    """Say what becomes of each line for this customer; six statements for any number of lines. Nothing is guessed."""
    found = variants_by_code({line.code for line in lines}, customer.view)
    verdicts = [_read(number, line, found.get(line.code, [])) for number, line in enumerate(lines, 1)]
    verdicts = _merged(verdicts)
    open_ones = [verdict for verdict in verdicts if verdict.line is None and verdict.state == "ready"]
    wishes = [
        NewLine(verdict.variant.id, verdict.unit_code, verdict.choices[0]) for verdict in open_ones if verdict.variant
    ]
    variants = {v.variant.id: v.variant for v in open_ones if v.variant}
    checked = dict(zip((v.number for v in open_ones), check_lines(customer, wishes, known=variants), strict=True))
    return [_judged(verdict, checked.get(verdict.number)) for verdict in verdicts]


def note_of(lot: str) -> str:
    """What a line says about its lot, in the reader's language."""
    return _("lot %(lot)s") % {"lot": lot} if lot else ""


def replacements_of(variant_ids: Iterable[UUID], view: Viewpoint) -> dict[UUID, VariantInfo]:
    """What replaces variants that are no longer sold, where it is on sale and seen; three statements."""
    pairs = Relation.objects.filter(variant_id__in=list(variant_ids), kind=RelationKind.REPLACEMENT)
    chosen: dict[UUID, UUID] = {}
    for variant_id, other_id in pairs.order_by("position", "pk").values_list("variant_id", "other_id"):
        chosen.setdefault(variant_id, other_id)
    infos = variants_by_id(chosen.values(), view) if chosen else {}
    return {key: infos[other] for key, other in chosen.items() if other in infos and infos[other].is_active}


def labelled(typed: Typed) -> Typed:
    """A scanned label as its trade item and quantity: as many as it says, as many times as it was scanned."""
    label = read_label(typed.code)
    times = typed.quantity or "1"
    if label is None or (label.quantity is not None and not times.isdecimal()):
        return typed
    if label.quantity is None:
        return replace(typed, code=label.gtin, quantity=times, note=label.lot)
    return Typed(label.gtin, f"{label.quantity * int(times):f}", label.unit, label.lot)


def split_line(line: str) -> Typed:
    """Reference, quantity and unit of one pasted line."""
    if read_label(line) is not None:  # its lot may hold any sign; how often it was scanned stands after it
        label, _semicolon, times = line.rpartition(";")
        return Typed(label, times) if times.isdecimal() and read_label(label) is not None else Typed(line, "")
    for separator in ("\t", ";"):
        if separator in line:
            return _fields(line.split(separator))
    match = _NUMBER_WITH_MARK.match(line)
    if match is None and line.count(",") == 1:
        return _fields(line.split(","))
    match = match or _TWO_NUMBERS.match(line) or _LAST_WORD.match(line)
    return Typed(match["code"], match["quantity"]) if match else Typed(line, "")


def _fields(parts: Sequence[str]) -> Typed:
    code, quantity, unit = ([part.strip(_BLANKS).strip('"') for part in parts] + ["", ""])[:3]
    return Typed(code, quantity, unit.upper())


def _read(number: int, typed: Typed, candidates: Sequence[VariantInfo]) -> Verdict:
    """The article and the quantity of a line; a readable quantity is kept in ``choices``."""
    if not candidates:
        return Verdict(number, typed, "unknown")
    if len(candidates) > 1:
        return Verdict(number, typed, "several", candidates=tuple(candidates))
    state, choices = _quantity(typed.quantity)
    code = typed.unit or _unit_of_code(candidates[0], typed.code)
    unit = candidates[0].unit(code)
    if unit is not None and _is_whole(unit) and any(choice % 1 for choice in choices):
        state, choices = "ambiguous", _whole_readings(typed.quantity, choices, unit)
    return Verdict(number, typed, state, candidates[0], choices=choices, unit_code=code)


def _unit_of_code(variant: VariantInfo, code: str) -> str:
    """The unit whose own GTIN this is (a carton has another number than the piece in it), else the base unit."""
    digits = code.replace(" ", "").lstrip("0")
    packed = [unit.code for unit in variant.units if unit.gtin and unit.gtin.lstrip("0") == digits]
    return packed[0] if packed else variant.base_unit.code


def _quantity(text: str) -> tuple[str, tuple[Decimal, ...]]:
    """State and readings of a quantity; ``1 000`` pasted from a sheet is one number, but it is asked for."""
    if re.search(r"\d\s+\d", text.strip()):
        is_number = re.fullmatch(r"[\d\s]+(?:[.,]\d+)?", text) is not None
        return ("ambiguous", _spaced(text)) if is_number else ("not_a_number", ())
    try:
        quantity = parse_decimal(text)
    except AmbiguousNumber:
        return "ambiguous", _readings(text)
    except ValueError:
        return "not_a_number", ()
    return ("ready", (quantity,)) if quantity > 0 else ("not_a_number", ())


def _spaced(text: str) -> tuple[Decimal, ...]:
    """What ``1 000`` may mean: a thousand, or one and something of the next column."""
    whole, first = Decimal(re.sub(r"\s", "", text).replace(",", ".")), Decimal(text.split(maxsplit=1)[0])
    return (whole, first) if first > 0 else (whole,)


def _readings(text: str) -> tuple[Decimal, ...]:
    """Both numbers that ``1,250`` may mean."""
    bare = text.strip()
    thousand = Decimal(re.sub(r"[.,]", "", bare))
    fraction = Decimal(bare.replace(",", ".")) if len(re.findall(r"[.,]", bare)) == 1 else thousand
    return tuple(sorted({thousand, fraction}, reverse=True))


def _is_whole(unit: UnitInfo) -> bool:
    """Whether the unit is never sold in parts."""
    return unit.minimum % 1 == 0 and unit.multiple % 1 == 0


def _whole_readings(text: str, choices: Sequence[Decimal], unit: UnitInfo) -> tuple[Decimal, ...]:
    """What ``1,5`` may mean of goods that are sold whole: one, two, or fifteen with a slip of the finger."""
    readings = {Decimal(re.sub(r"\D", "", text))}
    for choice in choices:
        readings.update(nearest_quantities(choice, unit) if choice % 1 else (choice,))
    return tuple(sorted(reading for reading in readings if is_allowed(reading, unit)))


def _merged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Repeated articles in the same unit and of the same lot are added to their first line."""
    first: dict[tuple[UUID, str, str], int] = {}
    result: list[Verdict] = []
    for verdict in verdicts:
        if verdict.state != "ready" or verdict.variant is None:
            result.append(verdict)
            continue
        key = (verdict.variant.id, verdict.unit_code, verdict.typed.note)
        if key not in first:
            first[key] = len(result)
            result.append(verdict)
            continue
        earlier = result[first[key]]
        result[first[key]] = replace(earlier, choices=(earlier.choices[0] + verdict.choices[0],))
        result.append(replace(verdict, state="merged", into=earlier.number))
    return result


def _judged(verdict: Verdict, checked: CheckedLine | None) -> Verdict:
    if checked is None:
        return verdict
    if checked.problem is not None:
        return replace(verdict, state=checked.problem.code, line=checked, choices=checked.problem.nearest)
    is_short = not checked.is_service and (checked.stock is None or checked.stock.available < checked.base_quantity)
    return replace(verdict, state="partial" if is_short else "ready", line=checked)
