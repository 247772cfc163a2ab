"""News about carts that are shared by name: who is told, once, and only while it is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications.models import Notification
from orders.enums import ListSharing
from orders.named_carts import services
from tests.orders.buying_company import fill, member
from tests.orders.test_cart_lines import Buying
from tests.world import World


def _cart(world: World) -> UUID:
    with Buying(world) as own:
        cart_id = fill(world, own.actor)
        services.rename_cart(actor=own.actor, customer=own.customer, cart_id=cart_id, name="Chantier Vaise")
    return cart_id


def _share(world: World, cart_id: UUID, people: dict[UUID, bool], sharing: ListSharing = ListSharing.PRIVATE) -> None:
    with Buying(world) as own:
        services.share_cart(actor=own.actor, customer=own.customer, cart_id=cart_id, sharing=sharing, people=people)


def test_a_colleague_is_told_once_in_its_centre_and_by_letter(
    quiet: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    world, mate, other = quiet, member(quiet, "Julien"), member(quiet, "Awa")
    cart_id = _cart(world)
    _share(world, cart_id, {mate.require_user(): False})
    for _time in range(2):
        drain()
    (letter,) = mailoutbox
    assert letter.to == [mate.email]
    assert all(word in letter.body for word in ("Chantier Vaise", world.delmas.buyer.name, f"/carts/{cart_id}/"))
    with use_tenant(OPERATOR):
        (entry,) = Notification.objects.all()
        assert (entry.user_id, entry.kind, entry.subject_id) == (mate.user_id, "cart_shared", cart_id)
        assert entry.path == f"/carts/{cart_id}/"
    mailoutbox.clear()
    _share(world, cart_id, {mate.require_user(): False, other.require_user(): True})
    drain()
    assert [letter.to for letter in mailoutbox] == [[other.email]], "who has it already is not told again"
    mailoutbox.clear()
    _share(world, cart_id, {mate.require_user(): True, other.require_user(): False})
    drain()
    assert [letter.to for letter in mailoutbox] == [[mate.email]], "who may do less is not told, who may do more is"


def test_a_cart_that_is_taken_away_and_given_again_is_told_again(
    quiet: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    mate, cart_id = member(quiet, "Julien"), _cart(quiet)
    for people in ({mate.require_user(): False}, {}, {mate.require_user(): False}):
        _share(quiet, cart_id, people)
        drain()
    assert [letter.to for letter in mailoutbox] == [[mate.email]] * 2


def test_what_is_no_longer_shared_or_deleted_is_not_told(
    quiet: World, drain: Callable[[], int], mailoutbox: list[Any]
) -> None:
    mate, cart_id = member(quiet, "Julien"), _cart(quiet)
    _share(quiet, cart_id, {mate.require_user(): False})
    _share(quiet, cart_id, {}, ListSharing.READ)
    drain()
    assert mailoutbox == [], "and what the whole company may open is no news either"
    _share(quiet, cart_id, {mate.require_user(): False})
    with Buying(quiet) as own:
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=cart_id)
    drain()
    assert mailoutbox == []
    with use_tenant(OPERATOR):
        assert not Notification.objects.exists()
