"""What can be wrong with a row, and how it is said. Codes are stable; texts are translated when they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.catalog_import.limits import SHOWN_VALUE


@dataclass(frozen=True, slots=True)
class Kind:
    """A code's text, and whether it refuses the row (else it is a warning)."""

    text: str | Promise
    blocks: bool = True


KINDS: dict[str, Kind] = {
    # the line
    "short_row": Kind(_("The line has %(found)s cells where the table has %(wanted)s: it was cut off.")),
    "shorter_ladder": Kind(_("The line ends before the last tiers: the tiers that are there are taken."), blocks=False),
    "long_row": Kind(_("The line has %(found)s cells, the table has %(wanted)s: a separator stands inside a text.")),
    "total_line": Kind(_("A total is no product: the line is left out."), blocks=False),
    "heading_line": Kind(_("A heading is no product: the line is left out."), blocks=False),
    "header_again": Kind(_("The column names again: the line is left out."), blocks=False),
    # any cell
    "cell_formula": Kind(_("The cell holds a formula and not a value.")),
    "cell_error": Kind(_("The cell holds a calculation error.")),
    "cell_date": Kind(_("The spreadsheet made a date of this value. Format the column as text and type it again.")),
    "cell_deleted": Kind(_("The file asks to delete this product: archive it in the catalogue instead.")),
    "cell_validity": Kind(_("This price does not hold today.")),
    "scientific": Kind(_("The spreadsheet shortened this number: its last digits are lost. Format it as text.")),
    "undecodable": Kind(_("A character could not be read. Check the encoding of the file."), blocks=False),
    "line_break": Kind(_("A line break in the cell was replaced by a space."), blocks=False),
    "markup": Kind(_("HTML in the text was removed."), blocks=False),
    "too_long": Kind(_("The text has %(length)s characters; %(limit)s are possible.")),
    "number_ambiguous": Kind(_("This number can be read in two ways. Write it without thousands separator.")),
    "number_unreadable": Kind(_("This is no number.")),
    "number_too_big": Kind(_("This number is too big.")),
    "day_unreadable": Kind(_("This is no day such as 2027-03-31 or 31/03/2027.")),
    # references
    "sku_missing": Kind(_("The reference is missing.")),
    "sku_repeated": Kind(_("This reference stands in several lines: %(lines)s. None of them is taken.")),
    "sku_similar": Kind(_("It differs only in case or separators from the reference in line %(line)s."), blocks=False),
    "gtin_invalid": Kind(_("This is no valid barcode: its check digit or its length is wrong.")),
    "gtin_repeated": Kind(_("The same barcode stands in line %(line)s."), blocks=False),
    "family_unknown": Kind(_("There is no family with this code. Codes stand on the page of the families.")),
    "attribute_option": Kind(_("This is none of the values of this list. They stand on the page of the attribute.")),
    "attribute_unit": Kind(_("This unit cannot be converted to %(unit)s.")),
    "attribute_two_values": Kind(_("The columns in both languages name two values of this list.")),
    "required_missing": Kind(_("The family requires %(names)s: the product comes as a draft."), blocks=False),
    "country_unknown": Kind(_("This country is not known. Use its name or its code, such as FR.")),
    "customs_code_unreadable": Kind(_("A customs code (CN) has eight digits, such as 7318 15 35.")),
    "un_number_unreadable": Kind(_("A UN number has four digits, such as 1263.")),
    "un_number_without_danger": Kind(_("Only dangerous goods have a UN number.")),
    "yes_no_unclear": Kind(_("Write yes or no.")),
    "name_missing": Kind(_("A new product needs a name.")),
    "brand_spelling": Kind(_("The same brand is usually written “%(used)s”: that is taken."), blocks=False),
    "tax_unreadable": Kind(_("This is no VAT rate.")),
    # relations
    "relation_unknown": Kind(_("There is no product with the reference %(sku)s, neither here nor in a good line.")),
    "relation_self": Kind(_("A product cannot be related to itself.")),
    "relation_circle": Kind(_("%(sku)s is itself replaced by this one, at once or in the end.")),
    # units
    "unit_unknown": Kind(_("This unit is not known. Use its name or a code: H87 (piece), XBX (box), XPX (pallet).")),
    "units_unreadable": Kind(_("Order units are written like XBX:100;XPX:4800.")),
    "unit_repeated": Kind(_("The unit %(unit)s is given two contents.")),
    "unit_without_content": Kind(_("How many base units the unit %(unit)s holds is missing.")),
    "factor_not_positive": Kind(_("The content of a unit must be above zero.")),
    "quantity_not_positive": Kind(_("The quantity must be above zero.")),
    "base_unit_differs": Kind(_("This product is sold in another base unit already; that cannot change.")),
    "minimum_above_maximum": Kind(_("The minimum is above the most that may be ordered in this unit.")),
    # prices
    "price_missing": Kind(_("The price is missing.")),
    "price_on_request": Kind(_("Price on request: taken without a price. Buyers can ask for a quote."), blocks=False),
    "price_request_tiers": Kind(_("The price is on request, but the line has a tier price.")),
    "price_negative": Kind(_("The price is negative.")),
    "price_zero": Kind(_("The price is zero: everybody could order it for nothing.")),
    "price_too_small": Kind(_("The price per base unit is below a millionth.")),
    "price_rounded": Kind(_("The price per base unit was rounded to %(price)s."), blocks=False),
    "price_gross": Kind(_("This price includes tax. Net prices are needed.")),
    "price_two_currencies": Kind(_("The cell names two currencies.")),
    "currency_differs": Kind(_("The price is in %(found)s, the price list in %(wanted)s: prices are not converted.")),
    "currency_unknown": Kind(_("This currency is not known.")),
    "basis_unknown": Kind(_("For how many pieces this price is could not be read: 1, 100 (cent), 1000 (mille).")),
    "pack_price": Kind(_("This is a pack: it costs what is in it. The price is left out."), blocks=False),
    "tier_half": Kind(_("A tier needs a quantity and a price.")),
    "tiers_unreadable": Kind(_("Tiers are written like 100:0,45;500:0,39.")),
    "tier_repeated": Kind(_("Two prices are given from %(quantity)s on.")),
    "tier_dearer": Kind(_("From %(quantity)s on the price is higher than before: taken as it stands."), blocks=False),
    # stock
    "stock_unclear": Kind(_("This stock could not be read: it stays as it is."), blocks=False),
    "stock_negative": Kind(_("The stock is negative: it stays as it is."), blocks=False),
    "stock_below_reserved": Kind(_("%(reserved)s are reserved for orders: the stock does not go below."), blocks=False),
    "restock_unclear": Kind(_("This is no day such as 2027-03-31 or 31/03/2027: it stays as it is."), blocks=False),
    "lead_time_unclear": Kind(_("This lead time could not be read: it stays as it is."), blocks=False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one row and column; ``column`` is the column's name in the file."""

    line: int
    code: str
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        return KINDS[self.code].blocks

    @property
    def shown_value(self) -> str:
        return self.value[:SHOWN_VALUE]


def message(code: str, params: Mapping[str, Any]) -> str:
    """The text of an issue in the active language."""
    kind = KINDS.get(code)
    if kind is None:
        return gettext("Unknown problem (%(code)s).") % {"code": code}
    return str(kind.text) % params
