"""Refusals about spending."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class CostCentreUnknown(Refused):
    code = "cost_centre_unknown"
    message = _("Your company has no cost centre with this code.")


class CostCentreMissing(Refused):
    code = "cost_centre_missing"
    message = _("Choose the cost centre that this is booked to.")


class BudgetUsedUp(Refused):
    code = "budget_used_up"
    message = _("The budget of this cost centre has %(left)s left: less than this order. Choose another cost centre.")


class NoApprover(Refused):
    """Nobody could ever approve: of a rule when it is saved, of an order when it is asked for."""

    code = "no_approver"
    message = _("Nobody could approve this: choose people or roles that may approve, others than who orders.")


class CodeTaken(Refused):
    code = "code_taken"
    message = _("There is a cost centre with this code already.")


class BudgetExists(Refused):
    code = "budget_exists"
    message = _("There is a budget for this period already.")


class NotAnApprover(Refused):
    code = "not_an_approver"
    message = _("Choose somebody else of your company who may approve orders.")
