"""Whom a batch of prices concerns: customers, open carts, open quotes. What pricing alone cannot know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Func, JSONField, Q
from django.utils import timezone

from customers.segments import Member, members
from orders.models import CartLine
from pricing.assignments import assignments_of
from pricing.models import PriceBatchLine, PriceList
from pricing.parties import Party
from pricing.settings import rates_now
from pricing.simulation import Simulation, simulate
from rfq.enums import Side, VersionState
from rfq.models import QuoteLine

#: The goods of a cart's pack; NULL for a line that is none.
_IN_PACK = Func(
    F("pack"),
    function="jsonb_path_query_array",
    template="%(function)s(%(expressions)s, '$.lines[*].variant_id')",
    output_field=JSONField(null=True),
)


@dataclass(frozen=True, slots=True)
class Impact:
    """Customers who are given a list that changes, with their open carts that hold its goods; offers that wait.

    A quote keeps its prices: it is named because its buyer may compare. Whether somebody pays another price in the
    end depends on their other lists, too.
    """

    simulation: Simulation
    customer_names: tuple[str, ...]
    customer_count: int
    cart_count: int
    quote_count: int


def impact_of(batch_id: UUID, at: datetime | None = None) -> Impact:
    """What a batch would do to whom; eight statements, whatever the number of lines and customers."""
    simulation = simulate(batch_id, at)
    goods: dict[UUID, set[UUID]] = defaultdict(set)
    for line in simulation.changed:
        goods[line.price_list_id].add(line.variant_id)
    concerned = _customers_of(goods)
    names = sorted(member.name for member in concerned)
    return Impact(
        simulation=simulation,
        customer_names=tuple(names[:5]),
        customer_count=len(names),
        cart_count=_carts(batch_id, {member.id: lists for member, lists in concerned.items()}, goods),
        quote_count=_quotes(batch_id),
    )


def _customers_of(goods: Mapping[UUID, set[UUID]]) -> dict[Member, set[UUID]]:
    """Customers who get lists, each with the lists."""
    base = dict(PriceList.objects.filter(pk__in=list(goods), is_base=True).values_list("pk", "currency"))
    targets: dict[str, set[str]] = defaultdict(set)
    for rate in rates_now():
        targets[rate.source].add(rate.target)
    given = [(row.price_list_id, row.party) for row in assignments_of(goods)]
    found: dict[Member, set[UUID]] = {}
    for member in members():
        lists = {list_id for list_id, party in given if includes(party, member)}
        lists |= {key for key, currency in base.items() if member.currency in {currency, *targets[currency]}}
        if lists:
            found[member] = lists
    return found


def includes(party: Party, member: Member) -> bool:
    """Whether a customer is meant."""
    return (
        party.is_everybody
        or party.customer_id == member.id
        or (party.group_id is not None and party.group_id == member.group_id)
        or party.segment_id in member.segment_ids
    )


def _carts(batch_id: UUID, lists: Mapping[UUID, set[UUID]], goods: Mapping[UUID, set[UUID]]) -> int:
    """Open carts with goods whose price changes in a list of their customer; of a pack the goods in it count."""
    changed = PriceBatchLine.objects.filter(batch_id=batch_id).values("variant_id")
    rows = CartLine.objects.filter(cart__is_open=True).filter(Q(variant_id__in=changed) | Q(pack__isnull=False))
    found = rows.annotate(inside=_IN_PACK).values_list("cart_id", "cart__customer_id", "variant_id", "inside")
    concerned = set()
    for cart_id, customer_id, variant_id, inside in found:
        held = {variant_id} if inside is None else set(map(UUID, inside))
        if any(not held.isdisjoint(goods[list_id]) for list_id in lists.get(customer_id, ())):
            concerned.add(cart_id)
    return len(concerned)


def _quotes(batch_id: UUID) -> int:
    """Offers of ours that wait for their buyer, with goods of the batch."""
    changed = PriceBatchLine.objects.filter(batch_id=batch_id).values("variant_id")
    rows = QuoteLine.objects.filter(
        version__state=VersionState.SENT,
        version__side=Side.SUPPLIER,
        version__valid_until__gt=timezone.now(),
        is_offered=True,
        variant_id__in=changed,
    )
    return rows.values("version_id").distinct().count()
