"""The quick order as a draft: what was typed, pasted, read or scanned stays until it is in the cart or thrown away.

Every change judges the lines that it touches, and those that share an article with them: only these can be merged with
one another. Statements do not grow with the lines. More than a thousand lines at once are written down as they are, and
the worker judges them (:mod:`orders.lookups`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from catalog.keys import any_of, uuid_array
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.ids import uuid7
from core.money import ZERO, line_net
from customers.queries import CustomerInfo
from orders import carts
from orders.call_offs import portions_of
from orders.errors import TooManyLines
from orders.events import QuickLinesGiven
from orders.lines import NewLine
from orders.models import QuickLine, QuickOrder
from orders.packs import Chosen, packs_of
from orders.policies import require_order
from orders.quick import MOST_LINES, READY, Typed, Verdict, judge, note_of, settled
from pricing.queries import price_context, unit_prices_known

_FIELDS = ("code", "quantity", "unit", "note", "state", "variant_id", "unit_code", "amount", "merged_into")
#: The state of a line that the worker has yet to look up.
WAITING = "waiting"
#: States in which a line's quantity is not known yet.
_UNREAD = ("unknown", "several", "ambiguous", "not_a_number", WAITING)
#: More lines than this are not looked up while somebody waits, and so many at a time when nobody does.
PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines a draft has: all of them, ready ones, ones to repair, of which unknown, and ones that wait.

    Merged ones are only in ``total``.
    """

    total: int
    ready: int
    repair: int
    unknown: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of a draft with its verdict of this moment; ``number`` stays with it."""

    id: UUID
    number: int
    typed: Typed
    verdict: Verdict


@atomic
def edit(
    *,
    actor: Actor,
    customer: CustomerInfo,
    changed: Mapping[UUID, Typed] | None = None,
    removed: Collection[UUID] = (),
    added: Sequence[Typed] = (),
    source: str = "",
) -> None:
    """Change, take out and append lines of the actor's draft.

    Lines that are no longer there are passed over. Raises MayNotOrder, TooManyLines. Emits QuickLinesGiven when there
    are so many new ones that they wait to be looked up.
    """
    require_order(actor, customer)
    draft = _opened(actor, customer)
    rows = {row.pk: row for row in draft.lines.filter(pk__in=[*(changed or {}), *removed])}
    gone = [rows.pop(key) for key in removed if key in rows]
    touched = [row for key, row in rows.items() if _take_over(row, (changed or {})[key])]
    last = draft.lines.aggregate(last=Max("position"), count=Count("pk"))
    if last["count"] + len(added) - len(gone) > MOST_LINES:
        raise TooManyLines(field="pasted", limit=formatting.number(MOST_LINES))
    if not (gone or touched or added):
        return
    place, new = (last["last"] or 0) + 1, []
    if len(added) > PORTION:
        _append_waiting(draft, place, added)
    else:
        new = [_row(draft, number, typed) for number, typed in enumerate(added, place)]
    if gone:
        _execute("DELETE FROM orders_quickline WHERE id = ANY(%s)", [[row.pk for row in gone]])
    before = {row.variant_id for row in (*gone, *touched) if row.variant_id}
    if touched or new or before:
        settle(draft, customer, [*touched, *new], before)
    QuickOrder.objects.filter(pk=draft.pk).update(updated_at=timezone.now(), **({"source": source} if source else {}))


@atomic
def check_again(*, actor: Actor, customer: CustomerInfo) -> None:
    """Judge every line of the actor's draft at the prices and rules of this moment. Raises MayNotOrder.

    Emits QuickLinesGiven when there are so many that they wait for it.
    """
    require_order(actor, customer)
    draft = _opened(actor, customer)
    if draft.lines.count() > PORTION:
        draft.lines.update(state=WAITING, merged_into=None)
        emit(QuickLinesGiven(draft.pk))
    else:
        settle(draft, customer, list(draft.lines.all()), set())


@atomic
def take_ready(*, actor: Actor, customer: CustomerInfo) -> int:
    """Put the lines that are ready into the cart and leave the others; answers how many went.

    Raises MayNotOrder, LinesRefused (then nothing has moved: :func:`check_again` says what has changed).
    """
    require_order(actor, customer)
    draft = _opened(actor, customer)
    ready = draft.lines.filter(state__in=READY)
    wishes = [
        NewLine(variant_id, unit, amount, note=note_of(lot))
        for variant_id, unit, amount, lot in ready.values_list("variant_id", "unit_code", "amount", "note")
        if variant_id is not None and amount is not None
    ]
    if not wishes:
        return 0
    count = carts.add_lines(actor=actor, customer=customer, lines=wishes)
    _execute(_TAKEN, [draft.pk, list(READY), draft.pk, list(READY)])
    return count


@atomic
def clear(*, actor: Actor, customer: CustomerInfo) -> None:
    """Throw the actor's draft away. Raises MayNotOrder."""
    require_order(actor, customer)
    draft = _opened(actor, customer)
    _execute("DELETE FROM orders_quickline WHERE quick_order_id = %s", [draft.pk])
    _drafts(actor, customer).update(source="")


def throw_away_waiting(actor: Actor, customer: CustomerInfo) -> None:
    """Take out the lines that wait to be looked up; one statement, two for the lock."""
    draft = _opened(actor, customer)
    _execute("DELETE FROM orders_quickline WHERE quick_order_id = %s AND state = %s", [draft.pk, WAITING])


def counts_of(actor: Actor, customer: CustomerInfo) -> Counts:
    """How many lines the actor's draft has, by what is to be done; one statement."""
    rows = _lines(actor, customer).order_by().values_list("state").annotate(Count("pk"))
    by_state: dict[str, int] = dict(rows)
    ready = sum(by_state.get(state, 0) for state in READY)
    waiting = by_state.get(WAITING, 0)
    total = sum(by_state.values())
    repair = total - ready - waiting - by_state.get("merged", 0)
    return Counts(total, ready, repair, by_state.get("unknown", 0), waiting)


def source_of(actor: Actor, customer: CustomerInfo) -> str:
    """The file that the actor's draft was read from last; one statement."""
    return _drafts(actor, customer).values_list("source", flat=True).first() or ""


def page_of(
    actor: Actor, customer: CustomerInfo, *, only: str = "", offset: int = 0, limit: int = 50
) -> list[DraftLine]:
    """Some lines of the actor's draft with their verdicts of this moment; ``only`` is *ready* or *repair*.

    Seven statements at most.
    """
    rows = list(_only(_lines(actor, customer), only)[offset : offset + limit])
    alive = [row for row in rows if row.state not in ("merged", WAITING)]
    verdicts = dict(zip((row.pk for row in alive), judge(customer, [_now(row) for row in alive]), strict=True))
    return [DraftLine(row.pk, row.position, _given(row), verdicts.get(row.pk) or _noted(row)) for row in rows]


_READY_GOODS = """
SELECT l.variant_id, l.amount * coalesce(u.factor, 1), p.id IS NOT NULL
  FROM orders_quickorder o
  JOIN orders_quickline l ON l.quick_order_id = o.id
  LEFT JOIN catalog_orderunit u ON u.variant_id = l.variant_id AND u.code = l.unit_code
  LEFT JOIN catalog_pack p ON p.variant_id = l.variant_id
 WHERE o.customer_id = %s AND o.user_id = %s AND l.state = ANY(%s)
"""


def ready_net(actor: Actor, customer: CustomerInfo) -> Decimal:
    """Net total of the lines that are ready at the prices of this moment; two statements, two more for agreements.

    Eight more where there are kits among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READY_GOODS, [customer.id, actor.require_user(), list(READY)])
        goods: list[tuple[UUID, Decimal, bool]] = cursor.fetchall()
    packs = packs_of({key for key, _quantity, is_pack in goods if is_pack}, customer.view)
    chosen = {key: packs.choose(key, "", "") for key in packs.plans}
    alone, together = _quantities(goods, chosen)
    context, currency = price_context(customer), customer.currency
    known = unit_prices_known(context, {key: {quantity} for key, quantity in together.items()})
    portions = portions_of(context, known.agreements, alone, together)
    usual = {key: price for (key, _quantity), price in known.prices.items() if key not in known.agreements}
    usual |= {key: price.unit_price for key, price in portions.usual.items()}
    total = ZERO
    for key, quantity, is_pack in goods:
        if is_pack:
            price = packs.net(chosen[key], usual, currency) if key in chosen else None
        elif (portion := portions.take(key, quantity)) is not None:
            total += portion.net(currency)
            continue
        else:
            price = known.prices.get((key, together[key]))
        total += line_net(price, quantity, currency) if price is not None else ZERO
    return total


def _quantities(
    goods: Sequence[tuple[UUID, Decimal, bool]], chosen: Mapping[UUID, Chosen]
) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """Base quantities of goods by themselves, and together with those in kits."""
    alone: dict[UUID, Decimal] = {}
    in_packs: dict[UUID, Decimal] = {}
    for key, quantity, is_pack in goods:
        if not is_pack:
            alone[key] = alone.get(key, ZERO) + quantity
        for part, count in chosen[key].components.items() if key in chosen else ():
            in_packs[part] = in_packs.get(part, ZERO) + quantity * count
    return alone, {key: alone.get(key, ZERO) + in_packs.get(key, ZERO) for key in (*alone, *in_packs)}


def _only(lines: QuerySet[QuickLine], only: str) -> QuerySet[QuickLine]:
    if only == "ready":
        return lines.filter(state__in=READY)
    return lines.exclude(state__in=(*READY, "merged", WAITING)) if only == "repair" else lines


def _drafts(actor: Actor, customer: CustomerInfo) -> QuerySet[QuickOrder]:
    return QuickOrder.objects.filter(customer_id=customer.id, user_id=actor.require_user())


def _lines(actor: Actor, customer: CustomerInfo) -> QuerySet[QuickLine]:
    return QuickLine.objects.filter(
        quick_order__customer_id=customer.id, quick_order__user_id=actor.require_user()
    ).order_by("position")


_OPEN = """
INSERT INTO orders_quickorder (id, customer_id, user_id, source, created_at, updated_at)
VALUES (%s, %s, %s, '', %s, %s)
    ON CONFLICT (customer_id, user_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING id
"""


def _opened(actor: Actor, customer: CustomerInfo) -> QuickOrder:
    """The actor's draft, locked; a new one when there is none. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [uuid7(), customer.id, actor.require_user(), timezone.now(), timezone.now()])
        (draft_id,) = cursor.fetchone()
    return QuickOrder(pk=draft_id, customer_id=customer.id, user_id=actor.require_user())


# A library listens to all deletions, which makes Django's own delete rows a hundred at a time: these are one statement.
_TAKEN = """
DELETE FROM orders_quickline
 WHERE quick_order_id = %s AND (state = ANY(%s) OR state = 'merged' AND merged_into IN (
       SELECT position FROM orders_quickline WHERE quick_order_id = %s AND state = ANY(%s)))
"""


# Thousands of lines at once: arrays instead of a hundred thousand parameters.
_WRITE = f"""
INSERT INTO orders_quickline (quick_order_id, id, position, {", ".join(_FIELDS)})
SELECT %s, given.* FROM unnest(
       %s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[],
       %s::numeric[], %s::int[]) AS given
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
"""  # noqa: S608  # constants only


def _execute(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _row(draft: QuickOrder, position: int, typed: Typed) -> QuickLine:
    row = QuickLine(quick_order=draft, position=position)
    _take_over(row, typed)
    return row


def _take_over(row: QuickLine, typed: Typed) -> bool:
    """Write down what is given, cut to what the columns hold; whether it says something new."""
    given = (typed.code[:120], typed.quantity[:40], typed.unit[:20])
    if given == (row.code, row.quantity, row.unit):
        return False
    lot = row.note if row.code == given[0] or row.state == "several" else ""  # another article is of another lot
    row.code, row.quantity, row.unit = given
    row.note = typed.note[:80] or lot
    return True


def _given(row: QuickLine) -> Typed:
    return Typed(row.code, row.quantity, row.unit, row.note)


def _now(row: QuickLine) -> Typed:
    """The line as it counts now: with the quantities that were merged into it."""
    if row.state in _UNREAD or row.amount is None:
        return _given(row)
    return Typed(row.code, settled(row.amount), row.unit, row.note)


def _noted(row: QuickLine) -> Verdict:
    """The verdict of a line that is not judged by itself."""
    return Verdict(row.position, _given(row), row.state, into=row.merged_into or 0)


_APPEND = """
INSERT INTO orders_quickline (quick_order_id, id, position, code, quantity, unit, note, state, unit_code)
SELECT %s, id, position, left(code, 120), left(quantity, 40), left(unit, 20), left(note, 80), %s, ''
  FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
       AS given (id, position, code, quantity, unit, note)
"""


def _append_waiting(draft: QuickOrder, place: int, added: Sequence[Typed]) -> None:
    """Write lines down as they were given; the worker is told. Emits QuickLinesGiven."""
    columns = [[getattr(typed, name) for typed in added] for name in ("code", "quantity", "unit", "note")]
    ids, places = uuid_array(uuid7() for _typed in added), list(range(place, place + len(added)))
    _execute(_APPEND, [draft.pk, WAITING, ids, places, *columns])
    emit(QuickLinesGiven(draft.pk))


def settle(draft: QuickOrder, customer: CustomerInfo, rows: list[QuickLine], before: set[UUID]) -> None:
    """Judge these lines together with those that share an article with them or did before, and write all."""
    rows = sorted(rows, key=lambda row: row.position)
    verdicts = judge(customer, [_given(row) for row in rows])
    variants = before | {verdict.variant.id for verdict in verdicts if verdict.variant}
    known = {row.pk for row in rows}
    others = (
        [row for row in draft.lines.filter(variant_id__in=any_of(variants)) if row.pk not in known] if variants else []
    )
    if others:
        rows = sorted([*rows, *others], key=lambda row: row.position)
        verdicts = judge(customer, [_given(row) for row in rows])
    for row, verdict in zip(rows, verdicts, strict=True):
        _note(row, verdict, rows)
    columns: list[Any] = [[getattr(row, name) for row in rows] for name in ("id", "position", *_FIELDS)]
    for place in (0, 2 + _FIELDS.index("variant_id")):
        columns[place] = uuid_array(columns[place])
    _execute(_WRITE, [draft.pk, *columns])


def _note(row: QuickLine, verdict: Verdict, rows: Sequence[QuickLine]) -> None:
    row.state = verdict.state
    row.variant_id = verdict.variant.id if verdict.variant else None
    row.unit_code = verdict.unit_code[:20]
    amount = verdict.line.wish.quantity if verdict.line else None
    row.amount = amount if amount is not None and amount < Decimal(10) ** 13 else None
    row.merged_into = rows[verdict.into - 1].position if verdict.into else None
