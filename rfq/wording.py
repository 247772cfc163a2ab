"""What a request says beside its lines, as texts for both sides."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from rfq.conditions import Conditions
from rfq.models import RFQ, RFQLine
from rfq.versions import Tier


def quantity_text(quantity: Decimal, unit_code: str) -> str:
    """``5 000 pieces``."""
    return f"{formatting.number(quantity)} {formatting.unit_name(unit_code, quantity)}"


def days_text(days: int | None) -> str:
    """A lead time, or a dash where none was said."""
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days is not None else "–"


def tier_text(tier: Tier, currency: str) -> str:
    """``from 10 000: 0,38 €``."""
    quantity, price = tier
    values = {"quantity": formatting.number(quantity), "price": formatting.unit_price(price, currency)}
    return _("from %(quantity)s: %(price)s") % values


def setup_text(amount: Decimal, currency: str) -> str:
    """A one-off cost; nothing where there is none."""
    return _("%(amount)s once") % {"amount": formatting.money(amount, currency)} if amount else ""


def place_text(address: Mapping[str, str] | None) -> str:
    """Street, post code and town; empty where no address is known."""
    return ", ".join(part for key in ("street", "postal_code", "city") if (part := (address or {}).get(key)))


def line_place_text(line: RFQLine) -> str:
    """Where a line goes, if that is not where the request does."""
    place = place_text(line.delivery_address)
    return _("to %(place)s") % {"place": place} if place else ""


def wishes_of(rfq: RFQ) -> tuple[tuple[str, str], ...]:
    """What the buyer wishes beside its lines, as label and text."""
    conditions = Conditions.of(rfq)
    validity = rfq.validity_days
    found = (
        (_("Incoterm"), conditions.delivery_text),
        (_("Payment"), conditions.term_text),
        (
            _("Offers valid for"),
            ngettext("%(days)s day", "%(days)s days", validity) % {"days": validity} if validity else "",
        ),
        (_("Sealed"), _("Offers are opened at the deadline.") if rfq.is_sealed else ""),
        (_("Award"), "" if rfq.may_split else _("The request goes to one supplier as a whole.")),
    )
    return tuple((label, text) for label, text in found if text)


def _days(count: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", count) % {"days": count}
