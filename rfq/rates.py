"""What a company counts other currencies as when it compares offers: stated by itself, with the day, for all alike.

A supplier's own exchange rate never decides over its place in a comparison. Rates are added, never changed: a request
that has ended is compared as it was then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput
from rfq.models import StatedRate

_SMALLEST, _HIGHEST = Decimal("0.00000001"), Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``source`` is ``rate`` units of ``target``."""

    source: str
    target: str
    rate: Decimal
    stated_at: datetime
    stated_by: str

    @property
    def text(self) -> str:
        """``1 USD = 0.92 EUR · 24 Nov 2026 10:30, Alix Delmas``."""
        said = {"source": self.source, "rate": formatting.number(self.rate), "target": self.target}
        when = formatting.moment(self.stated_at)
        return f"{_('1 %(source)s is %(rate)s %(target)s') % said} · {when}, {self.stated_by}"


def rates_at(company_id: UUID, currencies: Collection[str], target: str, at: datetime) -> dict[str, Rate]:
    """What counted at a moment for each of these currencies that had a rate; one statement, none for none."""
    if not currencies:
        return {}
    rows = StatedRate.objects.filter(company_id=company_id, source__in=currencies, target=target, stated_at__lte=at)
    latest = rows.order_by("source", "-stated_at", "-pk").distinct("source")
    return {
        row.source: Rate(row.source, row.target, row.rate, row.stated_at, row.stated_by_name)
        for row in latest
        if row.rate is not None
    }


@atomic
def state_rates(
    *, company_id: UUID, target: str, rates: Mapping[str, Decimal | None], at: datetime, actor: Actor
) -> None:
    """Count currencies so from now (``at``) on; None: no longer. Who calls has looked at who acts.

    Raises InvalidInput at ``rate-<currency>``.
    """
    for source, rate in rates.items():
        is_code = len(source) == 3 and source.isascii() and source.isalpha() and source.isupper() and source != target
        if not is_code or (rate is not None and not (_SMALLEST <= rate < _HIGHEST and rate == round(rate, 8))):
            raise InvalidInput(field=f"rate-{source}", reason=_("A rate is above 0, with eight decimals at most."))
    known = rates_at(company_id, rates.keys(), target, at)
    StatedRate.objects.bulk_create(
        StatedRate(
            company_id=company_id, source=source, target=target, rate=rate, stated_at=at, stated_by_name=actor.name
        )
        for source, rate in rates.items()
        if rate != (known[source].rate if source in known else None)
    )
