"""Every kind of news: its group, how its entry in the centre is worded, and whether its letter may be turned off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications.enums import Group


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of news; ``title`` names the values that an entry keeps.

    A letter that is ``required`` goes out whatever the person chose. One that is ``urgent`` asks the person by name to
    decide: it never waits for a digest, and is turned off on the preferences' page only.
    """

    group: Group
    title: Any
    required: bool = False
    urgent: bool = False


KINDS: dict[str, Kind] = {
    # orders
    "order_placed": Kind(Group.ORDERS, _("New order %(number)s from %(company)s")),
    "order_confirmation": Kind(Group.ORDERS, _("Your order %(number)s with %(supplier)s")),
    "order_amended": Kind(Group.ORDERS, _("%(company)s has changed order %(number)s")),
    "order_reduced": Kind(Group.ORDERS, _("Part of your order %(number)s was cancelled")),
    "order_cancelled": Kind(Group.ORDERS, _("Your order %(number)s with %(supplier)s was cancelled")),
    "order_withdrawn": Kind(Group.ORDERS, _("%(company)s has cancelled order %(number)s")),
    "recurring_announced": Kind(Group.ORDERS, _("On %(day)s your list “%(list)s” is ordered from %(supplier)s")),
    "recurring_placed": Kind(Group.ORDERS, _("Recurring order %(number)s is placed with %(supplier)s")),
    "recurring_waiting": Kind(Group.ORDERS, _("The recurring order of %(day)s waits for its approval")),
    "recurring_missed": Kind(Group.ORDERS, _("The recurring order of %(day)s was missed")),
    "recurring_failed": Kind(Group.ORDERS, _("The recurring order of %(day)s was not placed")),
    "recurring_resumable": Kind(Group.ORDERS, _("Your recurring order “%(list)s” can go on until %(until)s")),
    "cart_shared": Kind(Group.ORDERS, _("%(who)s shares the cart “%(cart)s” with you")),
    "agreement_signed": Kind(Group.ORDERS, _("%(company)s has signed agreement %(number)s")),
    "agreement_nearly_used": Kind(Group.ORDERS, _("Agreement %(number)s is nearly used up")),
    "agreement_ends_soon": Kind(Group.ORDERS, _("Agreement %(number)s ends on %(until)s")),
    "extension_proposed": Kind(Group.ORDERS, _("%(who)s proposes that agreement %(number)s lasts until %(day)s")),
    "extension_accepted": Kind(Group.ORDERS, _("Agreement %(number)s lasts until %(until)s")),
    "extension_declined": Kind(Group.ORDERS, _("Agreement %(number)s still ends on %(until)s")),
    "agreement_closed": Kind(Group.ORDERS, _("%(supplier)s has ended agreement %(number)s")),
    # approvals
    "approval_asked": Kind(Group.APPROVALS, _("%(requester)s waits for your approval: %(amount)s net"), urgent=True),
    "approval_approved": Kind(Group.APPROVALS, _("Your order with %(supplier)s was approved")),
    "approval_rejected": Kind(Group.APPROVALS, _("Your order with %(supplier)s was rejected")),
    "approval_expired": Kind(Group.APPROVALS, _("The approval of your order with %(supplier)s has expired")),
    # deliveries
    "shipment_sent": Kind(Group.DELIVERIES, _("Parcel %(shipment)s of your order %(number)s is on its way")),
    "return_requested": Kind(Group.DELIVERIES, _("%(company)s wants to send goods of order %(order)s back")),
    "return_accepted": Kind(Group.DELIVERIES, _("Your return %(number)s is accepted")),
    "return_refused": Kind(Group.DELIVERIES, _("Your return %(number)s is refused")),
    "return_settled": Kind(Group.DELIVERIES, _("Your return %(number)s is settled")),
    "back_in_stock": Kind(Group.DELIVERIES, _("%(supplier)s has again what you wait for")),
    # invoices and credit notes
    "invoice_issued": Kind(Group.INVOICES, _("Invoice %(invoice)s from %(supplier)s: %(total)s by %(due)s")),
    "invoice_paid": Kind(Group.INVOICES, _("Invoice %(invoice)s is paid")),
    "credit_given_back": Kind(Group.INVOICES, _("%(supplier)s has given %(amount)s of credit note %(note)s back")),
    "refund_failed": Kind(Group.INVOICES, _("The refund of %(amount)s for credit note %(note)s did not arrive")),
    # quotes
    "quote_received": Kind(Group.QUOTES, _("%(supplier)s answered your request %(number)s")),
    "offer_withdrawn": Kind(Group.QUOTES, _("%(supplier)s has taken its offer back: request %(number)s")),
    "request_declined": Kind(Group.QUOTES, _("%(supplier)s makes no offer: request %(number)s")),
    "request_opened": Kind(Group.QUOTES, _("The deadline of your sealed request %(number)s has passed")),
    "answer_waits": Kind(
        Group.QUOTES, _("%(who)s’s answer to request %(number)s waits for your approval"), urgent=True
    ),
    "answer_refused": Kind(Group.QUOTES, _("Your answer to request %(number)s is not approved")),
    "question_asked": Kind(Group.QUOTES, _("%(supplier)s has a question about your request %(number)s")),
    "question_answered": Kind(Group.QUOTES, _("%(company)s answered your question about request %(number)s")),
    "request_clarified": Kind(Group.QUOTES, _("%(company)s has more information on request %(number)s")),
    "quote_countered": Kind(Group.QUOTES, _("%(company)s makes a counter-offer: request %(number)s")),
    "quote_expires": Kind(Group.QUOTES, _("Your offer to %(company)s expires on %(day)s: request %(number)s")),
    "offer_expires": Kind(Group.QUOTES, _("The offer of %(supplier)s expires on %(day)s: request %(number)s")),
    "request_received": Kind(Group.QUOTES, _("New request %(number)s from %(company)s")),
    "request_due": Kind(Group.QUOTES, _("Request %(number)s of %(company)s waits for your answer")),
    "request_extended": Kind(Group.QUOTES, _("More time for request %(number)s of %(company)s")),
    "request_reopened": Kind(Group.QUOTES, _("Request %(number)s of %(company)s begins again")),
    "request_cancelled": Kind(Group.QUOTES, _("%(company)s has taken request %(number)s back")),
    "request_closed": Kind(Group.QUOTES, _("Request %(number)s of %(company)s is closed")),
    "request_lost": Kind(Group.QUOTES, _("Request %(number)s of %(company)s was not awarded to you")),
    # messages
    "message_about_order": Kind(Group.MESSAGES, _("%(whose)s wrote to you about order %(number)s")),
    "message_about_invoice": Kind(Group.MESSAGES, _("%(whose)s wrote to you about invoice %(number)s")),
    # accounts and people
    "account_opened": Kind(Group.ACCOUNT, _("Your account with %(supplier)s is open")),
    "account_decided": Kind(Group.ACCOUNT, _("Your account with %(supplier)s")),
    "application_approved": Kind(Group.ACCOUNT, _("Your storefront %(storefront)s is approved")),
    "application_decided": Kind(Group.ACCOUNT, _("Your application for %(storefront)s")),
    "join_requested": Kind(Group.ACCOUNT, _("%(who)s asks to join %(company)s")),
    "join_decided": Kind(Group.ACCOUNT, _("Your request to join %(company)s")),
    "sign_in_changed": Kind(Group.ACCOUNT, _("Your sign-in was changed"), required=True),
    # reminders
    "reorder_due": Kind(Group.REMINDERS, _("Time to reorder at %(supplier)s")),
}
