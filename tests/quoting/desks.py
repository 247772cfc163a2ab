"""What tests of a supplier's desk begin with: colleagues, costs, limits, offers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.enums import StaffRole
from accounts.services import add_staff, create_user
from core.actor import Actor
from core.scope import PLATFORM
from core.tenancy import use_tenant
from pricing.settings import Cost, set_costs
from quoting import drafts, limits
from quoting.drafts import Outcome
from quoting.limits import PolicyData
from quoting.models import QuoteDraft
from rfq.models import Invitation, RFQLine
from rfq.offers import Offer, OfferLine
from tests.world import BOT, PASSWORD, Person, TenantWorld

#: A cost that no other number of the world contains.
COST = Decimal("0.217431")


def colleague(tenant: TenantWorld, name: str, role: str = StaffRole.SALES) -> Actor:
    """Somebody more who works for the tenant."""
    email = f"{name.lower().replace('é', 'e')}@{tenant.slug}.example"
    with use_tenant(PLATFORM):
        user_id = create_user(email=email, password=PASSWORD, name=name)
        add_staff(tenant_id=tenant.id, user_id=user_id, role=StaffRole(role))
    return Actor("staff", user_id, name, email, tenant_id=tenant.id, role=role)


def person(actor: Actor) -> Person:
    """The actor as somebody who signs in."""
    return Person(actor.require_user(), actor.email, actor.name)


def costs(tenant: TenantWorld, **by_sku: Decimal) -> None:
    """What goods cost the tenant: ``VN_1001=…``; VN-1001 costs COST where nothing is said."""
    said = {sku.replace("_", "-"): cost for sku, cost in by_sku.items()} or {"VN-1001": COST}
    with use_tenant(tenant.scope, party="tenant"):
        values = {tenant.variants[sku]: Cost(cost) for sku, cost in said.items()}
        set_costs(costs=values, currency="EUR", actor=BOT)


def policy(tenant: TenantWorld, **values: Any) -> None:
    with use_tenant(tenant.scope, party="tenant"):
        limits.save_policy(data=PolicyData(**values), actor=tenant.staff)


def invitation_of(tenant: TenantWorld, rfq_id: UUID) -> UUID:
    with use_tenant(tenant.scope, party="tenant"):
        return Invitation.objects.get(rfq_id=rfq_id).id


def offer(rfq_id: UUID, *prices: str | None, **line: Any) -> Offer:
    """An offer with one price per line of a request; in the tenant's scope."""
    ids = RFQLine.objects.filter(rfq_id=rfq_id).order_by("position").values_list("pk", flat=True)
    lines = {
        key: OfferLine(Decimal(price) if price is not None else None, 5, **line)
        for key, price in zip(ids, prices, strict=True)
    }
    return Offer(lines, timezone.now() + timedelta(days=5))


def answer(tenant: TenantWorld, rfq_id: UUID, *prices: str | None, actor: Actor, revision: int = 0) -> Outcome:
    """Send these prices, or let them wait for their approval."""
    with use_tenant(tenant.scope, party="tenant"):
        return drafts.answer(
            invitation_id=invitation_of(tenant, rfq_id), offer=offer(rfq_id, *prices), actor=actor, revision=revision
        )


def waiting(tenant: TenantWorld) -> QuoteDraft:
    """The only open draft."""
    with use_tenant(tenant.scope, party="tenant"):
        return QuoteDraft.objects.get(state__in=("draft", "internal_approval"))
