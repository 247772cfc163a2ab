"""After commit: a letter that somebody wrote about a document, one for all that is not read yet."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from accounts.enums import CompanyRole
from accounts.identity import buyer_actor
from accounts.models import CompanyUser, User
from core.events import handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from notifications.mail import Recipient
from orders.events import MessageSent
from orders.models import Order
from orders.policies import seen_orders
from payments.models import Invoice
from payments.policies import seen_invoices


@handles(MessageSent)
def message_sent(event: MessageSent) -> None:
    """Tell the other side, if it had read all that was written before."""
    if not event.is_first_unread:
        return
    supplier, origin = supplier_of(event.tenant_id)
    page = "invoices" if event.kind == "invoice" else "orders"
    values = {"number": event.number, "is_invoice": event.kind == "invoice"}
    if event.side == "company":
        order = Order.objects.get(pk=_order_id(event))
        whose, area, people = order.company_name, "/portal", recipients.staff(event.tenant_id)
    else:
        whose, area, people = supplier, "", _readers(event)
    link = f"{origin}{area}/{page}/{event.object_id}/#messages"
    mail.send(
        "message_received",
        event=event,
        about=Subject(SubjectKind(event.kind), event.object_id, event.number, event.company_id),
        kind=f"message_about_{event.kind}",
        to=people,
        values={**values, "whose": whose, "link": link},
    )


def _readers(event: MessageSent) -> list[Recipient]:
    """Who placed the order and who wrote about it; else those who buy. Only those who may see the document."""
    order = Order.objects.get(pk=_order_id(event))
    near = {UUID(user_id) for user_id in event.user_ids} | ({order.placed_by_id} if order.placed_by_id else set())
    return _who_see(event, near) or _who_see(event, _buyers(event.company_id))


def _who_see(event: MessageSent, user_ids: Collection[UUID]) -> list[Recipient]:
    found = []
    for user in User.objects.filter(pk__in=user_ids, is_active=True).order_by("pk"):
        actor = buyer_actor(user, company_id=event.company_id)
        rows = seen_invoices(actor) if event.kind == "invoice" else seen_orders(actor)
        if actor.company_id == event.company_id and rows.filter(pk=event.object_id).exists():
            found.append(Recipient(user.email, user.name, user.language, user.pk))
    return found


def _buyers(company_id: UUID) -> set[UUID]:
    rows = CompanyUser.objects.filter(company_id=company_id, role__in=(CompanyRole.ADMINISTRATOR, CompanyRole.BUYER))
    return set(rows.values_list("user_id", flat=True))


def _order_id(event: MessageSent) -> UUID:
    if event.kind != "invoice":
        return event.object_id
    return Invoice.objects.values_list("order_id", flat=True).get(pk=event.object_id)
