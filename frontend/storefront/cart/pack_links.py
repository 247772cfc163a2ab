"""Ways between the cart and the page where a pack's options are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from frontend.context import reverse_or_blank


def configure_path(sku: str, codes: Iterable[str], line_id: UUID | None = None) -> str:
    """The page of a pack with these options chosen; of a line of the cart, it changes that line."""
    query = [("asked", "1"), *(("chosen", code) for code in sorted(codes))]
    if line_id is not None:
        query.append(("line", line_id.hex))
    return f"{reverse_or_blank('storefront_configure', sku=sku)}?{urlencode(query)}"
