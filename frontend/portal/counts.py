"""How much waits for the supplier, counted once per request."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.requests import Request
from integrations.catalog_import.waiting import waiting_import_count
from marketplace.messages.queries import unread_threads
from orders.figures import work_counts
from rfq.figures import waiting_count


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits, by kind."""

    rfqs: int
    orders: int
    accounts: int
    goods: int
    imports: int
    messages: int
    returns: int

    @property
    def total(self) -> int:
        ours = self.rfqs + self.orders + self.accounts + self.goods + self.returns
        return ours + self.imports + self.messages


def counts_of(request: Request) -> Counts:
    """The counts of the acting staff's tenant; four statements, once per request."""
    known: Counts | None = getattr(request, "portal_counts", None)
    if known is None:
        work = work_counts()
        known = Counts(
            rfqs=waiting_count(request.actor),
            orders=work.orders,
            accounts=work.accounts,
            goods=work.goods,
            imports=waiting_import_count(),
            messages=unread_threads(request.actor),
            returns=work.returns,
        )
        request.portal_counts = known  # type: ignore[attr-defined]
    return known
