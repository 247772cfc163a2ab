"""Which column holds what: proposed from names and examples, checked, and remembered per kind of file.

A target is written ``sku``, ``tier_price:2``, ``attr:couleur`` or ``attr:couleur:fr``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from integrations.bmecat import columns as bmecat
from integrations.catalog_import.cells import BadCell, Cell, Row, fold, is_empty, shown
from integrations.catalog_import.errors import SkuNotMapped, TargetTwice, TierHalf, UnknownTarget
from integrations.catalog_import.numbers import number
from integrations.catalog_import.targets import BY_KEY, Guess, attribute_name, guess, label_of, split_language
from integrations.catalog_import.units import price_basis, unit_code, unit_list

_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_UNIT_IN_LABEL = re.compile(r"^(?P<label>.+?)\s*[(\[](?P<unit>[^)\]]{1,12})[)\]]$")
_FRENCH = frozenset(
    {"ref", "marque", "fabricant", "designation", "libelle", "famille", "categorie", "prix", "pu", "unite", "delai"}
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A target taken apart. ``number`` counts tiers and order units; an attribute has a code, perhaps a language."""

    key: str
    number: int = 0
    code: str = ""
    language: str = ""


def parse(target: str) -> Chosen | None:
    """The target that a text names; None when it names none."""
    key, _colon, rest = target.partition(":")
    if key == "attr":
        code, _colon, language = rest.partition(":")
        ok = len(code) <= 60 and _CODE.fullmatch(code) and language in ("", "fr", "en")
        return Chosen("attr", code=code, language=language) if ok else None
    if key not in BY_KEY:
        return None
    limit = BY_KEY[key].numbered
    if not limit:
        return Chosen(key) if not rest else None
    return Chosen(key, int(rest)) if rest.isdigit() and 1 <= int(rest) <= limit else None


def target_label(target: str) -> str:
    """What a target is called on the page."""
    chosen = parse(target)
    if chosen is None:
        return target
    return chosen.code if chosen.key == "attr" else label_of(chosen.key, chosen.number)


def attribute_target(header: str) -> str:
    """The target that takes a column as an attribute of its own."""
    label, language = attribute_name(header) or split_language(header)
    label, _unit = label_and_unit(label)
    is_code = _CODE.fullmatch(label) is not None and len(label) <= 60
    code = label if is_code else slugify(label).replace("-", "_")[:60].strip("_") or "attribute"
    return f"attr:{code}:{language}" if language else f"attr:{code}"


def label_and_unit(text: str) -> tuple[str, str]:
    """``Longueur (mm)`` into label and unit."""
    match = _UNIT_IN_LABEL.match(text)
    return (match["label"], match["unit"]) if match else (text, "")


def signature(headers: Sequence[str]) -> str:
    """Name of a kind of file: the same columns in the same order."""
    text = "\x1f".join(fold(header) for header in headers)
    return hashlib.sha256(text.encode()).hexdigest()


def propose(headers: Sequence[str], body: Sequence[Row]) -> dict[int, str]:
    """Targets by position of column, from the columns' names and from what stands in them."""
    if bmecat.is_bmecat(headers):
        return bmecat.propose(headers, attribute_target)
    proposal: dict[int, str] = {}
    taken: set[str] = set()
    for index, header in enumerate(headers):
        target = _proposed(header, [row.cells[index] for row in body if index < len(row.cells)], taken)
        if target and target not in taken:
            proposal[index] = target
            taken.add(target)
    _settle_names(headers, proposal)
    _complete_names(headers, proposal)
    return proposal


def _settle_names(headers: Sequence[str], proposal: dict[int, str]) -> None:
    """``Name`` beside ``Name EN`` is the French one."""
    english = [index for index, header in enumerate(headers) if (found := guess(header)) and found.key == "name_en"]
    if len(english) != 2 or "name_fr" in proposal.values():
        return
    plain = [index for index in english if fold(headers[index]) in ("name", "product name", "title", "label")]
    if len(plain) == 1:
        (other,) = set(english) - set(plain)
        proposal[plain[0]], proposal[other] = "name_fr", "name_en"


def _proposed(header: str, cells: Sequence[Cell], taken: set[str]) -> str:
    if attribute_name(header):
        return attribute_target(header)
    found = guess(header)
    if found is None:
        return ""
    found = _by_values(found, [cell for cell in cells if not is_empty(cell)][:50])
    if not BY_KEY[found.key].numbered:
        return found.key
    number = found.number or next(
        (n for n in range(1, BY_KEY[found.key].numbered + 1) if f"{found.key}:{n}" not in taken), 0
    )
    return f"{found.key}:{number}" if 1 <= number <= BY_KEY[found.key].numbered else ""


def _by_values(found: Guess, cells: Sequence[Cell]) -> Guess:
    """Correct a guess by what stands in the column: "Unité de vente: cent" says what a price is for."""
    if not cells:
        return found
    if found.key == "base_unit" and _all(cells, price_basis) and any(_says_basis(cell) for cell in cells):
        return Guess("price_basis")
    if found.key == "pack_factor":
        if _all(cells, unit_code):
            return Guess("pack_unit", found.number)
        if not _all(cells, lambda cell: number(cell, ".")) and _all(cells, lambda cell: unit_list(cell, ".")):
            return Guess("units")
    return found


def _says_basis(cell: Cell) -> bool:
    """Whether a value is the basis of a price beyond doubt: ``cent``, but not ``m``, which is a metre as well."""
    return len(fold(shown(cell))) > 1 and price_basis(cell) > 1


def _all(cells: Sequence[Cell], parse_cell: Callable[[Cell], object]) -> bool:
    """Whether every cell can be read so."""
    try:
        for cell in cells:
            parse_cell(cell)
    except BadCell:
        return False
    return True


def _complete_names(headers: Sequence[str], proposal: dict[int, str]) -> None:
    """A file without a name column calls the name its description; whose language follows the other columns."""
    positions = {target: index for index, target in proposal.items()}
    if "name_fr" in positions or "name_en" in positions:
        return
    words = {word for header in headers for word in fold(header).split()}
    for key in ("description_fr", "description_en"):
        if key in positions:
            is_french = key == "description_fr" and bool(words & _FRENCH)
            proposal[positions[key]] = "name_fr" if is_french else "name_en"
            return


def check(mapping: Mapping[int, str], headers: Sequence[str]) -> None:
    """Whether a mapping can be worked with. Raises SkuNotMapped, TargetTwice, TierHalf, UnknownTarget."""
    seen: dict[str, int] = {}
    for index, target in sorted(mapping.items()):
        if parse(target) is None or not 0 <= index < len(headers):
            name = headers[index] if 0 <= index < len(headers) else str(index + 1)
            raise UnknownTarget(field=f"column-{index}", column=name)
        if target in seen:
            raise TargetTwice(
                field=f"column-{index}", target=target_label(target), first=headers[seen[target]], second=headers[index]
            )
        seen[target] = index
    if "sku" not in seen:
        raise SkuNotMapped(field="mapping")
    numbers = {
        key: {chosen.number for chosen in map(parse, seen) if chosen and chosen.key == key}
        for key in ("tier_price", "tier_quantity")
    }
    for half in sorted(numbers["tier_price"] ^ numbers["tier_quantity"]):
        raise TierHalf(field="mapping", number=half)
