"""The way from a product to a request for quotes, which lives on the platform's own domain."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from core.actor import Actor
from core.scope import current_scope
from frontend.context import reverse_or_blank
from rfq.policies import can_buy


def quote_href(lines: Iterable[tuple[UUID, str]]) -> str:
    """The link to a new request with these (tenant, variant's hex); "" where there is no such page."""
    query = urlencode([("line", f"{tenant_id.hex}:{variant}") for tenant_id, variant in lines])
    return _platform_href("marketplace_rfq_new", query)


def cart_quote_href(actor: Actor) -> str:
    """The link to a new request for what is in the buyer's cart at this supplier; "" for who may not ask."""
    return _asked(actor, "cart", "")


def list_quote_href(actor: Actor, list_id: UUID) -> str:
    """The link to a new request for what is on a purchase list; "" for who may not ask."""
    return _asked(actor, "list", f":{list_id.hex}")


def _asked(actor: Actor, name: str, key: str) -> str:
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not can_buy(actor):
        return ""
    return _platform_href("marketplace_rfq_new", urlencode({name: f"{tenant_id.hex}{key}"}))


def request_href(rfq_id: UUID) -> str:
    """The link to a request of the buyer's company."""
    return _platform_href("marketplace_rfq", "", rfq_id)


def _platform_href(name: str, query: str, *args: UUID) -> str:
    try:
        path = reverse(name, args=args, urlconf=settings.PLATFORM_URLCONF)
    except NoReverseMatch:
        return ""
    target = f"{path}?{query}" if query else path
    return f"{reverse_or_blank('account_go_platform')}?{urlencode({'next': target})}"
