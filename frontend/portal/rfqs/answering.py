"""The fields of an answer: what stands in them, and the offer that was typed into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.forms import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formatting
from core.money import ZERO
from frontend.portal.rfqs.terms import read_term
from frontend.typed import as_typed, read_number
from rfq.conditions import Conditions
from rfq.drafting import Proposal
from rfq.enums import LineKind
from rfq.inbox import InboxDetail, InboxLine
from rfq.models import QuoteLine
from rfq.offers import MOST_ALTERNATIVES, MOST_TIERS, Offer, OfferLine
from rfq.versions import Tier, tiers_of

#: Rows for other quantities of what is offered first, at least.
_TIER_ROWS = 3
_MOST_DAYS = 1000
_EVENING = time(18)
_LONGEST_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the fields of one offer; ``key`` is the end of their names, after that of the column."""

    key: str
    sku: str = ""
    price: str = ""
    lead: str = ""
    name: str = ""
    quantity: str = ""
    setup: str = ""
    remark: str = ""
    is_replacement: bool = False
    tiers: tuple[tuple[str, str], ...] = ()

    @property
    def tier_rows(self) -> tuple[tuple[str, str], ...]:
        """Other quantities with their prices, and room for one more at least."""
        count = max(len(self.tiers) + 1, 1 if "-" in self.key else _TIER_ROWS)
        return (*self.tiers, *[("", "")] * count)[: min(count, MOST_TIERS)]

    @property
    def says_more(self) -> bool:
        """Whether more than article, price and days is said."""
        return any((self.name, self.quantity, self.setup, self.remark, self.is_replacement, self.tiers))

    @property
    def says_anything(self) -> bool:
        return self.says_more or any((self.sku, self.price, self.lead))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A line to be answered: what is asked, what we have, the fields of the offers for it.

    ``is_hidden``: the customer does not see that article in the catalogue.
    """

    line: InboxLine
    article: str
    article_note: str
    is_hidden: bool
    first: Fields
    alternatives: tuple[Fields, ...]
    error: str
    more_error: str

    @property
    def has_more(self) -> bool:
        """Whether more than article, price and days of one offer is said."""
        return self.first.says_more or bool(self.more_error) or any(one.says_anything for one in self.alternatives)


@dataclass
class Answer:
    """The answer as it was typed: the offer where all of it can be read, and errors by field."""

    offer: Offer
    errors: dict[str, str] = field(default_factory=dict)


def row_of(line: InboxLine, proposal: Proposal | None, data: QueryDict, errors: Mapping[str, str]) -> AnswerRow:
    """Fields hold what was typed, else the last offer, else the proposal."""
    key = line.id.hex
    stock = _("%(quantity)s in stock") % {"quantity": formatting.number(proposal.available)} if proposal else ""
    return AnswerRow(
        line=line,
        article=f"{proposal.match.variant.sku} {proposal.match.variant.name}" if proposal else "",
        article_note=" · ".join(part for part in (proposal.list_name, stock) if part) if proposal else "",
        is_hidden=proposal is not None and not proposal.match.variant.is_visible,
        first=_first(line, proposal, data),
        alternatives=tuple(_alternatives(line, data)),
        error=errors.get(key, "") or errors.get(str(line.id), ""),
        more_error=next(
            (errors[name] for name in errors if name.startswith(f"{line.id}-") or name.endswith(f"-{key}")), ""
        ),
    )


def read(data: QueryDict, detail: InboxDetail) -> Answer:
    """The offer that was typed."""
    answer = Answer(Offer({}, timezone.now()))
    lines = {line.id: _line(line.id, data, answer.errors) for line in detail.lines}
    until = timezone.now()
    try:
        until = timezone.make_aware(datetime.combine(date.fromisoformat(data.get("valid_on", "")), _EVENING))
    except ValueError:
        answer.errors["valid_until"] = _("This is not a date.")
    answer.offer = Offer(
        lines,
        until,
        _number(data.get("freight", ""), "freight", answer.errors) or ZERO,
        data.get("message", "").strip()[:_LONGEST_MESSAGE],
        Conditions(
            data.get("incoterm", "")[:3],
            data.get("incoterm_place", "").strip()[:80],
            *read_term(data.get("term", ""), answer.errors),
        ),
        currency=data.get("currency", "")[:3],
    )
    return answer


def _column(name: str, key: str) -> str:
    """The beginning of a field's name: alternatives have columns of their own."""
    return f"other-{name}" if "-" in key else name


def _other(key: str, option: int) -> str:
    """The end of the names of an alternative's fields."""
    return f"{option}-{key}"


def _first(line: InboxLine, proposal: Proposal | None, data: QueryDict) -> Fields:
    key = line.id.hex
    sku = proposal.match.variant.sku if proposal is not None and not proposal.match.is_by_words else ""
    if f"price-{key}" in data:
        typed = _typed(key, data)
        return typed if f"sku-{key}" in data else replace(typed, sku=sku)
    if line.own is not None:
        found = _offered_before(key, line, line.own)
        return found if line.own.is_offered else replace(found, sku=sku)
    if proposal is not None:
        return Fields(key, sku, as_typed(proposal.unit_price), str(proposal.lead_time_days))
    return Fields(key)


def _alternatives(line: InboxLine, data: QueryDict) -> list[Fields]:
    """Fields of all that is offered besides, and of one more."""
    key = line.id.hex
    if f"price-{key}" in data:
        found = _typed_alternatives(key, data)
    else:
        found = [_offered_before(key, line, own) for own in line.own_alternatives]
    rows = [*found, Fields(key)][:MOST_ALTERNATIVES]
    return [replace(one, key=_other(key, option)) for option, one in enumerate(rows, 1)]


def _offered_before(key: str, line: InboxLine, own: QuoteLine) -> Fields:
    return Fields(
        key,
        sku=own.sku,
        price=as_typed(own.unit_price),
        lead=str(own.lead_time_days) if own.lead_time_days is not None else "",
        name=own.name if own.name != line.description else "",
        quantity=as_typed(own.quantity) if own.quantity != line.quantity else "",
        setup=as_typed(own.setup_amount) if own.setup_amount else "",
        remark=own.remark,
        is_replacement=own.kind == LineKind.REPLACEMENT,
        tiers=tuple((as_typed(quantity), as_typed(price)) for quantity, price in tiers_of(own)),
    )


def _typed(key: str, data: QueryDict) -> Fields:
    names = ("sku", "price", "lead", "name", "quantity", "setup", "remark")
    texts = {name: data.get(f"{_column(name, key)}-{key}", "").strip() for name in names}
    columns = _column("tier", key), _column("tierprice", key)
    tiers = [tuple(data.get(f"{name}-{row}-{key}", "").strip() for name in columns) for row in range(MOST_TIERS)]
    return Fields(
        key,
        **texts,
        is_replacement=f"replacement-{key}" in data,
        tiers=tuple((quantity, price) for quantity, price in tiers if quantity or price),
    )


def _typed_alternatives(key: str, data: QueryDict) -> list[Fields]:
    typed = [_typed(_other(key, option), data) for option in range(1, MOST_ALTERNATIVES + 1)]
    return [one for one in typed if one.says_anything]


def _line(line_id: UUID, data: QueryDict, errors: dict[str, str]) -> OfferLine:
    first = _offered(_typed(line_id.hex, data), LineKind.AS_ASKED, data, errors)
    others = [_offered(typed, LineKind.ALTERNATIVE, data, errors) for typed in _typed_alternatives(line_id.hex, data)]
    return replace(first, alternatives=tuple(other for other in others if other.unit_price is not None))


def _offered(typed: Fields, kind: LineKind, data: QueryDict, errors: dict[str, str]) -> OfferLine:
    lead, key = typed.lead, typed.key
    if lead and not (lead.isdigit() and int(lead) < _MOST_DAYS):
        errors[key] = _("A lead time is a number of days.")
    return OfferLine(
        unit_price=_number(typed.price, key, errors),
        lead_time_days=int(lead) if lead.isdigit() and int(lead) < _MOST_DAYS else None,
        sku=typed.sku if f"{_column('sku', key)}-{key}" in data else None,
        kind=LineKind.REPLACEMENT if typed.is_replacement else kind,
        name=typed.name[:240],
        quantity=_number(typed.quantity, key, errors),
        setup=_number(typed.setup, key, errors) or ZERO,
        tiers=tuple(_tiers(typed, errors)),
        remark=typed.remark[:300],
    )


def _tiers(typed: Fields, errors: dict[str, str]) -> Iterator[Tier]:
    for quantity_text, price_text in typed.tiers:
        quantity, price = _number(quantity_text, typed.key, errors), _number(price_text, typed.key, errors)
        if quantity is not None and price is not None:
            yield quantity, price
        elif quantity is not None or price is not None:
            errors[typed.key] = _("A quantity needs its price, and a price its quantity.")


def _number(text: str, key: str, errors: dict[str, str]) -> Decimal | None:
    """A number, or None where nothing stands; an unreadable one is an error at its field."""
    if not text.strip():
        return None
    try:
        return read_number(text)
    except ValidationError:
        errors[key] = _("“%(text)s” is not a price that can be read in one way.") % {"text": text}
        return None
