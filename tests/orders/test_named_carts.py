"""Carts beside the current one: saved, switched, copied, shared by right and site, deleted and restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.addresses import AddressData, add_address
from accounts.units import UnitData, add_unit
from core.actor import Actor
from core.errors import NotAllowed, NotFound, Refused
from core.ids import uuid7
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.approvals import services as approvals
from orders.carts import Shown
from orders.enums import ListSharing
from orders.errors import EmptyOrder, MayNotOrder
from orders.lines import NewLine
from orders.models import Cart, CartLine, Order
from orders.named_carts import services
from orders.named_carts.errors import (
    CartChanged,
    CartGone,
    CartInUse,
    CartNameMissing,
    CartNameTaken,
    NotAColleague,
    TooManyCarts,
)
from orders.named_carts.models import CartShare
from orders.named_carts.queries import (
    cart_info,
    carts_at_hand,
    carts_page,
    colleagues_of,
    deleted_page,
    shares_of,
)
from orders.purchase_lists import services as lists
from orders.wishes import Said
from tests.counting import statements
from tests.orders.buying_company import asked, fill, member, order, two_steps
from tests.orders.test_cart_lines import Buying
from tests.world import World


def _saved(buying: Buying, name: str = "Chantier Vaise", sku: str = "VN-1001", quantity: int = 400) -> UUID:
    """A filled cart of this name, which is saved; the current one is another, empty one."""
    cart_id = services.create_cart(actor=buying.actor, customer=buying.customer, name=name)
    buying.add(sku, quantity)
    services.create_cart(actor=buying.actor, customer=buying.customer)
    return cart_id


def _shared(buying: Buying, sharing: ListSharing = ListSharing.EDIT, people: dict[UUID, bool] | None = None) -> UUID:
    cart_id = _saved(buying)
    _share(buying, cart_id, sharing, people)
    return cart_id


def _share(buying: Buying, cart_id: UUID, sharing: ListSharing, people: dict[UUID, bool] | None = None) -> None:
    services.share_cart(
        actor=buying.actor, customer=buying.customer, cart_id=cart_id, sharing=sharing, people=people or {}
    )


def _content(cart_id: UUID) -> dict[str, Decimal]:
    return dict(CartLine.objects.filter(cart=cart_id).values_list("variant__sku", "quantity"))


def _current(actor: Actor) -> dict[str, Decimal]:
    return dict(
        CartLine.objects.filter(cart__user_id=actor.require_user(), cart__is_open=True).values_list(
            "variant__sku", "quantity"
        )
    )


def _quantities(cart_id: UUID, quantity: int) -> dict[UUID, tuple[str, Decimal]]:
    return {
        key: (unit, Decimal(quantity))
        for key, unit in CartLine.objects.filter(cart=cart_id).values_list("pk", "unit_code")
    }


def test_a_new_cart_keeps_the_one_of_before(world: World) -> None:
    with Buying(world) as own:
        own.add("VN-1001", 400)
        first = carts.cart_id_of(own.actor, own.customer)
        assert first is not None
        second = services.create_cart(actor=own.actor, customer=own.customer, name="  Chantier Vaise ")
        assert carts.cart_id_of(own.actor, own.customer) == second != first
        assert _content(first) == {"VN-1001": Decimal(400)}, "the first one is saved as it was"
        own.add("VN-1002", 10)
        assert (set(_content(first)), set(_content(second))) == ({"VN-1001"}, {"VN-1002"})
        rows, total = carts_page(own.actor, own.customer, limit=10)
        assert [(row.id, row.name, row.is_current) for row in rows] == [
            (second, "Chantier Vaise", True),
            (first, "", False),
        ]
        assert total == 2
        assert [row.sum and (row.sum.count, row.sum.net) for row in rows][1] == (1, Decimal("200.00"))
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        assert _current(own.actor) == {"VN-1001": Decimal(400)}
        assert [row.id for row in carts_at_hand(own.actor, own.customer, limit=10)[1]] == [second]


def test_a_blank_cart_is_not_kept(world: World) -> None:
    with Buying(world) as own:
        first = services.create_cart(actor=own.actor, customer=own.customer)
        assert services.create_cart(actor=own.actor, customer=own.customer, name="A") == first, "it is only named"
        second = services.create_cart(actor=own.actor, customer=own.customer)
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        assert list(Cart.objects.values_list("pk", flat=True)) == [first], f"{second} had nothing to lose"
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        assert carts.cart_id_of(own.actor, own.customer) == first


def test_names_are_ones_own(world: World) -> None:
    with Buying(world) as own, Buying(world, member(world, "Julien")) as mate:
        first = _saved(own)
        for name, refusal in (("chantier VAISE", CartNameTaken), ("  ", CartNameMissing), ("x" * 81, CartNameMissing)):
            with pytest.raises(refusal) as refused:
                services.copy_cart(actor=own.actor, customer=own.customer, cart_id=first, name=name)
            assert refused.value.field == "name"
        with pytest.raises(CartNameTaken):
            services.create_cart(actor=own.actor, customer=own.customer, name="Chantier Vaise")
        _saved(mate)
        services.rename_cart(actor=own.actor, customer=own.customer, cart_id=first, name="Chantier VAISE")
        assert cart_info(own.actor, own.customer, first).name == "Chantier VAISE"


def test_there_are_not_more_carts_than_one_can_look_through(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_CARTS", 2)
    with Buying(world) as own:
        first = _saved(own)
        own.add("VN-1002", 10)
        for attempt in (
            lambda: services.create_cart(actor=own.actor, customer=own.customer, name="B"),
            lambda: services.copy_cart(actor=own.actor, customer=own.customer, cart_id=first, name="B"),
        ):
            with pytest.raises(TooManyCarts):
                attempt()
        assert Cart.objects.count() == 2


def test_a_copy_is_a_cart_of_ones_own(world: World) -> None:
    with Buying(world) as own:
        own.add("VN-1001", 400, note="Quai 3")
        first = carts.cart_id_of(own.actor, own.customer)
        assert first is not None
        before = CartLine.objects.get(cart=first)
        copy = services.copy_cart(actor=own.actor, customer=own.customer, cart_id=first, name="Copy")
        assert carts.cart_id_of(own.actor, own.customer) == first, "one goes on in the cart that was copied"
        own.add("VN-1001", 100)
        assert _content(copy) == {"VN-1001": Decimal(400)}
        after = CartLine.objects.get(cart=copy)
        assert (after.note, after.seen_price) == ("Quai 3", before.seen_price)
        assert after.seen_price is not None


def test_ordering_a_cart_empties_only_that_one(world: World) -> None:
    with Buying(world) as own:
        first = _saved(own)
        own.add("VN-1002", 10)
        order_id = order(world, own.actor)
        assert set(Order.objects.get(pk=order_id).lines.values_list("sku", flat=True)) == {"VN-1002"}
        assert _content(first) == {"VN-1001": Decimal(400)}
        assert _current(own.actor) == {}
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        order(world, own.actor)
        assert carts_page(own.actor, own.customer, limit=10)[1] == 0
        with pytest.raises(CartGone):
            services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        services.create_cart(actor=own.actor, customer=own.customer, name="Chantier Vaise")


def test_a_list_goes_to_the_current_cart(world: World) -> None:
    with Buying(world) as own:
        first = _saved(own)
        list_id = lists.create_list(actor=own.actor, customer=own.customer, name="L")
        line = lists.ListLine(NewLine(world.acme.variants["VN-1002"], "", Decimal(10)))
        lists.add_lines(actor=own.actor, customer=own.customer, list_id=list_id, lines=[line])
        lists.put_in_cart(actor=own.actor, customer=own.customer, list_id=list_id)
        assert (_content(first), _current(own.actor)) == ({"VN-1001": Decimal(400)}, {"VN-1002": Decimal(10)})


def test_an_order_that_is_changed_comes_back_beside_the_saved_carts(world: World) -> None:
    first, second = member(world, "Chloé", "approver"), member(world, "Didier", "approver")
    with Buying(world, member(world, "Julien")) as own:
        two_steps(world, first, second)
        waiting = services.create_cart(actor=own.actor, customer=own.customer, name="Vaise")
        request = asked(world, own.actor)
        assert carts_page(own.actor, own.customer, limit=10)[1] == 0, "it waits; it is no saved cart"
        with pytest.raises(CartGone):
            services.switch_to(actor=own.actor, customer=own.customer, cart_id=waiting)
        services.create_cart(actor=own.actor, customer=own.customer, name="Vaise")
        own.add("VN-1002", 10)
        services.create_cart(actor=own.actor, customer=own.customer)
        approvals.change(request_id=request.pk, actor=own.actor, customer=own.customer)
        found = carts_at_hand(own.actor, own.customer, limit=10)[0]
        assert found is not None
        assert (found.id, found.name) == (waiting, "Vaise (2)"), "its name was taken in the meantime"
        assert _current(own.actor) == {"VN-1001": Decimal(400)}


def test_an_order_that_is_changed_does_not_take_the_place_of_a_named_cart(world: World) -> None:
    first, second = member(world, "Chloé", "approver"), member(world, "Didier", "approver")
    with Buying(world, member(world, "Julien")) as own:
        two_steps(world, first, second)
        request = asked(world, own.actor)
        empty = services.create_cart(actor=own.actor, customer=own.customer, name="Empty")
        approvals.change(request_id=request.pk, actor=own.actor, customer=own.customer)
        assert _content(empty) == {"VN-1001": Decimal(400)}


def test_deleted_carts_are_restored_for_thirty_days(world: World) -> None:
    with Buying(world) as own:
        first = _saved(own)
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert first not in {row.id for row in carts_page(own.actor, own.customer, limit=10)[0]}
        with pytest.raises(CartGone):
            services.switch_to(actor=own.actor, customer=own.customer, cart_id=first)
        since = timezone.now() - services.KEPT
        assert [row.id for row in deleted_page(own.actor, own.customer, since=since, limit=10)[0]] == [first]
        services.create_cart(actor=own.actor, customer=own.customer, name="Chantier Vaise")
        services.restore_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert cart_info(own.actor, own.customer, first).name == "Chantier Vaise (2)"
        assert _content(first) == {"VN-1001": Decimal(400)}
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert services.forget_deleted() == 0
        Cart.objects.filter(pk=first).update(deleted_at=timezone.now() - timedelta(days=30, minutes=1))
        with pytest.raises(CartGone):
            services.restore_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert services.forget_deleted() == 1
        assert not CartLine.objects.filter(cart=first).exists()


def test_the_current_cart_can_be_deleted_and_restored(world: World) -> None:
    with Buying(world) as own:
        own.add("VN-1001", 400)
        first = carts.cart_id_of(own.actor, own.customer)
        assert first is not None
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert _current(own.actor) == {}
        own.add("VN-1002", 10)
        services.restore_cart(actor=own.actor, customer=own.customer, cart_id=first)
        assert (_content(first), _current(own.actor)) == ({"VN-1001": Decimal(400)}, {"VN-1002": Decimal(10)})


def test_what_is_not_shared_does_not_exist_for_colleagues(world: World) -> None:
    with Buying(world, member(world, "Julien")) as own:
        cart_id = _saved(own)
    admin = world.delmas.buyer
    for actor in (admin, world.delmas.onlooker, member(world, "Chloé", "approver")):
        with Buying(world, actor) as other:
            assert carts_page(actor, other.customer, limit=10) == ([], 0)
            assert carts.wishes_of(actor, other.customer, cart_id) == []
            with pytest.raises(NotFound):
                cart_info(actor, other.customer, cart_id)
            _assert_untouched(other, cart_id, MayNotOrder if actor == world.delmas.onlooker else NotFound)


def _assert_untouched(other: Buying, cart_id: UUID, refusal: type[Refused]) -> None:
    """Whatever this person tries, it is refused like this, and the cart stays as it was."""
    who: dict[str, Any] = {"actor": other.actor, "customer": other.customer}
    shown, before = Shown(cart_id), Cart.objects.values().get(pk=cart_id)
    quantities, line_id = _quantities(cart_id, 1), next(iter(_quantities(cart_id, 1)))
    for attempt in (
        lambda: services.switch_to(**who, cart_id=cart_id),
        lambda: services.rename_cart(**who, cart_id=cart_id, name="Mine"),
        lambda: services.delete_cart(**who, cart_id=cart_id),
        lambda: services.share_cart(**who, cart_id=cart_id, sharing=ListSharing.EDIT, people={}),
        lambda: carts.change_lines(**who, quantities=quantities, said={line_id: Said("Mine")}, shown=shown),
        lambda: carts.remove_line(**who, line_id=line_id, shown=shown),
        lambda: carts.clear(**who, shown=shown),
        lambda: carts.take_prices(**who, token="", shown=shown),
    ):
        with pytest.raises(refusal):
            attempt()
    assert Cart.objects.values().get(pk=cart_id) == before
    assert _content(cart_id) == {"VN-1001": Decimal(400)}


def test_other_companies_and_suppliers_find_nothing(world: World) -> None:
    with Buying(world) as own:
        cart_id = _shared(own)
        gone = _saved(own, "Gone")
        services.delete_cart(actor=own.actor, customer=own.customer, cart_id=gone)
    stranger = world.lecomte.buyer
    with use_tenant(world.acme.scope, company_id=world.lecomte.id):
        customer = require_approved(stranger)
        assert carts_page(stranger, customer, limit=10) == ([], 0)
        for attempt in (
            lambda: services.switch_to(actor=stranger, customer=customer, cart_id=cart_id),
            lambda: services.copy_cart(actor=stranger, customer=customer, cart_id=cart_id, name="Mine"),
            lambda: services.restore_cart(actor=stranger, customer=customer, cart_id=gone),
            lambda: carts.clear(actor=stranger, customer=customer, shown=Shown(cart_id)),
        ):
            with pytest.raises(NotFound):
                attempt()
        with pytest.raises(NotFound):
            carts_page(world.delmas.buyer, customer, limit=10)
    with use_tenant(world.bolt.scope, company_id=world.delmas.id):
        customer = require_approved(world.delmas.buyer)
        with pytest.raises(NotFound):
            services.switch_to(actor=world.delmas.buyer, customer=customer, cart_id=cart_id)
        assert carts_page(world.delmas.buyer, customer, limit=10) == ([], 0)
    with Buying(world) as own:
        assert _content(cart_id) == {"VN-1001": Decimal(400)}


def test_who_may_see_a_shared_cart_takes_a_copy(world: World) -> None:
    mate = member(world, "Julien")
    with Buying(world) as own:
        cart_id = _shared(own, ListSharing.PRIVATE, {mate.require_user(): False})
    with Buying(world, mate) as other:
        info = cart_info(mate, other.customer, cart_id)
        assert (info.may_change, info.may_manage, info.owner_name) == (False, False, own.actor.name)
        _assert_untouched(other, cart_id, NotAllowed)
        copy = services.copy_cart(actor=mate, customer=other.customer, cart_id=cart_id, name="Chantier Vaise")
        services.switch_to(actor=mate, customer=other.customer, cart_id=copy)
        assert _current(mate) == _content(cart_id)
    with Buying(world, member(world, "Chloé")) as third, pytest.raises(NotFound):
        cart_info(third.actor, third.customer, cart_id)
    with Buying(world, world.delmas.onlooker) as looker, pytest.raises(NotFound):
        cart_info(looker.actor, looker.customer, cart_id)


def test_who_may_change_a_shared_cart_works_in_it(world: World) -> None:
    mate = member(world, "Julien")
    with Buying(world) as own:
        cart_id = _shared(own, ListSharing.PRIVATE, {mate.require_user(): True})
    with Buying(world, mate) as other:
        other.add("VN-1003", 5)
        services.switch_to(actor=mate, customer=other.customer, cart_id=cart_id)
        other.add("VN-1002", 10)
        assert _content(cart_id) == {"VN-1001": Decimal(400), "VN-1002": Decimal(10)}
        info = cart_info(mate, other.customer, cart_id)
        assert (info.is_current, info.is_own, info.changed_by_name) == (True, False, "Julien")
        for attempt in (
            lambda: services.delete_cart(actor=mate, customer=other.customer, cart_id=cart_id),
            lambda: services.rename_cart(actor=mate, customer=other.customer, cart_id=cart_id, name="Mine"),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with Buying(world) as own:
        assert cart_info(own.actor, own.customer, cart_id).holder_name == "Julien"
        with pytest.raises(CartInUse):
            services.delete_cart(actor=own.actor, customer=own.customer, cart_id=cart_id)
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=cart_id)
        assert _current(own.actor) == {"VN-1001": Decimal(400), "VN-1002": Decimal(10)}, "its owner takes it back"
    with Buying(world, mate) as other:
        assert _current(mate) == {}
        with pytest.raises(CartInUse):
            services.switch_to(actor=mate, customer=other.customer, cart_id=cart_id)
        other.add("VN-1004", 10)
        assert "VN-1004" not in _content(cart_id)


def test_a_cart_that_is_no_longer_shared_goes_back_to_its_owner(world: World) -> None:
    mate = member(world, "Julien")
    with Buying(world) as own:
        cart_id = _shared(own)
    with Buying(world, mate) as other:
        services.switch_to(actor=mate, customer=other.customer, cart_id=cart_id)
        other.add("VN-1002", 10)
    with Buying(world) as own:
        _share(own, cart_id, ListSharing.READ, {mate.require_user(): True})
        assert Cart.objects.get(pk=cart_id).user_id == mate.user_id, "he may go on, by name"
        _share(own, cart_id, ListSharing.READ)
        info = cart_info(own.actor, own.customer, cart_id)
        assert (info.holder_name, info.is_current, info.is_own) == ("", False, True)
        assert _content(cart_id) == {"VN-1001": Decimal(400), "VN-1002": Decimal(10)}, "with what was added"
    with Buying(world, mate) as other:
        other.add("VN-1003", 5)
        assert "VN-1003" not in _content(cart_id)
        with pytest.raises(NotAllowed):
            carts.clear(actor=mate, customer=other.customer, shown=Shown(cart_id))


def test_what_a_colleague_changed_is_not_written_over(world: World) -> None:
    mate = member(world, "Julien")
    with Buying(world) as own:
        cart_id = _shared(own)
        version = Cart.objects.get(pk=cart_id).version
    with Buying(world, mate) as other:
        carts.change_lines(
            actor=mate,
            customer=other.customer,
            quantities=_quantities(cart_id, 800),
            said={},
            shown=Shown(cart_id, version),
        )
    with Buying(world) as own:
        old = Shown(cart_id, version)
        who: dict[str, Any] = {"actor": own.actor, "customer": own.customer}
        for attempt in (
            lambda: carts.change_lines(**who, quantities=_quantities(cart_id, 1), said={}, shown=old),
            lambda: carts.clear(**who, shown=old),
            lambda: carts.take_prices(**who, token="", shown=old),
        ):
            with pytest.raises(CartChanged) as refused:
                attempt()
            assert str(refused.value).startswith("Julien ")
        assert _content(cart_id) == {"VN-1001": Decimal(800)}
        new = Shown(cart_id, Cart.objects.get(pk=cart_id).version)
        said = {key: Said("Quai 3") for key in _quantities(cart_id, 1)}
        carts.change_lines(**who, quantities=_quantities(cart_id, 600), said=said, shown=new)
        assert _content(cart_id) == {"VN-1001": Decimal(600)}


def test_an_order_is_of_the_shared_cart_that_the_page_showed(world: World) -> None:
    mate = member(world, "Julien")
    with Buying(world) as own:
        cart_id = _shared(own)
        services.switch_to(actor=own.actor, customer=own.customer, cart_id=cart_id)
        version = Cart.objects.get(pk=cart_id).version
    with Buying(world, mate) as other:
        line_id = next(iter(_quantities(cart_id, 1)))
        said = {line_id: Said("To the gate, not to the yard")}
        carts.describe_lines(actor=mate, customer=other.customer, said=said, shown=Shown(cart_id, version))
    with Buying(world) as own:
        with pytest.raises(CartChanged):
            carts.take_cart(actor=own.actor, customer=own.customer, cart_id=cart_id, version=version)
        assert carts.cart_id_of(own.actor, own.customer) == cart_id
        order(world, own.actor, cart_id=cart_id)
    with Buying(world, mate) as other:
        with pytest.raises(CartGone):
            carts.clear(actor=mate, customer=other.customer, shown=Shown(cart_id))
        with pytest.raises(EmptyOrder):
            order(world, mate, cart_id=cart_id)


def test_ones_own_tabs_do_not_get_in_each_others_way(world: World) -> None:
    with Buying(world) as own:
        cart_id = fill(world, own.actor)
        own.add("VN-1002", 10)
        key = CartLine.objects.get(variant__sku="VN-1001").pk
        old = Shown(cart_id, 1)
        carts.set_quantities(actor=own.actor, customer=own.customer, quantities={key: ("", Decimal(500))}, shown=old)
        assert _content(cart_id) == {"VN-1001": Decimal(500), "VN-1002": Decimal(10)}


def test_a_site_sees_the_carts_of_its_site(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        north, south = (add_unit(data=UnitData(name), actor=world.delmas.buyer) for name in ("Nord", "Sud"))
    of_north, of_south, of_both = (
        replace(member(world, name), unit_id=unit, unit_ids=units)
        for name, unit, units in (
            ("Nora", north, frozenset({north})),
            ("Sami", south, frozenset({south})),
            ("Alma", None, None),
        )
    )
    with Buying(world, of_north) as own:
        cart_id = _shared(own)
    for actor, is_seen in ((of_south, False), (of_both, True)):
        with Buying(world, actor) as other:
            assert bool(carts_page(actor, other.customer, limit=10)[1]) is is_seen
            assert bool(carts.wishes_of(actor, other.customer, cart_id)) is is_seen
    with Buying(world, of_south) as other:
        _assert_untouched(other, cart_id, NotFound)
    with Buying(world, of_both) as wide:
        services.copy_cart(actor=of_both, customer=wide.customer, cart_id=cart_id, name="Of nobody's site")
        _share(wide, Cart.objects.get(name="Of nobody's site").pk, ListSharing.READ)
    for actor in (of_north, of_south):
        with Buying(world, actor) as other:
            assert "Of nobody's site" in {row.name for row in carts_page(actor, other.customer, limit=10)[0]}


def test_an_address_of_another_site_is_left_out_of_a_copy(world: World) -> None:
    with use_tenant(world.acme.scope, company_id=world.delmas.id):
        north = add_unit(data=UnitData("Nord"), actor=world.delmas.buyer)
        data = AddressData(label="Nord", street="1 rue du Nord", postal_code="59000", city="Lille", country="FR")
        address_id = add_address(company_id=world.delmas.id, data=data, actor=world.delmas.buyer, unit_id=north)
    with Buying(world) as own:
        own.add("VN-1001", 100)
        own.add("VN-1001", 300, address_id=address_id)
        cart_id = carts.cart_id_of(own.actor, own.customer)
        assert cart_id is not None
        _share(own, cart_id, ListSharing.READ)
    mate = replace(member(world, "Sami"), unit_ids=frozenset({uuid7()}))
    with Buying(world, mate) as other:
        copy = services.copy_cart(actor=mate, customer=other.customer, cart_id=cart_id, name="Copy")
        assert list(CartLine.objects.filter(cart=copy).values_list("quantity", "address_id")) == [(Decimal(400), None)]


def test_carts_are_shared_with_buyers_who_see_the_site(world: World) -> None:
    buyer, viewer = member(world, "Julien"), world.delmas.onlooker
    with Buying(world) as own:
        cart_id = _saved(own)
        names = {person.name for person in colleagues_of(own.customer, own.actor.user_id, None)}
        assert names == {"Julien"}
        for stranger in (viewer.require_user(), world.lecomte.buyer.require_user(), own.actor.require_user()):
            with pytest.raises(NotAColleague):
                _share(own, cart_id, ListSharing.PRIVATE, {buyer.require_user(): True, stranger: True})
        assert not CartShare.objects.exists()
        _share(own, cart_id, ListSharing.PRIVATE, {buyer.require_user(): True})
        _share(own, cart_id, ListSharing.PRIVATE, {buyer.require_user(): False})
        assert [(share.name, share.may_change) for share in shares_of(cart_id)] == [("Julien", False)]


def test_who_manages_people_looks_after_shared_carts(world: World) -> None:
    """Owners leave companies."""
    with Buying(world, member(world, "Julien")) as own:
        cart_id = _shared(own, ListSharing.READ)
    with Buying(world) as admin:
        services.rename_cart(actor=admin.actor, customer=admin.customer, cart_id=cart_id, name="Vaise II")
        services.switch_to(actor=admin.actor, customer=admin.customer, cart_id=cart_id)
        services.create_cart(actor=admin.actor, customer=admin.customer)
        assert cart_info(admin.actor, admin.customer, cart_id).owner_name == "Julien"
        services.delete_cart(actor=admin.actor, customer=admin.customer, cart_id=cart_id)
        services.restore_cart(actor=admin.actor, customer=admin.customer, cart_id=cart_id)


def test_a_page_of_carts_needs_as_many_statements_for_many_as_for_one(world: World) -> None:
    with Buying(world) as own:
        _shared(own)
        with statements() as few:
            carts_page(own.actor, own.customer, limit=50)
        for number in range(8):
            services.create_cart(actor=own.actor, customer=own.customer, name=f"Nr {number}")
            own.add("VN-1001", 100 * (number + 1))
            own.add("VN-1002", 10)
        with statements() as many:
            rows, total = carts_page(own.actor, own.customer, limit=50)
        assert (total, len(rows)) == (9, 9)
        assert len(many) == len(few) <= 8
        nets = {row.name: row.sum.net for row in rows if row.sum is not None}
        for name in ("Nr 0", "Nr 5"):
            services.switch_to(
                actor=own.actor, customer=own.customer, cart_id=next(row.id for row in rows if row.name == name)
            )
            assert carts.cart_sum(own.actor, own.customer).net == nets[name], "each at the prices of its quantities"
        assert len(carts_page(own.actor, own.customer, limit=4, offset=8)[0]) == 1
