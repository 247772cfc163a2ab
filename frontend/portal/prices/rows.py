"""Rows of the pages about prices, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from frontend.charts import BarChart, BarInput, bar_chart
from frontend.price_steps import discount_text
from frontend.typed import party_texts
from pricing.assignments import assignments_of
from pricing.batch_pages import BatchInfo, BatchLine
from pricing.conflicts import RuleConflict, list_conflicts, rule_conflicts
from pricing.enums import BatchState, Outcome
from pricing.listing import ListInfo, priced_variants
from pricing.models import DiscountRule
from pricing.parties import Party
from pricing.prices import Rule
from pricing.simulation import BOUNDS, SimulatedLine, Simulation

TONES = {
    BatchState.DRAFT: "mute",
    BatchState.SCHEDULED: "info",
    BatchState.PUBLISHED: "ok",
    BatchState.ROLLED_BACK: "warn",
    BatchState.CANCELLED: "mute",
}
OUTCOME_TONES = {Outcome.PUBLISHED: "ok", Outcome.TAKEN_BACK: "warn", Outcome.KEPT: "bad"}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A price list of the overview."""

    id: UUID
    name: str
    code: str
    kind_text: str
    currency: str
    count_text: str
    parties_text: str
    period_text: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Somebody who has a list."""

    id: UUID
    text: str
    priority: int
    period_text: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A discount rule of the list."""

    key: UUID
    name: str
    discount_text: str
    goods_text: str
    party_text: str
    threshold_text: str
    period_text: str
    position: int


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of a batch beside what holds."""

    id: str
    sku: str
    name: str
    list_name: str
    from_text: str
    before_text: str
    after_text: str
    rate_text: str
    note: str
    tone: str = ""


def list_lines(lists: Sequence[ListInfo]) -> list[ListLine]:
    """Lists with those who get them and how much is in them; six statements at most."""
    counts = priced_variants(info.id for info in lists)
    given: dict[UUID, list[Party]] = {}
    for row in assignments_of(info.id for info in lists):
        given.setdefault(row.price_list_id, []).append(row.party)
    texts = party_texts([party for parties in given.values() for party in parties])
    return [
        _list_line(info, [texts[party] for party in given.get(info.id, ())], counts.get(info.id, 0)) for info in lists
    ]


def given_lines(price_list_id: UUID) -> list[GivenLine]:
    """Who has a list; four statements at most."""
    rows = assignments_of([price_list_id])
    texts = party_texts([row.party for row in rows])
    return [
        GivenLine(row.id, texts[row.party], row.priority, period_text(row.valid_from, row.valid_to)) for row in rows
    ]


def rule_lines(rules: Sequence[DiscountRule]) -> list[RuleLine]:
    """Rules as texts; three statements at most."""
    texts = party_texts([party_of(rule) for rule in rules])
    return [
        RuleLine(
            key=rule.key,
            name=rule.name,
            discount_text=discount_text(_value(rule), rule.currency),
            goods_text=goods_text(rule),
            party_text=texts[party_of(rule)],
            threshold_text=threshold_text(rule),
            period_text=period_text(rule.valid_from, rule.valid_to),
            position=rule.position,
        )
        for rule in rules
    ]


def goods_text(rule: DiscountRule) -> str:
    """What a rule is about."""
    if rule.variant:
        return rule.variant.sku
    if rule.product:
        name = formatting.localised(rule.product.name_fr, rule.product.name_en)
        return _("Product %(name)s") % {"name": name}
    if rule.family:
        return _("Family %(name)s") % {"name": formatting.localised(rule.family.name_fr, rule.family.name_en)}
    return _("Brand %(name)s") % {"name": rule.brand.name} if rule.brand else _("All products")


def threshold_text(rule: DiscountRule) -> str:
    """From when on a rule counts."""
    parts = []
    if rule.min_quantity:
        parts.append(_("from %(quantity)s a line") % {"quantity": formatting.number(rule.min_quantity)})
    if rule.min_amount:
        parts.append(_("from %(amount)s a line") % {"amount": formatting.money(rule.min_amount, rule.currency)})
    if rule.min_year_amount:
        amount = formatting.money(rule.min_year_amount, rule.currency)
        parts.append(_("from %(amount)s this year") % {"amount": amount})
    if rule.min_years:
        parts.append(_("from %(years)s years as a customer") % {"years": rule.min_years})
    return ", ".join(parts)


def period_text(start: datetime | None, end: datetime | None) -> str:
    """What is worth saying of a period: a beginning that lies ahead, and an end."""
    parts = []
    if start is not None and start > timezone.now():
        parts.append(_("from %(moment)s") % {"moment": formatting.moment(start)})
    if end is not None:
        parts.append(_("until %(moment)s") % {"moment": formatting.moment(end)})
    return " ".join(parts)


def party_of(rule: DiscountRule) -> Party:
    """For whom a rule holds."""
    return Party(rule.customer_id, rule.group_id, rule.segment_id)


def batch_line(line: BatchLine) -> ChangeLine:
    """A line of a batch as it was put in, or as it was published."""
    return ChangeLine(
        id=str(line.id),
        sku=line.sku,
        name=formatting.localised(line.name_fr, line.name_en),
        list_name=line.list_name,
        from_text=formatting.number(line.min_quantity),
        before_text=_price(line.before, line.currency) if line.outcome != Outcome.WAITING else "",
        after_text=_price(line.unit_price, line.currency),
        rate_text="",
        note=line.outcome_text if line.outcome != Outcome.WAITING else "",
        tone=OUTCOME_TONES.get(Outcome(line.outcome), "mute"),
    )


def simulated_line(line: SimulatedLine) -> ChangeLine:
    """A line beside what holds."""
    notes = []
    if line.is_below_cost:
        notes.append(_("below cost, %(price)s") % {"price": _price(line.cost, line.currency)})
    if line.is_below_floor:
        notes.append(_("below floor, %(price)s") % {"price": _price(line.floor_price, line.currency)})
    return ChangeLine(
        id=f"{line.price_list_id.hex}-{line.variant_id.hex}",
        sku=line.sku,
        name=formatting.localised(line.name_fr, line.name_en),
        list_name=line.list_name,
        from_text=formatting.number(line.min_quantity),
        before_text=_price(line.before, line.currency),
        after_text=_price(line.after, line.currency),
        rate_text=_signed(line.rate) if line.rate is not None else "",
        note=", ".join(notes),
    )


def rise_chart(simulation: Simulation) -> BarChart:
    """How many prices rise and fall by how much."""
    texts = [_signed(bound) for bound in BOUNDS]
    labels = [_("up to %(rate)s") % {"rate": text} for text in texts]
    labels.append(_("above %(rate)s") % {"rate": texts[-1]})
    bars = [
        BarInput(label, formatting.number(count), (Decimal(count),))
        for label, count in zip(labels, simulation.classes, strict=True)
    ]
    return bar_chart(_("Prices by rise and fall"), bars)


def conflict_lines() -> tuple[list[tuple[str, str, str, str, str]], list[tuple[str, str, str, str, bool]]]:
    """Pairs of lists, then pairs of rules; a few statements.

    Lists: party, the one that counts with its address, the other one with its address, products. Rules: the first
    with its address, the second with its address, whether the second never counts.
    """
    lists, rules = list_conflicts(), rule_conflicts()
    texts = party_texts([conflict.party for conflict in lists])
    pairs = [
        (
            texts[found.party],
            found.first_name,
            reverse("portal_price_list", args=[found.first_id]),
            found.second_name,
            formatting.number(found.product_count),
        )
        for found in lists
    ]
    return pairs, [_rule_pair(found) for found in rules]


def batch_facts(batch: BatchInfo) -> list[tuple[str, str]]:
    """What is known of a batch."""
    facts = [
        (_("Number"), batch.number),
        (_("Prepared by"), batch.created_by_name),
        (_("Prepared"), formatting.moment(batch.created_at)),
        (_("Prices"), formatting.number(batch.line_count)),
    ]
    if batch.starts_at is not None:
        facts.append((_("Holds from"), formatting.moment(batch.starts_at)))
    return [(term, text) for term, text in facts if text]


def _rule_pair(found: RuleConflict) -> tuple[str, str, str, str, bool]:
    first, second = found.first, found.second
    return (
        first.name,
        reverse("portal_discount", args=[first.key]),
        second.name,
        reverse("portal_discount", args=[second.key]),
        found.outdone,
    )


def _list_line(info: ListInfo, parties: Sequence[str], count: int) -> ListLine:
    kinds = [_("List price")] if info.is_base else []
    kinds += [_("Agreement")] if info.is_agreement else []
    kinds += [_("Net")] if info.is_net else []
    shown = [_("Everybody")] if info.is_base else list(parties[:3])
    if len(parties) > len(shown):
        shown.append(_("and %(count)s more") % {"count": len(parties) - len(shown)})
    return ListLine(
        id=info.id,
        name=info.name,
        code=info.code,
        kind_text=" · ".join(kinds),
        currency=info.currency,
        count_text=formatting.number(count),
        parties_text=", ".join(shown) or _("Nobody yet"),
        period_text=period_text(info.valid_from, info.valid_to),
        is_over=info.valid_to is not None and info.valid_to <= timezone.now(),
    )


def _value(rule: DiscountRule) -> Rule:
    return Rule(rule.pk, rule.name, rule.rate, rule.amount, rule.min_quantity, rule.min_amount)


def _price(value: Decimal | None, currency: str) -> str:
    return "–" if value is None else formatting.unit_price(value, currency)


def _signed(rate: Decimal) -> str:
    text = formatting.percent(abs(rate).quantize(Decimal("0.0001")))
    sign = "+" if rate > 0 else "−" if rate < 0 else ""
    return f"{sign}{text}"
