"""What an answer earns, as texts for those of the staff who see costs; for all, which limits it does not keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from core.actor import Actor
from frontend.portal.rfqs.answering import AnswerRow
from frontend.price_steps import PriceStep, margin_facts, price_steps
from frontend.typed import read_number
from pricing.explaining import explain
from pricing.settings import Cost, costs_of
from quoting.judging import JudgedLine, Judgement, judge
from quoting.policies import can_see_costs
from quoting.queries import breach_texts
from rfq.drafting import Proposal
from rfq.inbox import InboxDetail
from rfq.models import RFQLine
from rfq.offers import Offer, OfferLine

_TENTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class LineTexts:
    """What stands under the price of a line; ``steps`` say why the proposed price is what it is."""

    cost_text: str = ""
    breach_text: str = ""
    steps: tuple[PriceStep, ...] = ()
    margin: tuple[tuple[str, str], ...] = ()


def judged_rows(detail: InboxDetail, asked: Sequence[RFQLine], rows: Iterable[AnswerRow]) -> Judgement:
    """What the answer earns that stands in the fields; what cannot be read is not offered."""
    lines = {}
    for row in rows:
        price, quantity = _number(row.first.price), _number(row.first.quantity)
        lines[row.line.id] = OfferLine(price, sku=row.first.sku, quantity=quantity or None)
    return judge(asked, detail.company_id, detail.currency, Offer(lines, timezone.now()))


def line_texts(
    actor: Actor, detail: InboxDetail, judged: Judgement, found: Mapping[UUID, Proposal], *, explains: bool
) -> dict[UUID, LineTexts]:
    """Texts by line; one statement for the costs that explanations show."""
    sees = can_see_costs(actor)
    prices = {key: one.price for key, one in found.items() if one.price is not None} if explains else {}
    costs = costs_of([price.variant_id for price in prices.values()]) if sees and prices else {}
    by_line = {line.line_id: line for line in judged.lines}
    texts = {}
    for line in detail.lines:
        one, price = by_line.get(line.id), prices.get(line.id)
        explained = None
        if price is not None:
            explained = explain(price, costs.get((price.variant_id, price.currency), Cost()).cost)
        texts[line.id] = LineTexts(
            cost_text=cost_text(one, detail.currency) if one and sees else "",
            breach_text=breach_texts(one.breaches) if one else "",
            steps=price_steps(explained, found[line.id].match.variant.base_unit.code) if explained else (),
            margin=margin_facts(explained) if explained and sees else (),
        )
    return texts


def total_facts(actor: Actor, judged: Judgement) -> tuple[tuple[str, str], ...]:
    """Cost and margin of all lines together; nothing for those who do not see costs, and where none is known."""
    rate = judged.margin_rate
    if not can_see_costs(actor) or rate is None:
        return ()
    facts = [
        (_("Cost"), formatting.money(judged.known_cost, judged.currency)),
        (_("Margin"), formatting.money(judged.known_net - judged.known_cost, judged.currency)),
        (_("Margin rate"), formatting.percent(rate.quantize(_TENTH))),
    ]
    if judged.unknown_count:
        count = judged.unknown_count
        text = ngettext("%(count)s line without a known cost", "%(count)s lines without a known cost", count)
        facts.append((_("Not counted"), text % {"count": count}))
    return tuple(facts)


def cost_text(line: JudgedLine, currency: str) -> str:
    """What an offered line costs, and earns."""
    if line.cost is None:
        return _("cost not known")
    cost = formatting.unit_price(round(line.cost, 6), currency)
    rate = line.margin_rate
    if rate is None:
        return _("cost %(cost)s") % {"cost": cost}
    return _("cost %(cost)s, margin %(rate)s") % {"cost": cost, "rate": formatting.percent(rate.quantize(_TENTH))}


def _number(text: str) -> Decimal | None:
    try:
        return read_number(text) if text.strip() else None
    except ValidationError:
        return None
