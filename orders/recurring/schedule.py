"""On which days: every N weeks on some weekdays, or every N months on the day it began (RFC 5545 recurrence)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import MONTHLY, WEEKLY, rrule

from orders.enums import Frequency


@dataclass(frozen=True, slots=True)
class Schedule:
    """``weekdays`` count from Monday = 0; none: the weekday of ``starts_on``. ``ends_on`` is the last possible day.

    A month that is too short takes its last day: begun on the 31st, April has the 30th.
    """

    frequency: Frequency
    interval: int
    starts_on: date
    ends_on: date | None = None
    weekdays: tuple[int, ...] = ()

    def days(self, since: date) -> Iterator[date]:
        """The days from ``since`` on, that day included; for ever where no end is set."""
        for moment in self._rule().xafter(datetime.combine(since, time.min), inc=True):
            yield moment.date()

    def first(self, since: date) -> date | None:
        """The first day from ``since`` on; None when it has ended."""
        return next(self.days(since), None)

    def _rule(self) -> rrule:
        start = datetime.combine(self.starts_on, time.min)
        until = datetime.combine(self.ends_on, time.min) if self.ends_on else None
        if self.frequency == Frequency.WEEKS:
            days = self.weekdays or (self.starts_on.weekday(),)
            return rrule(WEEKLY, dtstart=start, interval=self.interval, until=until, byweekday=days)
        day = self.starts_on.day
        days = tuple(range(min(28, day), day + 1))
        return rrule(MONTHLY, dtstart=start, interval=self.interval, until=until, bymonthday=days, bysetpos=-1)
