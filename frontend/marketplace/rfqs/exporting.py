"""The comparison as a workbook: a row for each offered line, with numbers that can be reckoned with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import Request
from core.formatting import plain
from core.money import round_amount
from frontend.guards import buyer_required
from integrations.catalog_export.writing import write_xlsx
from rfq.answers import Answers, answers_of
from rfq.enums import LineKind
from rfq.models import QuoteLine, RFQLine
from rfq.wording import place_text

#: The place of the net amount in a row.
_NET = 10
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@buyer_required
def export(request: Request, rfq_id: UUID) -> HttpResponse:
    """All that the suppliers offer, alternatives and tiers too. Sealed offers are not in it."""
    found = answers_of(request.actor, rfq_id)
    columns = (
        (_("Line"), True),
        (_("Article"), False),
        (_("Quantity asked"), True),
        (_("Unit"), False),
        (_("Supplier"), False),
        (_("Version"), True),
        (_("Answer"), False),
        (_("Offered article"), False),
        (_("From quantity"), True),
        (_("Price"), True),
        (_("Net"), True),
        (_("One-off cost"), True),
        (_("Currency"), False),
        (_("Days"), True),
        (_("Remark"), False),
        (_("1 unit of it in %(currency)s") % {"currency": found.rfq.currency}, True),
        (_("Net in %(currency)s") % {"currency": found.rfq.currency}, True),
        (_("Deliver to"), False),
    )
    file = io.BytesIO()
    write_xlsx(file, [name for name, _is in columns], _rows(found), numbers=[is_number for _name, is_number in columns])
    response = HttpResponse(file.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.rfq.number}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(found: Answers) -> Iterator[list[str]]:
    given = [(one.invitation.tenant_name, one.offer) for one in found.answers if one.offer is not None]
    for line in found.lines:
        place = place_text(line.delivery_address or found.rfq.delivery_address)
        for name, offer in given:
            if line.id not in offer.lines:
                continue
            for offered in (offer.lines[line.id], *offer.alternatives.get(line.id, ())):
                currency = offer.version.currency
                rate = found.rate_to(currency)
                for row in _tiers(line, offered, [name, str(offer.version.number)], currency):
                    yield [*row, *_converted(row[_NET], rate, found.rfq.currency), place]


def _converted(net: str, rate: Decimal | None, currency: str) -> list[str]:
    """The rate and the net amount by it; empty where the company has not said what the currency counts."""
    if rate is None:
        return ["", ""]
    return [plain(rate), plain(round_amount(Decimal(net) * rate, currency)) if net else ""]


def _tiers(line: RFQLine, offered: QuoteLine, supplier: list[str], currency: str) -> Iterator[list[str]]:
    """A row for the quantity that is offered, and one for each other quantity that has a price."""
    asked = [str(line.position), line.description, plain(line.quantity), line.unit_code, *supplier]
    said = [str(LineKind(offered.kind).label), " ".join(part for part in (offered.sku, offered.name) if part)]
    if offered.unit_price is None:
        yield [*asked, said[0], *[""] * 6, currency, "", offered.remark]
        return
    days = str(offered.lead_time_days) if offered.lead_time_days is not None else ""
    setup = plain(offered.setup_amount) if offered.setup_amount else ""
    first = [plain(offered.quantity), plain(offered.unit_price), plain(offered.net_amount), setup]
    yield [*asked, *said, *first, currency, days, offered.remark]
    for quantity, price in offered.tiers:
        yield [*asked, *said, quantity, price, "", "", currency, days, ""]
