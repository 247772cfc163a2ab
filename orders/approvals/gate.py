"""What stands before every order: may it be placed as it is?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from accounts.spending.judging import Judgement, judge
from accounts.spending.rules import Purchase
from catalog.models import Variant
from core.actor import Actor
from core.scope import current_scope
from customers.queries import CustomerInfo
from orders.approvals.errors import ApprovalNeeded, BuyerWarned, RaiseNeedsApproval
from orders.approvals.models import ApprovalRequest
from orders.enums import ApprovalState
from orders.models import CartLine, Order, OrderLine
from orders.placing import PricedLine, totals_of


def judged(
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[PricedLine],
    cost_centre_code: str = "",
    *,
    lock: bool = False,
    needs_centre: bool = True,
) -> Judgement:
    """Whether these lines may be ordered, or who must approve; three statements where nothing is set up, at most 14.

    An agreement is not booked yet: what is called off from it ``needs_centre``. Raises CostCentreMissing,
    CostCentreUnknown, BudgetUsedUp, NoApprover.
    """
    purchase = Purchase(
        net=totals_of(lines, customer.currency).net,
        currency=customer.currency,
        supplier_id=current_scope().tenant_id,
    )
    return judge(
        actor=actor,
        company_id=customer.company_id,
        purchase=purchase,
        cost_centre_code=cost_centre_code,
        categories=_categories(lines),
        lock=lock,
        needs_centre=needs_centre,
    )


def previewed(actor: Actor, customer: CustomerInfo, net: Decimal, cost_centre_code: str = "") -> Judgement:
    """What :func:`judged` would say of the actor's open cart, which comes to ``net``.

    The cost centre may still be chosen. Raises what it raises.
    """
    return judge(
        actor=actor,
        company_id=customer.company_id,
        purchase=Purchase(net, customer.currency, current_scope().tenant_id),
        cost_centre_code=cost_centre_code,
        categories=lambda: _codes_of(_cart_goods(actor, customer)),
        needs_centre=False,
    )


def require_free(
    actor: Actor,
    customer: CustomerInfo,
    lines: Sequence[PricedLine],
    cost_centre_code: str = "",
    *,
    needs_centre: bool = True,
    warned_of: str | None = None,
) -> None:
    """Let an order pass that needs no approval. Jobs of the platform's own are not asked.

    ``warned_of`` is the cost centre whose warnings its buyer has read; None where nobody reads any. Raises
    BuyerWarned, ApprovalNeeded, CostCentreMissing, CostCentreUnknown, BudgetUsedUp, NoApprover.
    """
    if actor.kind == "system":
        return
    judgement = judged(actor, customer, lines, cost_centre_code, lock=True, needs_centre=needs_centre)
    if judgement.warnings and warned_of is not None and warned_of != cost_centre_code.strip():
        raise BuyerWarned(warnings=" · ".join(reason.text for reason in judgement.warnings))
    if judgement.needs_approval:
        raise ApprovalNeeded(reasons=" · ".join(reason.text for reason in judgement.reasons))


def require_free_raise(order: Order, lines: Sequence[OrderLine], *, net: Decimal, actor: Actor) -> None:
    """Let an order that was placed cost as much: judged as if it were ordered anew, so never too lightly.

    Raises RaiseNeedsApproval, BudgetUsedUp, NoApprover.
    """
    judgement = judge(
        actor=actor,
        company_id=order.company_id,
        purchase=Purchase(net=net, currency=order.currency, supplier_id=current_scope().tenant_id),
        cost_centre_code=order.cost_centre_code,
        categories=lambda: _codes_of({line.variant_id for line in lines if line.variant_id}),
        lock=True,
        is_placed=True,
    )
    if judgement.needs_approval:
        raise RaiseNeedsApproval(reasons=" · ".join(reason.text for reason in judgement.reasons))


def require_not_waiting(cart_id: UUID, actor: Actor) -> None:
    """Raises ApprovalNeeded for a cart that waits for its approval already."""
    if waiting_of_cart(cart_id, actor) is not None:
        raise ApprovalNeeded(reasons=ApprovalState.PENDING.label)


def waiting_of_cart(cart_id: UUID | None, actor: Actor) -> UUID | None:
    """The request that waits with this cart of the actor; one statement."""
    if cart_id is None or actor.user_id is None:
        return None
    rows = ApprovalRequest.objects.filter(cart_id=cart_id, requester_id=actor.user_id, state=ApprovalState.PENDING)
    return rows.values_list("pk", flat=True).first()


def waiting_for_offer(version_id: UUID) -> ApprovalRequest | None:
    """The request that waits to accept this version of a quote; one statement."""
    return ApprovalRequest.objects.filter(quote_version_id=version_id, state=ApprovalState.PENDING).first()


def _categories(lines: Sequence[PricedLine]) -> Callable[[], frozenset[str]]:
    """The codes of the platform's taxonomy that the lines' goods are of; one statement when called."""

    def read() -> frozenset[str]:
        keys: set[UUID] = {line.variant_id for line in lines if line.variant_id}
        keys |= {part.variant_id for line in lines if line.pack for part in line.pack.lines}
        return _codes_of(keys)

    return read


def _codes_of(variant_ids: set[UUID]) -> frozenset[str]:
    codes = Variant.objects.filter(pk__in=variant_ids).values_list("product__category__taxonomy_code", flat=True)
    return frozenset(code for code in codes.distinct() if code)


def _cart_goods(actor: Actor, customer: CustomerInfo) -> set[UUID]:
    """What is in the actor's open cart, and in its packs."""
    own = CartLine.objects.filter(cart__customer_id=customer.id, cart__user_id=actor.require_user())
    rows = own.filter(cart__is_open=True)
    keys: set[UUID] = set()
    for variant_id, pack in rows.values_list("variant_id", "pack"):
        keys.add(variant_id)
        keys |= {UUID(part["variant_id"]) for part in (pack or {}).get("lines", ())}
    return keys
