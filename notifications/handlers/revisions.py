"""After commit: letters about orders that were changed after they were placed."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from accounts.models import CompanyUser, StaffMembership
from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from orders.enums import OrderState, RevisionKind
from orders.events import OrderRevised, OrderStateChanged
from orders.models import Order, OrderRevision, OrderTransition


@handles(OrderRevised)
def order_revised(event: OrderRevised) -> None:
    """What the buyer amends is for the supplier's staff; what the supplier cancels for the company."""
    order = Order.objects.get(pk=event.order_id)
    revision = OrderRevision.objects.get(order=order, version=event.version - 1)
    supplier, origin = supplier_of(event.tenant_id)
    values = {
        "number": event.number,
        "company": order.company_name,
        "supplier": supplier,
        "reason": revision.reason,
        "lines": lambda: _lines(revision),
        "before": lambda: formatting.money(revision.total_before, event.currency),
        "after": lambda: formatting.money(revision.total_after, event.currency),
    }
    if event.kind == RevisionKind.AMENDED:
        template, link, to = "order_amended", f"{origin}/portal/orders/{order.id}/", recipients.staff(event.tenant_id)
    else:
        template, link = "order_reduced", f"{origin}/orders/{order.id}/"
        to = recipients.of_order(order)
    about = Subject(SubjectKind.ORDER, order.id, order.number, event.company_id)
    mail.send(template, event=event, about=about, to=to, values={**values, "link": link})


@handles(OrderStateChanged)
def order_cancelled(event: OrderStateChanged) -> None:
    """Tell the side that did not cancel; and who placed the order, where a colleague took it back."""
    if event.state != OrderState.CANCELLED:
        return
    order = Order.objects.get(pk=event.order_id)
    move = OrderTransition.objects.filter(subject=order, to_state=OrderState.CANCELLED).latest("at")
    supplier, origin = supplier_of(event.tenant_id)
    values = {
        "number": event.number,
        "supplier": supplier,
        "company": order.company_name,
        "who": move.actor_name,
        "reason": move.note,
        "total": lambda: formatting.money(order.total_amount, order.currency),
    }
    here, there = f"{origin}/orders/{order.id}/", f"{origin}/portal/orders/{order.id}/"
    about, buyers = Subject(SubjectKind.ORDER, order.id, order.number, event.company_id), recipients.of_order(order)
    if _is_of_supplier(move.actor_id, event):
        mail.send("order_cancelled", event=event, about=about, to=buyers, values={**values, "link": here})
        return
    staff = recipients.staff(event.tenant_id)
    mail.send("order_withdrawn", event=event, about=about, to=staff, values={**values, "link": there})
    mail.send(
        "order_taken_back",
        event=event,
        about=about,
        kind="order_cancelled",
        to=[person for person in buyers if person.user_id == order.placed_by_id != move.actor_id],
        values={**values, "link": here},
    )


def _is_of_supplier(user_id: UUID | None, event: OrderStateChanged) -> bool:
    """Whether somebody works for the supplier, and not for the company; who orders on its behalf does."""
    if user_id is None or CompanyUser.objects.filter(company_id=event.company_id, user_id=user_id).exists():
        return False
    return StaffMembership.objects.filter(tenant_id=event.tenant_id, user_id=user_id).exists()


def _lines(revision: OrderRevision) -> list[str]:
    """``Screw M8: 200 → 100`` for each line that changed, quantities in base units."""
    return [
        formatting.labelled(
            formatting.localised(row["name_fr"], row["name_en"]),
            f"{_number(row['quantity_before'])} → {_number(row['quantity_after'])}",
        )
        for row in revision.changes
    ]


def _number(text: str) -> str:
    return formatting.number(Decimal(text))
