"""Purchase lists: kept by a person, shared in its company, ordered from as far as goods are still sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.enums import CompanyRole
from accounts.permissions import of_role
from catalog.models import Relation, Variant
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, require_approved
from orders import carts
from orders.enums import ListSharing
from orders.errors import LinesRefused, MayNotOrder
from orders.lines import NewLine
from orders.models import PurchaseList, PurchaseListLine
from orders.purchase_lists import services
from orders.purchase_lists.errors import ListFull, NameMissing, NameTaken, NothingToSave, TooManyLists
from orders.purchase_lists.queries import lines_page, list_info, lists_page
from orders.purchase_lists.services import ListLine
from tests.counting import statements
from tests.world import CompanyWorld, World

ALL = ("VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005")


class Shop:
    """At acme as the administrator of a company, Delmas unless it is said."""

    def __init__(self, world: World, company: CompanyWorld | None = None) -> None:
        self.company = company or world.delmas
        self.scope = use_tenant(world.acme.scope, company_id=self.company.id)

    def __enter__(self) -> tuple[Actor, CustomerInfo]:
        self.scope.__enter__()
        return self.company.buyer, require_approved(self.company.buyer)

    def __exit__(self, *error: object) -> None:
        self.scope.__exit__(None, None, None)


def _line(world: World, sku: str, quantity: str = "10", unit: str = "", note: str = "") -> ListLine:
    return ListLine(NewLine(world.acme.variants[sku], unit, Decimal(quantity)), note)


def _filled(world: World, *skus: str, sharing: ListSharing = ListSharing.PRIVATE) -> UUID:
    with Shop(world) as (actor, customer):
        list_id = services.create_list(actor=actor, customer=customer, name="Atelier", sharing=sharing)
        lines = [_line(world, sku) for sku in skus]
        services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
    return list_id


def _skus(actor: Actor, customer: CustomerInfo, list_id: UUID) -> list[str]:
    return [line.checked.variant.sku for line in lines_page(actor, customer, list_id) if line.checked.variant]


def _mate(actor: Actor, role: CompanyRole = CompanyRole.BUYER) -> Actor:
    """Somebody else of the same company."""
    return replace(actor, user_id=UUID(int=7), name="Marc", role=role, permissions=of_role(role))


def test_a_list_keeps_quantities_units_and_notes_and_grows_at_its_end(world: World) -> None:
    list_id = _filled(world, "VN-1003", "VN-1001")
    with Shop(world) as (actor, customer):
        more = [_line(world, "VN-1001", "25", note=" shelf 3 "), _line(world, "VN-1001", "2", "XBX")]
        outcome = services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=more)
        assert (outcome.count, outcome.problems) == (2, ())
        found = lines_page(actor, customer, list_id)
        told = [(line.checked.wish.quantity, line.checked.wish.unit_code, line.note) for line in found]
        assert told == [(Decimal(10), "H87", ""), (Decimal(25), "H87", "shelf 3"), (Decimal(2), "XBX", "")]
        assert found[1].checked.unit_price == Decimal("0.5")


def test_what_is_not_possible_is_left_out_and_told(world: World) -> None:
    list_id = _filled(world)
    with Shop(world) as (actor, customer):
        lines = [_line(world, "VN-1001", "1.5"), _line(world, "VN-1002"), _line(world, "VN-1003", unit="XXX")]
        outcome = services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
        assert outcome.count == 1
        assert [(problem.index, problem.code) for problem in outcome.problems] == [
            (0, "not_a_multiple"),
            (2, "unknown_unit"),
        ]
        assert _skus(actor, customer, list_id) == ["VN-1002"]


def test_names_are_needed_and_unique_by_owner(world: World) -> None:
    list_id = _filled(world)
    with Shop(world) as (actor, customer):
        with pytest.raises(NameTaken):
            services.create_list(actor=actor, customer=customer, name=" ATELIER ")
        for name in (" ", "x" * 81):
            with pytest.raises(NameMissing):
                services.create_list(actor=actor, customer=customer, name=name)
        services.create_list(actor=_mate(actor), customer=customer, name="Atelier")
        other = services.create_list(actor=actor, customer=customer, name="Chantier")
        with pytest.raises(NameTaken):
            services.change_list(
                actor=actor, customer=customer, list_id=other, name="atelier", sharing=ListSharing.PRIVATE
            )
        services.change_list(actor=actor, customer=customer, list_id=list_id, name="Bis", sharing=ListSharing.READ)
        rows, total = lists_page(actor, customer, limit=10)
        assert [(row.name, row.sharing) for row in rows] == [("Bis", "read"), ("Chantier", "private")]
        assert total == 2


def test_there_are_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = _filled(world, "VN-1001")
    monkeypatch.setattr(services, "MOST_LISTS", 1)
    monkeypatch.setattr(services, "MOST_LINES", 1)
    with Shop(world) as (actor, customer):
        with pytest.raises(TooManyLists):
            services.create_list(actor=actor, customer=customer, name="B")
        services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=[_line(world, "VN-1001", "5")])
        with pytest.raises(ListFull):
            services.add_lines(actor=actor, customer=customer, list_id=list_id, lines=[_line(world, "VN-1002")])
        assert _skus(actor, customer, list_id) == ["VN-1001"]


@pytest.mark.parametrize(
    ("sharing", "role", "sees", "edits", "manages"),
    [
        (ListSharing.PRIVATE, CompanyRole.BUYER, False, False, False),
        (ListSharing.PRIVATE, CompanyRole.ADMINISTRATOR, False, False, False),
        (ListSharing.READ, CompanyRole.BUYER, True, False, False),
        (ListSharing.EDIT, CompanyRole.BUYER, True, True, False),
        (ListSharing.EDIT, CompanyRole.VIEWER, True, False, False),
        (ListSharing.READ, CompanyRole.ADMINISTRATOR, True, True, True),
    ],
)
def test_what_others_of_the_company_may_do(
    world: World, sharing: ListSharing, role: CompanyRole, *, sees: bool, edits: bool, manages: bool
) -> None:
    list_id = _filled(world, "VN-1001", sharing=sharing)
    with Shop(world) as (owner, customer):
        mate = _mate(owner, role)
        assert [row.id for row in lists_page(mate, customer, limit=9)[0]] == ([list_id] if sees else [])
        refusal = NotAllowed if sees else NotFound
        if sees:
            info = list_info(mate, customer, list_id)
            assert (info.is_own, info.may_edit, info.may_manage) == (False, edits, manages)
        else:
            assert lines_page(mate, customer, list_id) == []
            with pytest.raises(NotFound):
                list_info(mate, customer, list_id)
        line = [_line(world, "VN-1002")]
        if edits:
            services.add_lines(actor=mate, customer=customer, list_id=list_id, lines=line)
        else:
            with pytest.raises(refusal):
                services.add_lines(actor=mate, customer=customer, list_id=list_id, lines=line)
        if manages:
            services.delete_list(actor=mate, customer=customer, list_id=list_id)
        else:
            with pytest.raises(refusal):
                services.delete_list(actor=mate, customer=customer, list_id=list_id)
        assert PurchaseList.objects.filter(pk=list_id).exists() != manages


def test_readers_change_nothing(world: World) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002", sharing=ListSharing.READ)
    with Shop(world) as (owner, customer):
        mate, lines = _mate(owner), list(PurchaseListLine.objects.all())
        before = list(PurchaseListLine.objects.values_list("pk", "quantity", "note", "position"))
        given: dict[str, Any] = {"actor": mate, "customer": customer, "list_id": list_id}
        with pytest.raises(NotAllowed):
            services.change_lines(**given, quantities={lines[0].pk: Decimal(3)})
        with pytest.raises(NotAllowed):
            services.remove_lines(**given, line_ids=[lines[0].pk])
        with pytest.raises(NotAllowed):
            services.move_line(**given, line_id=lines[1].pk, up=True)
        with pytest.raises(NotAllowed):
            services.change_list(**given, name="Z", sharing=ListSharing.EDIT)
        assert list(PurchaseListLine.objects.values_list("pk", "quantity", "note", "position")) == before
        assert services.put_in_cart(**given).count == 2, "but they may order from it"


def test_another_company_finds_nothing(world: World) -> None:
    list_id = _filled(world, "VN-1001", sharing=ListSharing.EDIT)
    with Shop(world, world.lecomte) as (other, customer):
        assert lists_page(other, customer, limit=9) == ([], 0)
        given: dict[str, Any] = {"actor": other, "customer": customer, "list_id": list_id}
        with pytest.raises(NotFound):
            services.add_lines(**given, lines=[_line(world, "VN-1002")])
        with pytest.raises(NotFound):
            services.put_in_cart(**given)
        with pytest.raises(NotFound):
            services.delete_list(**given)
        with pytest.raises(NotFound):
            list_info(*(other, customer), list_id)
    with Shop(world) as (_owner, customer), pytest.raises(NotFound):
        services.create_list(actor=world.lecomte.buyer, customer=customer, name="Z")


def test_quantities_and_notes_change_all_or_none(world: World) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002")
    with Shop(world) as (actor, customer):
        one, two = (line.id for line in lines_page(actor, customer, list_id))
        given: dict[str, Any] = {"actor": actor, "customer": customer, "list_id": list_id}
        services.change_lines(**given, quantities={one: Decimal(40)}, notes={two: " bin 7 "})
        with pytest.raises(LinesRefused) as refused:
            services.change_lines(**given, quantities={one: Decimal(50), two: Decimal("0.5")})
        assert [problem.index for problem in refused.value.problems] == [1]
        found = [(line.checked.wish.quantity, line.note) for line in lines_page(actor, customer, list_id)]
        assert found == [(Decimal(40), ""), (Decimal(10), "bin 7")]


def test_lines_move_and_go(world: World) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002", "VN-1003")
    with Shop(world) as (actor, customer):
        one, two, three = (line.id for line in lines_page(actor, customer, list_id))
        given: dict[str, Any] = {"actor": actor, "customer": customer, "list_id": list_id}
        services.move_line(**given, line_id=three, up=True)
        services.move_line(**given, line_id=one, up=True)
        assert _skus(actor, customer, list_id) == ["VN-1001", "VN-1003", "VN-1002"]
        services.move_line(**given, line_id=one, up=False)
        assert _skus(actor, customer, list_id) == ["VN-1003", "VN-1001", "VN-1002"]
        services.remove_lines(**given, line_ids=[one])
        services.move_line(**given, line_id=two, up=True)
        assert _skus(actor, customer, list_id) == ["VN-1002", "VN-1003"]
        with pytest.raises(NotFound):
            services.move_line(**given, line_id=one, up=True)


def test_all_or_some_go_into_the_cart_and_the_list_stays(world: World) -> None:
    list_id = _filled(world, *ALL)
    with Shop(world) as (actor, customer):
        lines = lines_page(actor, customer, list_id)
        Variant.objects.filter(sku="VN-1002").update(state="archived")
        given: dict[str, Any] = {"actor": actor, "customer": customer, "list_id": list_id}
        outcome = services.put_in_cart(**given, quantities={lines[0].id: Decimal(3), lines[2].id: Decimal("0.5")})
        assert outcome.count == 3
        assert [(problem.sku, problem.code) for problem in outcome.problems] == [
            ("VN-1002", "not_sold"),
            ("VN-1003", "below_minimum"),
        ]
        services.put_in_cart(**given, only=[lines[4].id])
        found = {wish.variant_id: wish.quantity for _id, wish in carts.wishes_of(actor, customer)}
        assert found == {
            world.acme.variants["VN-1001"]: 3,
            world.acme.variants["VN-1004"]: 10,
            world.acme.variants["VN-1005"]: 20,
        }
        assert list_info(actor, customer, list_id).line_count == 5
        assert lines_page(actor, customer, list_id)[0].checked.wish.quantity == 10


def test_who_may_not_order_keeps_lists_and_does_not_fill_carts(world: World) -> None:
    with Shop(world) as (_actor, customer):
        viewer = world.delmas.onlooker
        list_id = services.create_list(actor=viewer, customer=customer, name="Idées")
        lines = [_line(world, "VN-1001")]
        services.add_lines(actor=viewer, customer=customer, list_id=list_id, lines=lines)
        with pytest.raises(MayNotOrder):
            services.put_in_cart(actor=viewer, customer=customer, list_id=list_id)


def test_the_cart_becomes_a_list(world: World) -> None:
    with Shop(world) as (actor, customer):
        with pytest.raises(NothingToSave):
            services.save_cart(actor=actor, customer=customer, name="Panier")
        wishes = [NewLine(world.acme.variants[sku], "", Decimal(20)) for sku in ("VN-1005", "VN-1001")]
        carts.add_lines(actor=actor, customer=customer, lines=wishes)
        Variant.objects.filter(sku="VN-1001").update(state="archived")
        list_id, outcome = services.save_cart(actor=actor, customer=customer, name="Panier")
        assert (outcome.count, [problem.sku for problem in outcome.problems]) == (1, ["VN-1001"])
        assert _skus(actor, customer, list_id) == ["VN-1005"]
        assert carts.line_count(actor, customer) == 2


def test_what_is_no_longer_sold_stays_with_its_replacement(world: World) -> None:
    list_id = _filled(world, "VN-1001", "VN-1002")
    with Shop(world) as (actor, customer):
        Variant.objects.filter(sku="VN-1001").update(state="archived")
        Relation.objects.create(
            variant_id=world.acme.variants["VN-1001"], other_id=world.acme.variants["VN-1003"], kind="replacement"
        )
        gone, sold = lines_page(actor, customer, list_id)
        assert gone.checked.problem is not None
        assert gone.checked.problem.code == "not_sold"
        assert gone.instead is not None
        assert gone.instead.sku == "VN-1003"
        assert sold.instead is None
        notes = {gone.id: "old screw"}
        services.change_lines(actor=actor, customer=customer, list_id=list_id, quantities={}, notes=notes)
        assert lines_page(actor, customer, list_id)[0].note == "old screw"


def test_statements_do_not_grow_with_lines(world: World) -> None:
    counts = []
    for skus in (ALL[:1], ALL):
        list_id = _filled(world, *skus)
        with Shop(world) as (actor, customer):
            carts.clear(actor=actor, customer=customer)
            given: dict[str, Any] = {"actor": actor, "customer": customer, "list_id": list_id}
            lines = [_line(world, sku, "30") for sku in skus]
            ids = {line.id: Decimal(7) for line in lines_page(actor, customer, list_id)}
            with statements() as seen:
                lines_page(actor, customer, list_id)
                lists_page(actor, customer, limit=9)
            with statements() as written:
                services.add_lines(**given, lines=lines)
                services.change_lines(**given, quantities=ids)
                services.put_in_cart(**given)
            counts.append((len(seen), len(written)))
            services.delete_list(**given)
    assert counts[0] == counts[1]
