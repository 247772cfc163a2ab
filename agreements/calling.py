"""What orders take from agreements, and give back.

The lines are locked first (:func:`hold`, by key), before stock and credit: then what is left is known until the order
is written, and of two orders for the last of it one finds less. The guard in the statement that writes holds even so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from agreements.enums import AgreementState, CallKind
from agreements.errors import AgreementShort
from agreements.events import AgreementNearlyUsed
from agreements.models import AgreementLine, CallOff
from catalog.keys import uuid_array
from core.actor import Actor
from core.db import atomic
from core.events import emit
from core.ids import uuid7
from core.money import ZERO
from core.scope import current_scope
from pricing import agreed

#: From this part on it is said that an agreement is nearly used up.
NEARLY = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a line of an agreement still gives: ``remaining`` base units at ``unit_price``, None without a limit."""

    line_id: UUID
    agreement_id: UUID
    number: str
    unit_price: Decimal
    remaining: Decimal | None

    def within(self, quantity: Decimal) -> Decimal:
        """How much of a quantity is at the agreed price."""
        return quantity if self.remaining is None else min(quantity, self.remaining)


@dataclass(frozen=True, slots=True)
class Call:
    """How much a line of an order takes of an agreement's line, in base units; negative: it gives it back."""

    line_id: UUID
    order_line_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OfOrder:
    """The order that calls off, and why what it holds changes."""

    id: UUID
    number: str
    kind: CallKind


def agreed_goods(agreements: Mapping[UUID, UUID], *, lock: bool = False) -> dict[UUID, Agreed]:
    """What is left of these variants in these agreements, ``{variant: agreement}``; one statement, none without any.

    With ``lock`` the lines are held until the end of the transaction.
    """
    if not agreements:
        return {}
    rows = AgreementLine.objects.filter(
        agreement_id__in=set(agreements.values()),
        variant_id__in=list(agreements),
        agreement__state=AgreementState.ACTIVE,
    )
    rows = rows.select_related("agreement").order_by("pk")
    found = rows.select_for_update(of=("self",)) if lock else rows
    return {row.variant_id: _agreed(row) for row in found if agreements[row.variant_id] == row.agreement_id}


def _agreed(row: AgreementLine) -> Agreed:
    left = None if row.may_overrun else row.remaining
    return Agreed(row.pk, row.agreement_id, row.agreement.number, row.unit_price, left)


@atomic
def hold(line_ids: Iterable[UUID]) -> None:
    """Lock lines of agreements, by key; one statement, none without any."""
    wanted = set(line_ids)
    if wanted:
        list(AgreementLine.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").values("pk"))


def held_by(order_line_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, Decimal]]:
    """Which agreement's line each line of an order holds, and how much of it; one statement."""
    rows = CallOff.objects.filter(order_line_id__in=order_line_ids).order_by()
    sums = rows.values_list("order_line_id", "line_id").annotate(held=Sum("quantity")).filter(held__gt=0)
    return {order_line_id: (line_id, held) for order_line_id, line_id, held in sums}


def taken(order_id: UUID, agreement_id: UUID) -> Decimal:
    """How much an order holds of an agreement, in base units of all its lines; one statement."""
    rows = CallOff.objects.filter(order_id=order_id, line__agreement_id=agreement_id)
    return rows.aggregate(held=Sum("quantity"))["held"] or ZERO


def agreed_term(line_ids: Collection[UUID]) -> tuple[str, int] | None:
    """The term of payment, as (kind, days), that the agreements of all these lines name; one statement.

    None where one of them names none, or they name several.
    """
    rows = AgreementLine.objects.filter(pk__in=line_ids).order_by()
    found = set(rows.values_list("agreement__term_kind", "agreement__term_days"))
    kind, days = found.pop() if len(found) == 1 else ("", None)
    return (kind, days) if days is not None else None


@atomic
def give_back(*, order: OfOrder, actor: Actor) -> None:
    """Give back all that an order holds, whatever has become of the agreements since. At most four statements."""
    rows = CallOff.objects.filter(order_id=order.id).order_by()
    sums = rows.values_list("line_id", "order_line_id").annotate(held=Sum("quantity")).filter(held__gt=0)
    calls = [Call(line_id, order_line_id, -held) for line_id, order_line_id, held in sums]
    hold(call.line_id for call in calls)
    enter(order=order, calls=calls, actor=actor)


_ENTER = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(order_lines)s::uuid[], %(quantities)s::numeric[])
        AS g (id, line_id, order_line_id, quantity)
), sums AS (
    SELECT line_id, sum(quantity) AS quantity FROM given GROUP BY line_id
), changed AS (
    UPDATE agreements_agreementline l SET called_quantity = l.called_quantity + s.quantity
      FROM sums s, agreements_agreement a
     WHERE l.id = s.line_id AND a.id = l.agreement_id
       AND l.called_quantity + s.quantity >= 0
       AND (s.quantity <= 0 OR a.state = %(active)s AND a.starts_on <= %(today)s AND a.ends_on >= %(today)s
            AND (l.may_overrun OR l.called_quantity + s.quantity <= l.committed_quantity))
    RETURNING l.id, l.agreement_id, a.company_id, a.price_list_id, l.variant_id, l.committed_quantity,
              l.called_quantity, s.quantity, l.may_overrun
), entered AS (
    INSERT INTO agreements_calloff
           (id, line_id, order_id, order_line_id, order_number, kind, quantity, at, actor_id, actor_name)
    SELECT id, line_id, %(order)s, order_line_id, %(number)s, %(kind)s, quantity, %(now)s, %(actor)s, %(name)s
      FROM given
)
SELECT * FROM changed ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class _Changed:
    line_id: UUID
    agreement_id: UUID
    company_id: UUID
    price_list_id: UUID
    variant_id: UUID
    committed: Decimal
    called: Decimal
    by: Decimal
    may_overrun: bool

    @property
    def before(self) -> Decimal:
        return self.called - self.by

    @property
    def is_nearly_used(self) -> bool:
        """Whether this call off went over four fifths."""
        return self.before < self.committed * NEARLY <= self.called

    @property
    def was_used_up(self) -> bool:
        return self.before >= self.committed and not self.may_overrun

    @property
    def is_used_up(self) -> bool:
        return self.called >= self.committed and not self.may_overrun


@atomic
def enter(*, order: OfOrder, calls: Sequence[Call], actor: Actor) -> None:
    """Take from agreements, or give back; who calls holds their lines.

    The number of statements does not depend on the lines: one, and three where something of an agreement is used up or
    comes back. Raises AgreementShort. Emits CatalogChanged, AgreementNearlyUsed.
    """
    calls = [call for call in calls if call.quantity]
    if not calls:
        return
    values: dict[str, Any] = {
        "ids": uuid_array(uuid7() for _call in calls),
        "lines": uuid_array(call.line_id for call in calls),
        "order_lines": uuid_array(call.order_line_id for call in calls),
        "quantities": [call.quantity for call in calls],
        "active": AgreementState.ACTIVE.value,
        "today": timezone.localdate(),
        "order": order.id,
        "number": order.number,
        "kind": order.kind.value,
        "now": timezone.now(),
        "actor": actor.user_id,
        "name": actor.name[:120],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        changed = [_Changed(*row) for row in cursor.fetchall()]
    if {row.line_id for row in changed} != {call.line_id for call in calls}:
        raise AgreementShort
    for list_id, goods in _by_list(row for row in changed if row.is_used_up and not row.was_used_up):
        agreed.close_prices(price_list_id=list_id, variant_ids=goods)
    for list_id, goods in _by_list(row for row in changed if row.was_used_up and not row.is_used_up):
        agreed.reopen_prices(price_list_id=list_id, variant_ids=goods)
    _warn([row for row in changed if row.is_nearly_used])


def _by_list(rows: Iterable[_Changed]) -> list[tuple[UUID, list[UUID]]]:
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row.price_list_id, []).append(row.variant_id)
    return list(found.items())


def _warn(rows: Sequence[_Changed]) -> None:
    """Emits AgreementNearlyUsed, once for each agreement."""
    tenant_id = current_scope().tenant_id
    by_agreement: dict[UUID, list[_Changed]] = {}
    for row in rows:
        by_agreement.setdefault(row.agreement_id, []).append(row)
    for agreement_id, found in by_agreement.items():
        if tenant_id is not None:
            lines = [str(row.line_id) for row in found]
            emit(AgreementNearlyUsed(agreement_id, found[0].company_id, tenant_id, lines))
