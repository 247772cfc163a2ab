"""Lines of the quick order as they are shown: the verdict in words, and what repairs it in one click."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.queries import VariantInfo
from core import formatting
from frontend.goods import language, product_path, unit_text
from frontend.storefront.cart.wording import amount_in, packed, stock_of
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from orders.drafts import DraftLine
from orders.quick import Verdict, note_of, settled

_MOST_FIXES = 4


@dataclass(frozen=True, slots=True)
class Fix:
    """A one-click repair: what its button says, and sends (``line:what:value``)."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class QuickRow:
    key: str
    number: int
    code: str
    quantity: str
    unit: str
    name: str
    href: str
    given_note: str
    state_text: str
    tone: str
    note: str
    fixes: tuple[Fix, ...]
    quote_key: str
    net_text: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """What may stand in for references: near matches by line, replacements by variant, as (reference, name)."""

    near: Mapping[UUID, Sequence[tuple[str, str]]]
    instead: Mapping[UUID, VariantInfo]


def row_of(line: DraftLine, proposals: Proposals, currency: str) -> QuickRow:
    """A line with its texts."""
    verdict, variant = line.verdict, line.verdict.variant
    text, tone, note = _state(verdict)
    net = verdict.line.net_amount if verdict.is_ready and verdict.line else None
    return QuickRow(
        key=line.id.hex,
        number=line.number,
        code=line.typed.code,
        quantity=line.typed.quantity,
        unit=line.typed.unit,
        name=variant.name if variant else "",
        href=product_path(PRODUCT_PREFIX, variant.sku) if variant and variant.is_active else "",
        given_note=note_of(line.typed.note),
        state_text=text,
        tone=tone,
        note=note,
        fixes=tuple(_fixes(line, proposals))[:_MOST_FIXES],
        quote_key=variant.id.hex if variant and verdict.state == "no_price" else "",
        net_text=formatting.money(net, currency) if net is not None else "—",
    )


def unknown_of(lines: Collection[DraftLine]) -> dict[UUID, str]:
    """References that nothing has, by line."""
    return {line.id: line.typed.code for line in lines if line.verdict.state == "unknown"}


def ended_of(lines: Collection[DraftLine]) -> set[UUID]:
    """Variants that are no longer sold."""
    return {line.verdict.variant.id for line in lines if line.verdict.state == "not_sold" and line.verdict.variant}


def _state(verdict: Verdict) -> tuple[str, str, str]:
    """Word, tone and explanation of a verdict."""
    checked = verdict.line
    if checked is not None and checked.problem is not None:
        words = _problem_words(language())
        return words.get(checked.problem.code, _("to correct")), "warn", checked.problem.message
    if checked is not None:
        stock = stock_of(checked)
        note = " · ".join(text for text in (packed(checked), stock.text, stock.note) if text)
        return (_("ready"), "ok", note) if verdict.state == "ready" else (_("partly in stock"), "warn", note)
    if verdict.state == "merged":
        return _("merged"), "mute", _("added to line %(number)s") % {"number": verdict.into}
    return _unread_words(language())[verdict.state]


@lru_cache(maxsize=8)
def _problem_words(_language: str) -> Mapping[str, str]:
    return {
        "not_sold": _("no longer sold"),
        "no_price": _("no price"),
        "below_minimum": _("too little"),
        "above_maximum": _("too much"),
        "sold_out": _("not enough left"),
        "not_a_multiple": _("not a multiple"),
        "unknown_unit": _("other unit"),
    }


@lru_cache(maxsize=8)
def _unread_words(_language: str) -> Mapping[str, tuple[str, str, str]]:
    return {
        "waiting": (_("waiting"), "mute", _("This line is still being looked up.")),
        "unknown": (_("unknown"), "bad", _("No article has this reference.")),
        "several": (_("several"), "warn", _("Several articles have this reference: choose one.")),
        "ambiguous": (_("which quantity?"), "warn", _("This can be read in several ways: choose one.")),
        "not_a_number": (_("no quantity"), "bad", _("Write a number above zero.")),
    }


def _fixes(line: DraftLine, proposals: Proposals) -> list[Fix]:
    verdict, variant = line.verdict, line.verdict.variant
    if verdict.state == "unknown":
        return [_other(line, sku, name) for sku, name in proposals.near.get(line.id, ())]
    if verdict.state == "several":
        return [_other(line, info.sku, info.name) for info in verdict.candidates]
    if verdict.state == "not_sold" and variant is not None:
        instead = proposals.instead.get(variant.id)
        return [_other(line, instead.sku, instead.name)] if instead else []
    if verdict.state == "unknown_unit" and variant is not None:
        units = sorted(variant.units, key=lambda unit: unit.is_base)
        return [Fix(unit_text(unit, variant.base_unit), f"{line.id.hex}:unit:{unit.code}") for unit in units]
    if verdict.is_ready or verdict.state == "merged":
        return []
    return [_amount(line, choice) for choice in verdict.choices]


def _other(line: DraftLine, sku: str, name: str) -> Fix:
    return Fix(f"{sku} {name}", f"{line.id.hex}:code:{sku}")


def _amount(line: DraftLine, quantity: Decimal) -> Fix:
    text = amount_in(quantity, line.verdict.unit_code)
    return Fix(_("Take %(quantity)s") % {"quantity": text}, f"{line.id.hex}:quantity:{settled(quantity)}")
