"""Moves of invoices and of card payments."""

from core.states import Machine
from payments.enums import IntentState, InvoiceState, RepaymentState
from payments.models import InvoiceTransition, PaymentIntentTransition, RepaymentTransition

INVOICE = Machine(
    "invoice",
    {InvoiceState.ISSUED: frozenset({InvoiceState.PAID, InvoiceState.CREDITED})},
    history=InvoiceTransition,
)

#: Gateways tell things late and in any order: success is the end, failure is not.
INTENT = Machine(
    "intent",
    {
        IntentState.CREATED: frozenset({IntentState.PENDING, IntentState.SUCCEEDED, IntentState.FAILED}),
        IntentState.PENDING: frozenset({IntentState.SUCCEEDED, IntentState.FAILED}),
        IntentState.FAILED: frozenset({IntentState.SUCCEEDED}),
    },
    history=PaymentIntentTransition,
)

#: A bank may send back what a gateway called paid; what has failed is given back by another repayment.
REPAYMENT = Machine(
    "repayment",
    {
        RepaymentState.CREATED: frozenset({RepaymentState.PENDING, RepaymentState.DONE, RepaymentState.FAILED}),
        RepaymentState.PENDING: frozenset({RepaymentState.DONE, RepaymentState.FAILED}),
        RepaymentState.DONE: frozenset({RepaymentState.FAILED}),
    },
    history=RepaymentTransition,
)
