"""Rows of the pages about segments and visibility, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.outline import outline
from catalog.visibility import Target, Viewpoint
from catalog.visibility_rules import RuleInfo, shares, visibility_rules
from core import formatting
from customers.enums import Fact, RevenueBand
from customers.queries import customer_by_id, visitor_view
from customers.segments import SegmentInfo, segment_list
from frontend.typed import party_texts
from pricing.parties import Party


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment of the list."""

    id: UUID
    name: str
    rules: tuple[str, ...]
    count_text: str


@dataclass(frozen=True, slots=True)
class VisibilityRow:
    """A rule of the list."""

    id: UUID
    effect_text: str
    tone: str
    goods_text: str
    party_text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What somebody sees: in all, and by category."""

    title: str
    note: str
    total_text: str
    rows: tuple[tuple[str, str, str, int], ...]


def segment_rows() -> list[SegmentRow]:
    """All segments; three statements."""
    return [
        SegmentRow(info.id, info.name, tuple(_rule_texts(info)), formatting.number(info.customer_count))
        for info in segment_list()
    ]


def segment_initial(info: SegmentInfo) -> dict[str, Any]:
    """A segment as the form shows it."""
    years = info.rules.get(Fact.SENIORITY, [])
    return {
        "name": info.name,
        "sector": ", ".join(info.rules.get(Fact.SECTOR, [])),
        "country": ", ".join(info.rules.get(Fact.COUNTRY, [])),
        "revenue": list(info.rules.get(Fact.REVENUE, [])),
        "seniority": years[0] if years else None,
    }


def rule_rows() -> list[VisibilityRow]:
    """All rules; four statements at most."""
    rules = visibility_rules()
    texts = party_texts([Party(*rule.audience_ids) for rule in rules])
    return [
        VisibilityRow(
            id=rule.id,
            effect_text=_("shown") if rule.is_visible else _("hidden"),
            tone="ok" if rule.is_visible else "warn",
            goods_text=_goods_text(rule),
            party_text=texts[Party(*rule.audience_ids)],
        )
        for rule in rules
    ]


def preview_of(customer_id: UUID | None) -> Preview | None:
    """What a customer sees, or (without one) a visitor; four statements and the outline."""
    if customer_id is None:
        return _preview(_("A visitor"), "", visitor_view())
    info = customer_by_id(customer_id)
    if info is None:
        return None
    note = "" if info.is_approved else _("Its account is not open: it sees what visitors see.")
    return _preview(info.company_name, note, info.view)


def _preview(title: str, note: str, view: Viewpoint) -> Preview:
    known, counted = outline(), shares(view)
    seen, total = sum(share.seen for share in counted), sum(share.total for share in counted)
    text = ngettext("%(seen)s of one product", "%(seen)s of %(total)s products", total)
    return Preview(
        title=title,
        note=note,
        total_text=text % {"seen": formatting.number(seen), "total": formatting.number(total)},
        rows=tuple(
            (
                " › ".join(step.name for step in known.trail(share.path)) or _("Without a category"),
                formatting.number(share.seen),
                formatting.number(share.total),
                share.seen * 100 // share.total,
            )
            for share in counted
        ),
    )


def _rule_texts(info: SegmentInfo) -> Sequence[str]:
    labels = dict(Fact.choices)
    bands = dict(RevenueBand.choices)
    texts = []
    for fact, values in info.rules.items():
        shown = [str(bands.get(value, value)) if fact == Fact.REVENUE else value for value in values]
        texts.append(formatting.labelled(str(labels[fact]), ", ".join(shown)))
    return texts


def _goods_text(rule: RuleInfo) -> str:
    kinds = {
        Target.PRODUCT: _("Product %(name)s"),
        Target.FAMILY: _("Family %(name)s"),
        Target.BRAND: _("Brand %(name)s"),
        Target.CATEGORY: _("Category %(name)s"),
        Target.EVERYTHING: _("The whole catalogue"),
    }
    return kinds[rule.target] % {"name": rule.target_text}
