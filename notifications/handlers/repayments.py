"""Letters about what credit notes owe: that it was given back, or that a refund did not arrive."""

from __future__ import annotations

from core import formatting
from core.events import handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from notifications.values import Amount
from payments.enums import RepaymentMethod, RepaymentState
from payments.events import RepaymentEnded
from payments.models import Repayment


@handles(RepaymentEnded)
def repayment_ended(event: RepaymentEnded) -> None:
    """What was given back is news for the company, what did not arrive for the supplier: it owes it again."""
    row = Repayment.objects.select_related("credit__credit_note__invoice").get(pk=event.repayment_id)
    note = row.credit.credit_note
    supplier, origin = supplier_of(event.tenant_id)
    is_back = event.state == RepaymentState.DONE
    mail.send(
        "credit_given_back" if is_back else "refund_failed",
        event=event,
        about=Subject(SubjectKind.INVOICE, note.invoice_id, note.number, event.company_id if is_back else None),
        to=recipients.of_invoice(note.invoice) if is_back else recipients.staff(event.tenant_id),
        values={
            "supplier": supplier,
            "note": note.number,
            "company": note.buyer.get("name", ""),
            "amount": Amount(row.amount, row.credit.currency),
            "how": lambda: formatting.labelled(str(RepaymentMethod(row.method).label), row.reference),
            "link": f"{origin}{'' if is_back else '/portal'}/credit-notes/{note.pk}/",
        },
    )
