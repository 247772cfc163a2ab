"""The periods of budgets: when one ends, and which one counts on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from accounts.spending.enums import BudgetPeriod
from accounts.spending.models import Budget


def counting(budgets: QuerySet[Budget], today: date) -> list[Budget]:
    """Those of these budgets that count on a day, as :func:`on_day` says; one statement."""
    begun = budgets.filter(is_active=True, starts_on__lte=today)
    return [on_day(budget, today) for budget in begun.filter(Q(ends_before__gt=today) | Q(renews=True))]


def on_day(budget: Budget, today: date) -> Budget:
    """The same; one that renews is put into the period that the day is in, in memory."""
    while budget.renews and budget.ends_before <= today:
        budget.starts_on = budget.ends_before
        budget.ends_before = ends_before(budget.period, budget.starts_on)
    return budget


def ends_before(period: str, starts_on: date) -> date:
    """The day after a budget's period, which begins on the first of a month."""
    months = {BudgetPeriod.MONTH.value: 1, BudgetPeriod.QUARTER.value: 3, BudgetPeriod.YEAR.value: 12}[period]
    number = starts_on.month - 1 + months
    return date(starts_on.year + number // 12, number % 12 + 1, 1)
