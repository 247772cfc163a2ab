"""Several people at one category tree: no circle comes of it, and no product stays behind in a category that goes."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from catalog.categories import CategoryData, add_category, merge_category, save_category
from catalog.editing import Placement, save_placement
from catalog.models import Category, Product
from core.tenancy import use_tenant
from tests.concurrency.test_amending_races import _together
from tests.concurrency.test_checkout_races import _wait_until_waiting
from tests.world import World


def added(world: World, name: str, parent: UUID | None = None) -> UUID:
    with use_tenant(world.acme.scope, party="tenant"):
        return add_category(data=CategoryData(name, "", parent), actor=world.acme.staff)


def merged(world: World, source: UUID, target: UUID) -> str:
    with use_tenant(world.acme.scope, party="tenant"):
        merge_category(category_id=source, into_id=target, actor=world.acme.staff)
    return "merged"


def test_two_that_move_below_each_other_make_no_circle(committed_world: World) -> None:
    world = committed_world
    one, other = added(world, "Un"), added(world, "Deux")

    def below(category_id: UUID, name: str, parent: UUID) -> str:
        with use_tenant(world.acme.scope, party="tenant"):
            data = CategoryData(name, "", parent)
            save_category(category_id=category_id, data=data, actor=world.acme.staff)
        return "moved"

    answers = _together([lambda: below(one, "Un", other), lambda: below(other, "Deux", one)])
    assert sorted(map(str, answers)) == ["category_inside", "moved"]
    with use_tenant(world.acme):
        assert set(Category.objects.filter(pk__in=[one, other]).values_list("path", flat=True)) in (
            {"un", "un/deux"},
            {"deux", "deux/un"},
        )


def test_a_product_that_is_being_put_into_a_category_goes_with_it(committed_world: World) -> None:
    """Merging waits for who puts goods there, and takes them along."""
    world = committed_world
    source, target = added(world, "Source"), added(world, "Target")
    written = threading.Event()

    def place() -> str:
        with use_tenant(world.acme.scope, party="tenant"), transaction.atomic():
            data = Placement(category_id=source)
            save_placement(variant_id=world.acme.variants["VN-1001"], data=data, actor=world.acme.staff)
            written.set()
            _wait_until_waiting(1)
        return "placed"

    def merge() -> str:
        assert written.wait(10)
        return merged(world, source, target)

    assert sorted(map(str, _together([place, merge]))) == ["merged", "placed"]
    with use_tenant(world.acme):
        assert Product.objects.get(code="VN-1001").category_id == target
        assert not Category.objects.filter(pk=source).exists()


def test_without_the_lock_the_product_would_stay_behind(committed_world: World) -> None:
    """The race without the category's lock: it is there when one looks, and gone when the product is written."""
    world = committed_world
    source, target = added(world, "Source"), added(world, "Target")

    def naive() -> None:
        with use_tenant(world.acme.scope, party="tenant"), transaction.atomic():
            assert Category.objects.filter(pk=source).exists()
            _together([lambda: merged(world, source, target)])
            Product.objects.filter(code="VN-1001").update(category_id=source)

    with pytest.raises(IntegrityError):
        naive()


def test_many_at_once_leave_every_product_in_a_category_that_is_there(committed_world: World) -> None:
    world = committed_world
    source, target = added(world, "Source"), added(world, "Target")

    def place(sku: str) -> str:
        with use_tenant(world.acme.scope, party="tenant"):
            data = Placement(category_id=source)
            save_placement(variant_id=world.acme.variants[sku], data=data, actor=world.acme.staff)
        return "placed"

    answers = _together(
        [
            lambda: place("VN-1001"),
            lambda: place("VN-1002"),
            lambda: merged(world, source, target),
            lambda: place("VN-1003"),
        ]
    )
    assert answers.count("merged") == 1
    assert set(answers) <= {"merged", "placed", "invalid"}
    with use_tenant(world.acme):
        assert Product.objects.filter(category_id=target).count() == answers.count("placed")
        assert not Product.objects.filter(category_id=source).exists()
