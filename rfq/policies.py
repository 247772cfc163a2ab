"""Who may ask, offer and accept."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from core.actor import Actor
from core.errors import NotAllowed
from core.scope import current_scope
from rfq.errors import MayNotBuy
from rfq.models import RFQ


def can_buy(actor: Actor) -> bool:
    """Whether the actor may send requests, negotiate and accept for its company."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.REQUEST_QUOTES)


def can_see_offers(actor: Actor) -> bool:
    """Whether the actor may read its company's requests: offers are prices."""
    return actor.kind == "buyer" and actor.company_id is not None and actor.may(Permission.SEE_PRICES)


def seen_rfqs(actor: Actor) -> QuerySet[RFQ]:
    """The requests that the actor may read. Raises NotAllowed outside a company."""
    rows = RFQ.objects.filter(company_id=actor.require_company())
    return rows if can_see_offers(actor) else rows.none()


def require_buyer(actor: Actor) -> None:
    """Raises MayNotBuy."""
    if not can_buy(actor):
        raise MayNotBuy


def require_supplier(actor: Actor) -> UUID:
    """The tenant that is acted for. Raises NotAllowed for anybody but the current tenant's own staff."""
    if actor.kind != "staff" or actor.tenant_id is None or actor.tenant_id != current_scope().tenant_id:
        raise NotAllowed
    return actor.tenant_id
