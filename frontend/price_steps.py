"""An explained price as texts: for the supplier with everything, for the buyer with the conditions only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formatting
from frontend.goods import unit_name
from pricing.explaining import Explanation, Limit, RuleStep, Verdict
from pricing.prices import ListInForce, Rule

_CENT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A line of the explanation: what, the condition or reason under it, and the price after it."""

    text: str
    note: str = ""
    price_text: str = ""
    tone: str = ""
    state_text: str = ""


def price_steps(explained: Explanation, base_unit: str) -> tuple[PriceStep, ...]:
    """From the list to the price, in order; what an explanation does not hold is not in the texts."""
    steps = [_list_step(explained.price_list), _tier_step(explained, base_unit)]
    conversion = explained.price_list.conversion
    if conversion is not None:
        rate = {"source": conversion.currency, "rate": formatting.number(conversion.rate), "target": explained.currency}
        since = _("rate since %(moment)s") % {"moment": formatting.moment(conversion.since)}
        steps.insert(1, PriceStep(_("1 %(source)s is %(rate)s %(target)s") % rate, since))
    steps += [_rule_step(step, explained, base_unit) for step in explained.rules]
    if explained.limit is not None and explained.lowest is not None:
        steps.append(PriceStep(_limit_text(explained.limit), price_text=_price(explained.lowest, explained.currency)))
    return tuple(steps)


def summary(explained: Explanation, base_unit: str) -> str:
    """The explanation in one line, such as "Tarif Industrie, from 100 pieces, −5 %"."""
    parts = [explained.price_list.name]
    if explained.tier.min_quantity > 1:
        parts.append(_from(explained.tier.min_quantity, base_unit))
    parts += [
        discount_text(step.rule, explained.currency) for step in explained.rules if step.verdict == Verdict.APPLIED
    ]
    return ", ".join(parts)


def discount_text(rule: Rule, currency: str) -> str:
    """``−5 %``, or so much off each base unit."""
    if rule.rate is not None:
        return f"−{formatting.percent(rule.rate.quantize(_CENT))}"
    return f"−{formatting.unit_price(rule.amount or Decimal(0), currency)}"


def margin_facts(explained: Explanation) -> tuple[tuple[str, str], ...]:
    """Cost and margin, where the cost is known: for the supplier only."""
    margin = explained.margin
    if margin is None:
        return ()
    rate = formatting.percent(margin.rate.quantize(_CENT)) if margin.rate is not None else "–"
    return (
        (_("Cost"), _price(margin.cost, explained.currency)),
        (_("Margin per unit"), _price(margin.amount, explained.currency)),
        (_("Margin rate"), rate),
    )


def _list_step(price_list: ListInForce) -> PriceStep:
    reasons = (
        _("agreement"),
        _("given to this customer"),
        _("given to the customer group"),
        _("given to the segment"),
        _("for everybody"),
    )
    note = reasons[price_list.level]
    if price_list.is_net:
        note = _("%(reason)s; net, without further discounts") % {"reason": note}
    return PriceStep(_("Price list %(name)s") % {"name": price_list.name}, note)


def _tier_step(explained: Explanation, base_unit: str) -> PriceStep:
    text = _("List price, %(from)s") % {"from": _from(explained.tier.min_quantity, base_unit)}
    return PriceStep(text, price_text=_price(explained.list_price, explained.currency))


def _rule_step(step: RuleStep, explained: Explanation, base_unit: str) -> PriceStep:
    discount = discount_text(step.rule, explained.currency)
    text = f"{step.rule.name} {discount}".strip() if step.rule.name else _("Discount %(rate)s") % {"rate": discount}
    states = {
        Verdict.APPLIED: (_("applied"), "ok"),
        Verdict.OUTDONE: (_("another one is better"), "mute"),
        Verdict.NOT_REACHED: (_("threshold not reached"), "mute"),
    }
    state_text, tone = states[step.verdict]
    shown = "" if step.verdict == Verdict.NOT_REACHED else _price(step.after, explained.currency)
    return PriceStep(text, _threshold(step.rule, explained.currency, base_unit), shown, tone, state_text)


def _threshold(rule: Rule, currency: str, base_unit: str) -> str:
    parts = []
    if rule.min_quantity is not None:
        parts.append(_from(rule.min_quantity, base_unit))
    if rule.min_amount is not None:
        parts.append(_("from %(amount)s a line") % {"amount": formatting.money(rule.min_amount, currency)})
    return ", ".join(parts)


def _limit_text(limit: Limit) -> str:
    texts = {
        Limit.FLOOR: _("Not below the floor price"),
        Limit.POLICY: _("Not more than the highest discount"),
        Limit.ZERO: _("Not below zero"),
    }
    return texts[limit]


def _from(quantity: Decimal, base_unit: str) -> str:
    values = {"count": formatting.number(quantity), "unit": unit_name(base_unit, quantity)}
    return _("from %(count)s %(unit)s") % values


def _price(value: Decimal, currency: str) -> str:
    return formatting.unit_price(round(value, 6), currency)
