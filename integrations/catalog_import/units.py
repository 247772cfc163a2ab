"""Units of measure and packages as price lists call them, to UN/ECE Rec 20/21 codes; bases of prices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from catalog.services import UnitRow
from core.formatting import UNIT_CODES
from integrations.catalog_import.cells import BadCell, Cell, fold, shown
from integrations.catalog_import.numbers import number

DEFAULT_PACK = "XPK"
#: Targets that speak of order units.
UNIT_TARGETS = frozenset(
    {"base_unit", "minimum", "multiple", "maximum", "units"}
    | {f"pack_{name}" for name in ("unit", "factor", "minimum", "multiple", "maximum", "gtin")}
)
_WORDS = {
    "H87": "piece pieces pce pces pc pcs p u un unite unites unit units ea each stk stuck stueck h87 pieza",
    "C62": "c62 one",
    "XPK": "xpk pk paquet paquets pack packs pqt pkt packet package sachet sachets blister",
    "XBX": "xbx bx boite boites bte box boxes bt etui coffret",
    "XCT": "xct ct carton cartons ctn crt colis case caisse",
    "XPX": "xpx px palette palettes pal pallet pallets plt",
    "XRO": "xro ro rouleau rouleaux rlx roll rolls bobine bobines reel reels couronne touret",
    "XSA": "xsa sa sac sacs sack sacks bag bags",
    "XLT": "xlt lt lot lots batch",
    "SET": "set sets jeu jeux kit kits ensemble",
    "PR": "pr paire paires pair pairs",
    "CEN": "cen cent hundred centaine",
    "MIL": "mil mille thousand millier",
    "KGM": "kgm kg kilo kilos kilogramme kilogrammes kilogram",
    "MTR": "mtr m ml metre metres meter meters",
    "MTK": "mtk m2 sqm",
    "LTR": "ltr l litre litres liter",
}
_CODES = {word: code for code, words in _WORDS.items() for word in words.split()}
_CODES |= {"metre lineaire": "MTR", "metres lineaires": "MTR", "m lineaire": "MTR"}
_CODES |= {"metre carre": "MTK", "metres carres": "MTK", "square metre": "MTK", "square meter": "MTK"}
_BASES = {
    "1": "1 u un unite unit piece pce pc ea each h87",
    "10": "10 dix dizaine",
    "12": "12 dzn douzaine dozen",
    "100": "100 c cent cen centaine hundred",
    "1000": "1000 m k mille mil millier thousand",
}
_BASE_WORDS = {word: Decimal(base) for base, words in _BASES.items() for word in words.split()}
_BASE_WORDS |= {
    "le cent": Decimal(100), "les 100": Decimal(100), "le mille": Decimal(1000), "les 1000": Decimal(1000),
    "per hundred": Decimal(100), "per thousand": Decimal(1000), "la piece": Decimal(1), "l unite": Decimal(1),
    "par piece": Decimal(1), "per piece": Decimal(1), "per unit": Decimal(1), "a l unite": Decimal(1),
}  # fmt: skip
_LEADING = re.compile(r"(?:par|pour|per|les|le|la|au|aux|prix)\s+")
_PAIR = re.compile(r"\s*(?P<unit>[^:=×x]+?)\s*(?:[:=×]|\bde\b|\bof\b)\s*(?P<factor>[^:=]+?)\s*")


def unit_code(cell: Cell) -> str:
    """Code of a unit. Raises BadCell ``unit_unknown``."""
    text = shown(cell).strip()
    if text.upper() in UNIT_CODES:
        return text.upper()
    code = _CODES.get(fold(text.replace("²", "2")))
    if code is None:
        raise BadCell("unit_unknown")
    return code


@lru_cache(maxsize=1024)
def known_unit(text: str, *, shortest: int = 2) -> str:
    """Code of the first word that names a unit in a text such as a column's name, or an empty text."""
    return next((_CODES[part] for part in fold(text).split() if part in _CODES and len(part) >= shortest), "")


def price_basis(cell: Cell) -> Decimal:
    """For how many base units a price is: ``cent`` is 100, ``le mille`` 1000. Raises BadCell ``basis_unknown``."""
    text = fold(shown(cell))
    for candidate in (text, _LEADING.sub("", text)):
        if candidate in _BASE_WORDS:
            return _BASE_WORDS[candidate]
    plain = _LEADING.sub("", text)
    if plain.isdigit() and 1 <= int(plain) <= 100_000:
        return Decimal(plain)
    raise BadCell("basis_unknown")


def unit_list(cell: Cell, decimal: str) -> list[tuple[str, Decimal]]:
    """Units with their factors from one cell: ``XBX:100;XPX:4800`` or ``boîte=100 | palette=4800``. Raises BadCell."""
    found = []
    for part in re.split(r"[;|\n]", shown(cell)):
        if not part.strip():
            continue
        match = _PAIR.fullmatch(part)
        if match is None:
            raise BadCell("units_unreadable")
        factor = number(match["factor"], decimal, counts=True)
        if factor <= 0:
            raise BadCell("factor_not_positive")
        found.append((unit_code(match["unit"]), factor))
    return found


@dataclass
class PackCells:
    """An order unit in columns of its own."""

    code: str = ""
    factor: Decimal | None = None
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    maximum: Decimal | None = None
    gtin: str = ""


@dataclass
class UnitCells:
    """What the unit columns of a row hold."""

    base: str = ""
    minimum: Decimal | None = None
    multiple: Decimal | None = None
    maximum: Decimal | None = None
    packs: dict[int, PackCells] = field(default_factory=dict)
    listed: list[tuple[str, Decimal]] = field(default_factory=list)

    def pack(self, number_of_pack: int) -> PackCells:
        if number_of_pack not in self.packs:
            self.packs[number_of_pack] = PackCells()
        return self.packs[number_of_pack]


def read_units(cells: UnitCells, columns: Mapping[str, str], *, report: Callable[..., None]) -> list[UnitRow]:
    """The order units of a row, base unit first; what is wrong is reported.

    A content without the name of its unit takes it from the column's name (``Carton``), else it is a pack. A pack of
    one is the base unit itself.
    """
    base = UnitRow(cells.base, is_base=True, minimum=cells.minimum, multiple=cells.multiple, maximum=cells.maximum)
    found: dict[str, UnitRow] = {}
    for unit, target in _packs(cells, columns, report):
        if unit.factor == 1:
            continue
        if unit.code == cells.base or found.get(unit.code, unit).factor != unit.factor:
            report("unit_repeated", target, unit=unit.code)
        found[unit.code] = unit
    says = cells.base or cells.minimum or cells.multiple or cells.maximum or found
    return [base, *found.values()] if says else []


def _packs(cells: UnitCells, columns: Mapping[str, str], report: Callable[..., None]) -> Iterator[tuple[UnitRow, str]]:
    for code, factor in cells.listed:
        yield UnitRow(code, factor.quantize(Decimal("0.0001"))), "units"
    for position, pack in sorted(cells.packs.items()):
        target = f"pack_factor:{position}"
        if pack.factor is not None:
            code = pack.code or known_unit(columns.get(target, "")) or DEFAULT_PACK
            minimum, multiple, maximum = pack.minimum, pack.multiple, pack.maximum
            unit = UnitRow(code, pack.factor, minimum=minimum, multiple=multiple, maximum=maximum, gtin=pack.gtin)
            yield unit, target
        elif pack.code and pack.code != cells.base:
            report("unit_without_content", f"pack_unit:{position}", unit=pack.code)
