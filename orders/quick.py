"""Quick order: lines as people paste them from a sheet, a file or a mail, and what is to be said about each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from catalog.queries import VariantInfo, variants_by_code
from core.errors import InvalidInput
from core.parsing import AmbiguousNumber, parse_decimal
from customers.queries import CustomerInfo
from orders.gs1 import read_label
from orders.lines import CheckedLine, NewLine, check_lines

MAX_LINES = 500
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKS = " \t"  # never the separator of a label, which Python counts among white space
_TWO_NUMBERS = re.compile(r"^(?P<code>.*\S)\s+(?P<quantity>\d{1,3}(?:\s\d{3})+)$")
_LAST_WORD = re.compile(r"^(?P<code>.*\S)\s+(?P<quantity>\S+)$")


@dataclass(frozen=True, slots=True)
class Typed:
    """One line as it was typed: reference, quantity, unit (empty: the base unit)."""

    code: str
    quantity: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a line.

    ``state``: *ready*, *partial* (ready, not all in stock), *unknown*, *several* (more than one article has this
    reference), *not_a_number*, *ambiguous* (``choices`` are what it may mean), *merged* into line ``into``, or the code
    of a problem of :mod:`orders.lines` such as *below_minimum* (``choices`` are quantities that would do).
    """

    number: int
    typed: Typed
    state: str
    variant: VariantInfo | None = None
    line: CheckedLine | None = None
    choices: tuple[Decimal, ...] = ()
    into: int = 0

    @property
    def is_ready(self) -> bool:
        return self.state in ("ready", "partial")

    @property
    def wish(self) -> NewLine | None:
        return self.line.wish if self.is_ready and self.line else None


def read_pasted(text: str) -> list[Typed]:
    """Lines of ``reference; quantity; unit``: semicolons, tabs or commas, else the last word is the quantity.

    Raises InvalidInput for more than 500 lines.
    """
    lines = [line.strip(_BLANKS) for line in _LINE_END.split(text) if line.strip()]
    if len(lines) > MAX_LINES:
        raise InvalidInput(field="lines", reason=f"{len(lines)} > {MAX_LINES}")
    return [_labelled(_split(line)) for line in lines]


def judge(customer: CustomerInfo, lines: Sequence[Typed]) -> list[Verdict]:
    """Say what becomes of each line for this customer; six statements for any number of lines. Nothing is guessed."""
    found = variants_by_code({line.code for line in lines}, customer.view)
    verdicts = [_read(number, line, found.get(line.code, [])) for number, line in enumerate(lines, 1)]
    verdicts = _merged(verdicts)
    open_ones = [verdict for verdict in verdicts if verdict.line is None and verdict.state == "ready"]
    wishes = [
        NewLine(verdict.variant.id, verdict.typed.unit, verdict.choices[0]) for verdict in open_ones if verdict.variant
    ]
    variants = {v.variant.id: v.variant for v in open_ones if v.variant}
    checked = dict(zip((v.number for v in open_ones), check_lines(customer, wishes, known=variants), strict=True))
    return [_judged(verdict, checked.get(verdict.number)) for verdict in verdicts]


def _labelled(typed: Typed) -> Typed:
    """A scanned label as its trade item and quantity: as many as it says, as many times as it was scanned."""
    label = read_label(typed.code)
    times = typed.quantity or "1"
    if label is None or (label.quantity is not None and not times.isdecimal()):
        return typed
    if label.quantity is None:
        return replace(typed, code=label.gtin, quantity=times)
    return Typed(label.gtin, f"{label.quantity * int(times):f}", label.unit)


def _split(line: str) -> Typed:
    if read_label(line) is not None:  # its lot may hold any sign; how often it was scanned stands after it
        label, _semicolon, times = line.rpartition(";")
        return Typed(label, times) if times.isdecimal() and read_label(label) is not None else Typed(line, "")
    for separator in ("\t", ";"):
        if separator in line:
            return _fields(line.split(separator))
    if "," in line and line.count(",") == 1:
        return _fields(line.split(","))
    match = _TWO_NUMBERS.match(line) or _LAST_WORD.match(line)
    return Typed(match["code"], match["quantity"]) if match else Typed(line, "")


def _fields(parts: Sequence[str]) -> Typed:
    code, quantity, unit = ([part.strip(_BLANKS).strip('"') for part in parts] + ["", ""])[:3]
    return Typed(code, quantity, unit.upper())


def _read(number: int, typed: Typed, candidates: Sequence[VariantInfo]) -> Verdict:
    """The article and the quantity of a line; a readable quantity is kept in ``choices``."""
    if not candidates:
        return Verdict(number, typed, "unknown")
    if len(candidates) > 1:
        return Verdict(number, typed, "several")
    state, choices = _quantity(typed.quantity)
    return Verdict(number, typed, state, candidates[0], choices=choices)


def _quantity(text: str) -> tuple[str, tuple[Decimal, ...]]:
    """State and readings of a quantity; ``1 000`` pasted from a sheet is one number, but it is asked for."""
    if re.search(r"\d\s+\d", text.strip()):
        is_number = re.fullmatch(r"[\d\s]+", text) is not None
        return ("ambiguous", (Decimal(re.sub(r"\s", "", text)),)) if is_number else ("not_a_number", ())
    try:
        quantity = parse_decimal(text)
    except AmbiguousNumber:
        return "ambiguous", _readings(text)
    except ValueError:
        return "not_a_number", ()
    return ("ready", (quantity,)) if quantity > 0 else ("not_a_number", ())


def _readings(text: str) -> tuple[Decimal, ...]:
    """Both numbers that ``1,250`` may mean."""
    plain = text.strip()
    thousand = Decimal(re.sub(r"[.,]", "", plain))
    fraction = Decimal(plain.replace(",", ".")) if len(re.findall(r"[.,]", plain)) == 1 else thousand
    return tuple(sorted({thousand, fraction}, reverse=True))


def _merged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Repeated articles in the same unit are added to their first line."""
    first: dict[tuple[UUID, str], int] = {}
    result: list[Verdict] = []
    for verdict in verdicts:
        if verdict.state != "ready" or verdict.variant is None:
            result.append(verdict)
            continue
        key = (verdict.variant.id, verdict.typed.unit)
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
    is_short = checked.stock is None or checked.stock.available < checked.base_quantity
    return replace(verdict, state="partial" if is_short else "ready", line=checked)
