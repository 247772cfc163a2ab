"""What a supplier allows and asks of its customers' orders: of all of them, and of one of them otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.db import Lock, advisory_lock, atomic
from core.errors import InvalidInput, NotFound
from customers import policies
from customers.enums import DeliveryMethod, Incoterm, PaymentMethod
from customers.models import Customer, OrderPolicy

_MOST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What holds for a customer's orders. Amounts are net, in the customer's currency; zero asks for nothing.

    An order whose goods are below ``minimum`` is refused; one below ``small_below`` costs ``small_fee`` more.
    """

    delivery_methods: tuple[str, ...] = (DeliveryMethod.CARRIER.value,)
    payment_methods: tuple[str, ...] = (PaymentMethod.ACCOUNT.value,)
    po_required: bool = False
    minimum: Decimal = Decimal(0)
    small_below: Decimal = Decimal(0)
    small_fee: Decimal = Decimal(0)
    incoterm: str = ""
    incoterm_place: str = ""

    def fee_for(self, goods_net: Decimal) -> Decimal:
        """What a small order costs more; zero for no order, and for one that is large enough."""
        return self.small_fee if Decimal(0) < goods_net < self.small_below else Decimal(0)


#: What holds where nothing was decided.
NO_TERMS = OrderTerms()


@dataclass(frozen=True, slots=True)
class PolicyData:
    """What is decided for all customers or for one; None, and no method at all, leave it as it is for all."""

    delivery_methods: tuple[str, ...] = ()
    payment_methods: tuple[str, ...] = ()
    po_required: bool | None = None
    order_minimum: Decimal | None = None
    small_order_below: Decimal | None = None
    small_order_fee: Decimal | None = None
    incoterm: str = ""
    incoterm_place: str = ""


#: Both rows that hold for a customer, read along with it: the one for all customers first.
POLICIES = """(
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'delivery_methods', delivery_methods, 'payment_methods', payment_methods, 'po_required', po_required,
               'order_minimum', order_minimum::text, 'small_order_below', small_order_below::text,
               'small_order_fee', small_order_fee::text, 'incoterm', incoterm, 'incoterm_place', incoterm_place
           ) ORDER BY customer_id NULLS FIRST), '[]')
      FROM customers_orderpolicy p WHERE p.customer_id IS NULL OR p.customer_id = customers_customer.id
)"""


def terms_from(rows: Iterable[Mapping[str, Any]]) -> OrderTerms:
    """The terms that rows make, each above the one before."""
    known: dict[str, Any] = {}
    for row in rows:
        known |= {name: value for name, value in row.items() if value not in (None, "", [])}
    return OrderTerms(
        delivery_methods=tuple(known.get("delivery_methods", NO_TERMS.delivery_methods)),
        payment_methods=tuple(known.get("payment_methods", NO_TERMS.payment_methods)),
        po_required=bool(known.get("po_required", False)),
        minimum=Decimal(known.get("order_minimum", 0)),
        small_below=Decimal(known.get("small_order_below", 0)),
        small_fee=Decimal(known.get("small_order_fee", 0)),
        incoterm=known.get("incoterm", ""),
        incoterm_place=known.get("incoterm_place", ""),
    )


def policy_of(customer_id: UUID | None) -> PolicyData:
    """What was decided for a customer, or for all of them (None); one statement."""
    row = _row(customer_id)
    if row is None:
        return PolicyData()
    return PolicyData(
        delivery_methods=tuple(row.delivery_methods),
        payment_methods=tuple(row.payment_methods),
        po_required=row.po_required,
        order_minimum=row.order_minimum,
        small_order_below=row.small_order_below,
        small_order_fee=row.small_order_fee,
        incoterm=row.incoterm,
        incoterm_place=row.incoterm_place,
    )


@atomic
def set_order_policy(*, customer_id: UUID | None, data: PolicyData, actor: Actor) -> None:
    """Decide what orders of a customer, or of all customers (None), may and must be.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    policies.require_decide(actor)
    advisory_lock(Lock.ORDER_POLICY)
    if customer_id is not None and not Customer.objects.filter(pk=customer_id).exists():
        raise NotFound
    _require_sense(data)
    values = asdict(data) | {
        "delivery_methods": list(data.delivery_methods),
        "payment_methods": list(data.payment_methods),
    }
    row = _row(customer_id) or OrderPolicy(customer_id=customer_id)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _row(customer_id: UUID | None) -> OrderPolicy | None:
    rows = OrderPolicy.objects.all()
    return (rows.filter(customer_id=customer_id) if customer_id else rows.filter(customer=None)).first()


def _require_sense(data: PolicyData) -> None:
    for name in ("order_minimum", "small_order_below", "small_order_fee"):
        amount = getattr(data, name)
        if amount is not None and not (0 <= amount < _MOST and amount == round(amount, 2)):
            raise InvalidInput(field=name, reason=_("An amount from 0 on, with two decimals at most."))
    if (data.small_order_below is None) != (data.small_order_fee is None):
        empty = "small_order_fee" if data.small_order_fee is None else "small_order_below"
        raise InvalidInput(field=empty, reason=_("A fee needs the amount below which it is due, and the other way."))
    if bool(data.incoterm) != bool(data.incoterm_place):
        empty = "incoterm_place" if data.incoterm else "incoterm"
        raise InvalidInput(field=empty, reason=_("An Incoterm needs its place, and the other way."))
    _require_known(data)


def _require_known(data: PolicyData) -> None:
    if data.incoterm not in Incoterm.values:
        raise InvalidInput(field="incoterm", reason=_("There is no such Incoterm."))
    for name, methods in (("delivery_methods", DeliveryMethod.values), ("payment_methods", PaymentMethod.values)):
        if set(getattr(data, name)) - set(methods):
            raise InvalidInput(field=name, reason=_("There is no such method."))
