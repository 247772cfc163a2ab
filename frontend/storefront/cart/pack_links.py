"""Ways between the cart and the page where a pack's options are chosen."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from catalog.packs.plans import codes_of
from core.formatting import plain
from frontend.context import reverse_or_blank
from orders.lines import NewLine


def configure_path(sku: str, choice: str) -> str:
    """The page of a pack with a choice such as ``A2-B1``."""
    return _path(sku, choice, [])


def choose_again_path(sku: str, line_id: UUID, wish: NewLine) -> str:
    """The page of a pack where a line of the cart is changed."""
    fields = [("quantity", plain(wish.quantity)), ("unit", wish.unit_code), ("line", line_id.hex)]
    return _path(sku, wish.choice, fields)


def _path(sku: str, choice: str, fields: list[tuple[str, str]]) -> str:
    query = [("asked", "1"), *(("chosen", code) for code in sorted(codes_of(choice))), *fields]
    return f"{reverse_or_blank('storefront_configure', sku=sku)}?{urlencode(query)}"
