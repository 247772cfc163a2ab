"""After commit: letters about goods that come back."""

from __future__ import annotations

from decimal import Decimal

from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import Line, supplier_of
from orders.enums import ReturnState
from orders.events import ReturnChanged
from orders.returns.models import OrderReturn
from payments.models import CreditNote

_TO_THE_BUYER = {
    ReturnState.ACCEPTED: "return_accepted",
    ReturnState.REFUSED: "return_refused",
    ReturnState.SETTLED: "return_settled",
}


@handles(ReturnChanged)
def return_changed(event: ReturnChanged) -> None:
    """A request is for the supplier's staff; what became of it for whoever asked."""
    if event.state != ReturnState.REQUESTED and event.state not in _TO_THE_BUYER:
        return
    found = OrderReturn.objects.select_related("order").prefetch_related("lines__order_line").get(pk=event.return_id)
    supplier, origin = supplier_of(event.tenant_id)
    values = {
        "number": event.number,
        "order": found.order.number,
        "company": found.order.company_name,
        "supplier": supplier,
    }
    about = Subject(SubjectKind.RETURN, found.pk, event.number, event.company_id)
    if event.state == ReturnState.REQUESTED:
        more = {
            "wish": lambda: str(found.get_wish_display()),
            "note": found.note,
            "lines": lambda: _lines(found),
            "link": f"{origin}/portal/returns/{found.pk}/",
        }
        to = recipients.staff(event.tenant_id)
        mail.send("return_requested", event=event, about=about, to=to, values={**values, **more})
        return
    said = found.transitions.filter(to_state=event.state).values_list("note", flat=True).last()
    notes = CreditNote.objects.select_related("invoice").filter(
        pk__in=[found.credit_note_id] if found.credit_note_id else []
    )
    note = notes.first()
    owed = note.total_amount - note.settled_amount if note else Decimal(0)
    mail.send(
        _TO_THE_BUYER[ReturnState(event.state)],
        event=event,
        about=about,
        to=recipients.user(found.requested_by_id),
        values={
            **values,
            "said": said or "",
            "credit_note": note.number if note else "",
            "invoice": note.invoice.number if note else "",
            "amount": lambda: formatting.money(note.total_amount, note.currency) if note else "",
            "owed": lambda: formatting.money(owed, note.currency) if note and owed else "",
            "link": f"{origin}/returns/{found.pk}/",
        },
    )


def _lines(found: OrderReturn) -> list[Line]:
    return [
        Line(
            quantity=formatting.number(row.quantity),
            item=formatting.labelled(
                formatting.localised(row.order_line.name_fr, row.order_line.name_en), str(row.get_reason_display())
            ),
        )
        for row in found.lines.all()
    ]
