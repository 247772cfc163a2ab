"""Carts as pages and the API show them: what they are called, whose they are, what is in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.permissions import Permission
from accounts.spending.people import Person, path_of, people_of
from core.actor import Actor
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders.cart_figures import CartSum, cart_sums
from orders.enums import ListSharing
from orders.models import Cart
from orders.named_carts.models import CartShare
from orders.named_carts.policies import LIVE, SHARED, changeable_carts, deleted_carts, managed_carts, seen_carts


@dataclass(frozen=True, slots=True)
class CartInfo:
    """A cart, and what its reader may do with it. ``holder_name`` is the colleague whose current cart it is.

    ``named_count`` is with how many colleagues it is shared by name; ``sum`` is None where it was not asked for.
    """

    id: UUID
    name: str
    version: int
    is_current: bool
    is_own: bool
    owner_name: str
    holder_name: str
    sharing: ListSharing
    named_count: int
    updated_at: datetime
    changed_by_name: str
    created_at: datetime
    deleted_at: datetime | None
    may_change: bool
    may_manage: bool
    sum: CartSum | None = None

    @property
    def is_shared(self) -> bool:
        return self.sharing != ListSharing.PRIVATE or bool(self.named_count)


@dataclass(frozen=True, slots=True)
class Share:
    """A colleague who may open a cart, and whether it may change it."""

    user_id: UUID
    name: str
    may_change: bool


def carts_page(actor: Actor, customer: CustomerInfo, *, limit: int, offset: int = 0) -> tuple[list[CartInfo], int]:
    """Carts that the actor may open, the current one first, then as they were changed, and how many there are.

    With what they cost now. Eight statements for any number of carts and lines, eight more for packs. Raises NotFound.
    """
    rows, total = _page(seen_carts(actor, customer), actor, limit, offset)
    sums = cart_sums(customer, [row.pk for row in rows])
    return _infos(actor, customer, rows, sums), total


def deleted_page(
    actor: Actor, customer: CustomerInfo, *, since: datetime, limit: int, offset: int = 0
) -> tuple[list[CartInfo], int]:
    """Carts that the actor may restore, deleted after ``since``; statements as for :func:`carts_page`."""
    rows, total = _page(deleted_carts(actor, customer).filter(deleted_at__gt=since), actor, limit, offset)
    return _infos(actor, customer, rows, cart_sums(customer, [row.pk for row in rows])), total


def cart_info(actor: Actor, customer: CustomerInfo, cart_id: UUID) -> CartInfo:
    """One cart, without what it costs; four statements. Raises NotFound."""
    row = seen_carts(actor, customer).filter(pk=cart_id).first()
    if row is None:
        raise NotFound
    return _infos(actor, customer, [row], {})[0]


def carts_at_hand(actor: Actor, customer: CustomerInfo, *, limit: int) -> tuple[CartInfo | None, list[CartInfo]]:
    """The actor's current cart, and saved ones that it may go on with, last changed first; four statements."""
    current = Q(is_open=True, user_id=actor.require_user())
    rows = changeable_carts(actor, customer).filter(current | Q(is_open=False))
    found = _infos(actor, customer, list(_ordered(rows, current)[: limit + 1]), {})
    return next((row for row in found if row.is_current), None), [row for row in found if not row.is_current][:limit]


@dataclass(frozen=True, slots=True)
class CompanyCart:
    """A cart that is shared with the whole company, as its systems read it."""

    id: UUID
    name: str
    owner_id: UUID
    owner_name: str
    is_current: bool
    sharing: ListSharing
    updated_at: datetime
    changed_by_name: str
    sum: CartSum


def company_carts(
    actor: Actor, customer: CustomerInfo, *, only: UUID | None = None, after: UUID | None = None, limit: int = 1
) -> list[CompanyCart]:
    """Carts that are shared with the whole company, the newest first, or one of them; five statements.

    For a machine of the company: what is shared by name is not for it. Raises NotFound.
    """
    if actor.kind != "buyer" or actor.company_id != customer.company_id:
        raise NotFound
    rows = Cart.objects.filter(LIVE, SHARED, customer=customer.id).order_by("-pk")
    rows = rows.filter(pk=only) if only is not None else rows
    found = list((rows.filter(pk__lt=after) if after is not None else rows)[:limit])
    sums = cart_sums(customer, [row.pk for row in found])
    return [
        CompanyCart(
            id=row.pk,
            name=row.name,
            owner_id=row.owner_id or row.user_id,
            owner_name=row.owner_name,
            is_current=row.is_open,
            sharing=ListSharing(row.sharing),
            updated_at=row.updated_at,
            changed_by_name=row.changed_by_name,
            sum=sums[row.pk],
        )
        for row in found
    ]


def shares_of(cart_id: UUID) -> list[Share]:
    """With whom a cart is shared by name; one statement."""
    rows = CartShare.objects.filter(cart_id=cart_id).order_by("user_name", "pk")
    return [Share(row.user_id, row.user_name, row.may_change) for row in rows]


def colleagues_of_cart(actor: Actor, customer: CustomerInfo, cart_id: UUID) -> list[Person]:
    """Whom the actor can share a cart with; three statements. Raises NotFound."""
    row = managed_carts(actor, customer).filter(pk=cart_id).first()
    if row is None:
        raise NotFound
    return colleagues_of(customer, row.owner_id, row.unit_id)


def colleagues_of(customer: CustomerInfo, owner_id: UUID | None, unit_id: UUID | None) -> list[Person]:
    """Whom a cart can be shared with: buyers of the company who see its unit, but for its owner; two statements."""
    path = path_of(unit_id)
    return [
        person
        for person in people_of(customer.company_id)
        if person.id != owner_id
        and {Permission.ORDER, Permission.SEE_PRICES} <= person.permissions
        and (unit_id is None or person.reaches(path))
    ]


def _page(carts: QuerySet[Cart], actor: Actor, limit: int, offset: int) -> tuple[list[Cart], int]:
    current = Q(is_open=True, user_id=actor.require_user())
    return list(_ordered(carts, current)[offset : offset + limit]), carts.count()


def _ordered(carts: QuerySet[Cart], current: Q) -> QuerySet[Cart]:
    return carts.order_by(Case(When(current, then=Value(0)), default=Value(1)), "-updated_at", "-pk")


def _infos(actor: Actor, customer: CustomerInfo, rows: Collection[Cart], sums: dict[UUID, CartSum]) -> list[CartInfo]:
    """Three statements, none without carts."""
    if not rows:
        return []
    keys = [row.pk for row in rows]
    changeable = set(changeable_carts(actor, customer).filter(pk__in=keys).values_list("pk", flat=True))
    managed = set(managed_carts(actor, customer).filter(pk__in=keys).values_list("pk", flat=True))
    named: dict[UUID, int] = {}
    for key in CartShare.objects.filter(cart__in=keys).values_list("cart_id", flat=True):
        named[key] = named.get(key, 0) + 1
    return [
        CartInfo(
            id=row.pk,
            name=row.name,
            version=row.version,
            is_current=row.is_open and row.user_id == actor.user_id,
            is_own=(row.owner_id or row.user_id) == actor.user_id,
            owner_name=row.owner_name,
            holder_name=row.user_name if row.is_open and row.user_id != actor.user_id else "",
            sharing=ListSharing(row.sharing),
            named_count=named.get(row.pk, 0),
            updated_at=row.updated_at,
            changed_by_name=row.changed_by_name,
            created_at=row.created_at,
            deleted_at=row.deleted_at,
            may_change=row.pk in changeable,
            may_manage=row.pk in managed,
            sum=sums.get(row.pk),
        )
        for row in rows
    ]
