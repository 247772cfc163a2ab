"""The way from a product to a request for quotes, which lives on the platform's own domain."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from frontend.context import reverse_or_blank


def quote_href(lines: Iterable[tuple[UUID, str]]) -> str:
    """The link to a new request with these (tenant, variant's hex); "" where there is no such page."""
    try:
        path = reverse("marketplace_rfq_new", urlconf=settings.PLATFORM_URLCONF)
    except NoReverseMatch:
        return ""
    query = urlencode([("line", f"{tenant_id.hex}:{variant}") for tenant_id, variant in lines])
    target = f"{path}?{query}" if query else path
    return f"{reverse_or_blank('account_go_platform')}?{urlencode({'next': target})}"
