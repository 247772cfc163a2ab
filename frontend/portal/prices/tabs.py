"""The pages about prices, as tabs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def price_tabs(current: str) -> list[tuple[str, str, bool, str]]:
    """Text, address, whether it is the page that is shown, and no count."""
    pages = (
        ("lists", _("Price lists"), "portal_prices"),
        ("batches", _("Batches"), "portal_price_batches"),
        ("discounts", _("Discounts"), "portal_discounts"),
        ("settings", _("Currencies and limits"), "portal_price_settings"),
        ("costs", _("Costs and floors"), "portal_costs"),
        ("seen", _("Price seen by…"), "portal_price_seen"),
        ("conflicts", _("Conflicts"), "portal_price_conflicts"),
    )
    return [(text, reverse(name), key == current, "") for key, text, name in pages]
