"""An answer that waits for an approval, as texts: exactly what would be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from frontend.portal.rfqs.costing import cost_text, total_facts
from quoting.judging import JudgedLine, judge
from quoting.policies import can_see_costs
from quoting.queries import DraftView, breach_texts
from rfq.enums import LineKind
from rfq.inbox import InboxDetail
from rfq.models import RFQLine
from rfq.offers import Answer, Offer, answers_of
from rfq.wording import days_text, quantity_text, setup_text, tier_text


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An offer for a line; without ``price_text`` there is none. ``tiers`` are prices for other quantities."""

    name: str
    sku: str
    kind_text: str
    remark: str
    quantity_text: str
    lead_text: str
    price_text: str = ""
    tiers: tuple[str, ...] = ()
    setup_text: str = ""
    net_text: str = ""
    usual_text: str = ""
    cost_text: str = ""
    breach_text: str = ""


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """All of an answer that waits."""

    lines: tuple[WaitingLine, ...]
    facts: tuple[tuple[str, str], ...]
    message: str


def waiting_answer(
    actor: Actor, detail: InboxDetail, asked: Sequence[RFQLine], draft: DraftView | None
) -> WaitingAnswer | None:
    """The answer that waits, from what was kept to be approved and not from the fields."""
    if draft is None or draft.offer is None or not draft.is_waiting:
        return None
    offer, currency = draft.offer, draft.offer.currency or detail.asked_currency
    judged, answers = judge(asked, detail.company_id, currency, offer), list(answers_of(offer, asked))
    lines = {(line.line_id, line.option): line for line in judged.lines}
    setups = sum((a.line.setup for a in answers if not a.option and a.key in lines), Decimal(0))
    facts = (
        (_("Goods, net"), formatting.money(judged.net + setups, currency)),
        (_("Transport, net"), formatting.money(offer.freight, currency)),
        (_("Valid until"), formatting.moment(offer.valid_until)),
        (_("Incoterm"), offer.conditions.delivery_text),
        (_("Payment"), offer.conditions.term_text),
        (_("Files"), ", ".join(_files(offer, detail))),
        *total_facts(actor, judged),
    )
    sees = can_see_costs(actor)
    return WaitingAnswer(
        lines=tuple(_line(answer, lines.get(answer.key), currency, sees=sees) for answer in answers),
        facts=tuple((name, text) for name, text in facts if text),
        message=offer.message,
    )


def _files(offer: Offer, detail: InboxDetail) -> list[str]:
    """What is kept of the last offer's files, and what is new."""
    kept = [file.name for file in detail.files if offer.kept is None or file.id in offer.kept]
    return [*kept, *(file.name for file in offer.files)]


def _line(answer: Answer, judged: JudgedLine | None, currency: str, *, sees: bool) -> WaitingLine:
    line, asked = answer.line, answer.asked
    kind = LineKind(line.kind) if judged is not None else LineKind.NOT_AVAILABLE
    said = WaitingLine(
        name=line.name or asked.description,
        sku=judged.sku if judged is not None else "",
        kind_text="" if kind == LineKind.AS_ASKED else str(kind.label),
        remark=line.remark,
        quantity_text=quantity_text(answer.quantity, asked.unit_code),
        lead_text=days_text(line.lead_time_days) if line.lead_time_days is not None else "",
    )
    return said if judged is None else _priced(said, answer, judged, currency, sees=sees)


def _priced(said: WaitingLine, answer: Answer, judged: JudgedLine, currency: str, *, sees: bool) -> WaitingLine:
    usual = formatting.unit_price(judged.usual_price, currency) if judged.usual_price is not None else ""
    return replace(
        said,
        price_text=formatting.unit_price(judged.unit_price, currency),
        tiers=tuple(tier_text(tier, currency) for tier in answer.line.tiers),
        setup_text=setup_text(answer.line.setup, currency),
        net_text=formatting.money(judged.net, currency),
        usual_text=_("usually %(price)s") % {"price": usual} if usual else "",
        cost_text=cost_text(judged, currency) if sees else "",
        breach_text=breach_texts(judged.breaches),
    )
