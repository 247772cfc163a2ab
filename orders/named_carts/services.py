"""A user's carts at a supplier: one is current, the others are saved until they are gone on with.

Every change locks the cart's row. Who changes places between two carts locks both in the order of their keys; who adds
to the current one in the meantime waits for it, and meets the new one. A cart that one may not open is NotFound
everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.addresses import seen_addresses
from core import formatting
from core.actor import Actor
from core.db import Lock, advisory_lock, atomic, savepoint
from core.events import emit
from core.ids import uuid7
from core.scope import current_scope
from customers.queries import CustomerInfo
from orders import carts
from orders.cart_locks import is_blank, locked, locked_among, open_carts, opened
from orders.cart_rows import replace_rows
from orders.enums import ListSharing
from orders.events import CartShared
from orders.lines import NewLine
from orders.models import Cart
from orders.named_carts.errors import (
    CartInUse,
    CartNameMissing,
    CartNameTaken,
    NotAColleague,
    TooManyCarts,
)
from orders.named_carts.models import CartShare
from orders.named_carts.names import LONGEST_NAME, free_name
from orders.named_carts.policies import LIVE, changeable_carts, deleted_carts, managed_carts, refusal_of, seen_carts
from orders.named_carts.queries import colleagues_of
from orders.policies import require_order

MOST_CARTS = 50
#: How long a deleted cart can be restored.
KEPT = timedelta(days=30)


@atomic
def create_cart(*, actor: Actor, customer: CustomerInfo, name: str = "") -> UUID:
    """Begin another cart, which is the current one from now on; the one of before is saved, unless it is blank.

    Raises MayNotOrder, CartNameMissing where it is too long, CartNameTaken, TooManyCarts.
    """
    require_order(actor, customer)
    current = locked(actor, customer)
    if current is None or not is_blank(current):
        _require_room(actor, customer)
        if current is not None:
            _put_away(current)
        opened(actor, customer)
        current = open_carts(actor, customer).get()
    _call(current, name, may_be_empty=True)
    return current.pk


@atomic
def switch_to(*, actor: Actor, customer: CustomerInfo, cart_id: UUID) -> None:
    """Go on with a saved cart, one's own or a colleague's that one may change; the current one is saved.

    Raises MayNotOrder, CartGone, NotAllowed, and CartInUse for one that is a colleague's current cart: only who manages
    it takes it back.
    """
    require_order(actor, customer)
    advisory_lock(Lock.CART_SWITCH, str(customer.id))  # which cart is current changes while one waits for its row
    both = Cart.objects.filter(Q(pk=cart_id) | Q(pk__in=open_carts(actor, customer)))
    list(both.select_for_update(of=("self",)).order_by("pk"))
    target = _one(changeable_carts(actor, customer), actor, customer, cart_id)
    user_id = actor.require_user()
    if target.is_open and target.user_id == user_id:
        return
    if target.is_open and not managed_carts(actor, customer).filter(pk=cart_id).exists():
        raise CartInUse(name=target.user_name or target.changed_by_name)
    current = locked(actor, customer)
    if current is None:  # one that is begun at this moment waits here
        opened(actor, customer)
        current = open_carts(actor, customer).get()
    _put_away(current)
    target.is_open, target.saved_at = True, None
    target.user_id, target.user_name = user_id, actor.name[:120]
    target.save(update_fields=["is_open", "saved_at", "user_id", "user_name"])


@atomic
def rename_cart(*, actor: Actor, customer: CustomerInfo, cart_id: UUID, name: str) -> None:
    """Give a cart a name. Raises MayNotOrder, CartGone, NotAllowed, CartNameMissing, CartNameTaken."""
    require_order(actor, customer)
    _call(_one(managed_carts(actor, customer), actor, customer, cart_id), name)


@atomic
def copy_cart(*, actor: Actor, customer: CustomerInfo, cart_id: UUID, name: str, switch: bool = False) -> UUID:
    """Save a copy of a cart that the actor may open as a cart of its own; answers it. With ``switch`` it is current.

    Addresses that the actor may not choose are left out. Raises MayNotOrder, CartGone, CartNameMissing, CartNameTaken,
    TooManyCarts.
    """
    require_order(actor, customer)
    source = _one(seen_carts(actor, customer), actor, customer, cart_id)
    _require_room(actor, customer)
    copy = Cart(
        customer_id=customer.id,
        user_id=actor.require_user(),
        user_name=actor.name[:120],
        is_open=False,
        owner_id=actor.require_user(),
        owner_name=actor.name[:120],
        unit_id=actor.unit_id,
        changed_by_name=actor.name[:120],
        saved_at=timezone.now(),
    )
    _call(copy, name)
    lines = list(source.lines.all())
    wanted = {line.address_id for line in lines if line.address_id is not None}
    book = seen_addresses(customer.company_id, actor.unit_ids).filter(pk__in=wanted) if wanted else ()
    known = {address.pk for address in book}
    for line in lines:
        line.pk, line.cart = uuid7(), copy
        line.address_id = line.address_id if line.address_id in known else None
    replace_rows(lines, [])
    if switch:
        switch_to(actor=actor, customer=customer, cart_id=copy.pk)
    return copy.pk


@atomic
def delete_cart(*, actor: Actor, customer: CustomerInfo, cart_id: UUID) -> None:
    """Delete a cart; for thirty days it can be restored. Raises MayNotOrder, CartGone, NotAllowed, CartInUse."""
    require_order(actor, customer)
    cart = _one(managed_carts(actor, customer), actor, customer, cart_id)
    if cart.is_open and cart.user_id != actor.require_user():
        raise CartInUse(name=cart.user_name or cart.changed_by_name)
    _put_away(cart, keep_blank=True)
    cart.deleted_at = timezone.now()
    cart.save(update_fields=["deleted_at"])


@atomic
def restore_cart(*, actor: Actor, customer: CustomerInfo, cart_id: UUID) -> None:
    """Save a deleted cart again; where another is called like it by now, with a number behind its name.

    Sent twice, it is restored once. Raises MayNotOrder, CartGone, TooManyCarts.
    """
    require_order(actor, customer)
    rows = deleted_carts(actor, customer).filter(deleted_at__gt=timezone.now() - KEPT)
    cart = locked_among(rows, cart_id)
    if cart is None and managed_carts(actor, customer).filter(pk=cart_id).exists():
        return
    if cart is None:
        raise refusal_of(actor, customer, cart_id)
    _require_room(actor, customer)
    cart.deleted_at, cart.name = None, free_name(cart)
    cart.save(update_fields=["deleted_at", "name"])


@atomic
def share_cart(
    *, actor: Actor, customer: CustomerInfo, cart_id: UUID, sharing: ListSharing, people: Mapping[UUID, bool]
) -> None:
    """Say who else may open a cart: the company, and colleagues by name, each of whom may change it or only look.

    Who may no longer change it no longer works in it: it is saved with all of its lines. Raises MayNotOrder, CartGone,
    NotAllowed, NotAColleague. Emits CartShared for each colleague who may do more than before by its name.
    """
    require_order(actor, customer)
    cart = _one(managed_carts(actor, customer), actor, customer, cart_id)
    names = {person.id: person.name for person in colleagues_of(customer, cart.owner_id, cart.unit_id)}
    if not people.keys() <= names.keys():
        raise NotAColleague(field="people")
    cart.sharing = sharing
    cart.save(update_fields=["sharing"])
    _name_people(cart, {key: (names[key][:120], may) for key, may in people.items()}, customer, actor)
    is_borrowed = cart.is_open and cart.user_id != (cart.owner_id or cart.user_id)
    if is_borrowed and sharing != ListSharing.EDIT and not people.get(cart.user_id):
        _put_away(cart, keep_blank=True)


@atomic
def change_cart(
    *,
    actor: Actor,
    customer: CustomerInfo,
    cart_id: UUID,
    name: str,
    sharing: ListSharing,
    people: Mapping[UUID, bool],
) -> None:
    """Name a cart and say who may open it, both or none. Raises what :func:`rename_cart`, :func:`share_cart` raise."""
    rename_cart(actor=actor, customer=customer, cart_id=cart_id, name=name)
    share_cart(actor=actor, customer=customer, cart_id=cart_id, sharing=sharing, people=people)


@atomic
def prepare_cart(
    *,
    actor: Actor,
    customer: CustomerInfo,
    name: str,
    lines: Sequence[NewLine],
    sharing: ListSharing,
    current: bool,
    by: str,
) -> UUID:
    """Fill a cart for somebody, who goes on with it at once (``current``) or finds it saved; answers it.

    ``by`` prepared it. Raises MayNotOrder, LinesRefused, CartNameMissing, CartNameTaken, TooManyCarts.
    """
    require_order(actor, customer)
    before = carts.cart_id_of(actor, customer)
    cart_id = create_cart(actor=actor, customer=customer, name=name)
    rename_cart(actor=actor, customer=customer, cart_id=cart_id, name=name)
    if lines:
        carts.add_lines(actor=actor, customer=customer, lines=lines)
    Cart.objects.filter(pk=cart_id).update(sharing=sharing, changed_by_name=by[:120])
    if not current and before in (None, cart_id):
        _put_away(Cart.objects.get(pk=cart_id), keep_blank=True)
    elif not current and before is not None:
        switch_to(actor=actor, customer=customer, cart_id=before)
    return cart_id


@atomic
def forget_deleted() -> int:
    """Erase carts that were deleted too long ago to be restored, for good; answers how many."""
    old = Cart.objects.filter(deleted_at__lt=timezone.now() - KEPT)
    return old.delete()[1].get("orders.Cart", 0)


def _one(among: QuerySet[Cart], actor: Actor, customer: CustomerInfo, cart_id: UUID) -> Cart:
    """The cart among these, locked. Raises NotFound, CartGone, or NotAllowed for one that may only be looked at."""
    cart = locked_among(among, cart_id)
    if cart is None:
        raise refusal_of(actor, customer, cart_id)
    return cart


def _name_people(cart: Cart, people: Mapping[UUID, tuple[str, bool]], customer: CustomerInfo, actor: Actor) -> None:
    """Share a locked cart by name with these and nobody else. Rows stay: who has them was told of them."""
    cart.shares.exclude(user_id__in=people).delete()
    before = dict(cart.shares.values_list("user_id", "may_change"))
    rows = [CartShare(cart=cart, user_id=key, user_name=name, may_change=may) for key, (name, may) in people.items()]
    CartShare.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["cart", "user_id"], update_fields=["user_name", "may_change"]
    )
    told = [key for key, (_name, may) in people.items() if may > before.get(key, -1) and key != actor.user_id]
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        for share in cart.shares.filter(user_id__in=told).order_by("pk"):
            emit(
                CartShared(
                    share_id=share.pk,
                    cart_id=cart.pk,
                    company_id=customer.company_id,
                    tenant_id=tenant_id,
                    user_id=share.user_id,
                    may_change=share.may_change,
                    by_name=actor.name[:120],
                )
            )


def _put_away(cart: Cart, *, keep_blank: bool = False) -> None:
    """Let a locked cart be current no longer: it goes back to its owner, and is saved unless it is blank."""
    if not keep_blank and is_blank(cart):
        cart.delete()
        return
    if cart.is_open:
        cart.is_open, cart.saved_at = False, timezone.now()
    cart.owner_id = cart.owner_id or cart.user_id
    cart.user_id, cart.user_name = cart.owner_id, cart.owner_name
    cart.save(update_fields=["is_open", "saved_at", "owner_id", "user_id", "user_name"])


def _call(cart: Cart, name: str, *, may_be_empty: bool = False) -> None:
    """Name and write a cart."""
    cart.name = name.strip()
    if len(cart.name) > LONGEST_NAME or not (cart.name or may_be_empty):
        raise CartNameMissing(field="name", limit=formatting.number(LONGEST_NAME))
    try:
        with savepoint():
            cart.save()
    except IntegrityError as error:
        raise CartNameTaken(field="name") from error


def _require_room(actor: Actor, customer: CustomerInfo) -> None:
    own = Cart.objects.filter(LIVE, customer_id=customer.id, owner_id=actor.require_user())
    if own.count() >= MOST_CARTS:
        raise TooManyCarts(limit=formatting.number(MOST_CARTS))
