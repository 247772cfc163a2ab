"""After commit: letters about orders that were changed after they were placed."""

from __future__ import annotations

from decimal import Decimal

from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.handlers.letters import supplier_of
from orders.enums import RevisionKind
from orders.events import OrderRevised
from orders.models import Order, OrderRevision


@handles(OrderRevised)
def order_revised(event: OrderRevised) -> None:
    """What the buyer amends is for the supplier's staff; what the supplier cancels for whoever ordered it."""
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
        link = f"{origin}/portal/orders/{order.id}/"
        mail.send("order_amended", event=event, to=recipients.staff(event.tenant_id), values={**values, "link": link})
    else:
        link = f"{origin}/orders/{order.id}/"
        to = recipients.user(order.placed_by_id)
        mail.send("order_reduced", event=event, to=to, values={**values, "link": link})


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
