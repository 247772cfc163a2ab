"""Many products at once: the grid's cells saved together, one change for everything found, the pages of both."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from catalog import bulk
from catalog.enums import VariantState
from catalog.models import (
    AttributeDefinition,
    Category,
    Family,
    FamilyAttribute,
    Product,
    Variant,
    VariantMove,
    VisibilityRule,
)
from catalog.outline import forget_outline
from core.errors import NotAllowed
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from customers.models import CustomerGroup
from integrations.bulk_edit import changing
from integrations.bulk_edit.changing import Change, NotResumable, SetChanged
from integrations.bulk_edit.finding import Filter, found
from integrations.bulk_edit.models import BulkChange
from integrations.bulk_edit.progress import SILENCE, Progress, progress_of, unfinished
from integrations.bulk_edit.saving import CellsRefused, Edit, PriceTarget, Saved, save_cells
from integrations.bulk_edit.standing import Column, standings
from inventory.models import Stock, StockMovement
from pricing.batches import publish
from pricing.models import Price, PriceBatch, PriceBatchLine, PriceList
from tests.counting import statements
from tests.world import BOT, GOODS, World, acting

FIRST, SECOND = "VN-1001", "VN-1002"


@pytest.fixture
def acme(world: World):
    forget_outline()
    with acting((world.acme.scope, {"party": "tenant"})):
        yield
    forget_outline()


@pytest.fixture
def staff(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.acme.owner)


def base() -> UUID:
    return PriceList.objects.get(is_base=True).pk


def edit(world: World, column: Column, to: str, *, sku: str = FIRST, was: str | None = None) -> Edit:
    """A cell as it stands now, changed; ``was`` is what its reader saw when that differs."""
    (row,) = standings([world.acme.variants[sku]], base())
    return Edit(row.variant_id, column, row.values[column] if was is None else was, to)


def save(*edits: Edit) -> Saved:
    target = PriceTarget(base(), None, "By hand")
    return save_cells(edits=edits, target=target, reference="by hand", actor=BOT)


def variant(sku: str = FIRST) -> Variant:
    return Variant.objects.select_related("product__family", "product__category", "stock").get(sku=sku)


# --- Cells ------------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("acme")
def test_cells_of_all_columns_are_saved_together_and_prices_wait_in_a_batch(world: World) -> None:
    family = Family.objects.create(code="screws", name_fr="Vis")
    category, group = Category.objects.get(path="tiges"), CustomerGroup.objects.get(name="Artisans")
    saved = save(
        edit(world, Column.PRICE, "0.55"),
        edit(world, Column.STOCK, "77.5"),
        edit(world, Column.RESTOCK, "2031-03-04"),
        edit(world, Column.FAMILY, str(family.pk)),
        edit(world, Column.CATEGORY, str(category.pk)),
        edit(world, Column.STATE, VariantState.ARCHIVED),
        edit(world, Column.VISIBILITY, f"group:{group.pk}"),
    )
    now = variant()
    assert (saved.cell_count, saved.price_count) == (7, 1)
    assert (now.product.family, now.product.category, now.state) == (family, category, "archived")
    assert (now.stock.on_hand, now.stock.restock_on) == (Decimal("77.5"), date(2031, 3, 4))
    assert StockMovement.objects.get(variant=now).quantity == Decimal("77.5") - 4200
    assert VariantMove.objects.get(subject=now).to_state == "archived"
    rules = VisibilityRule.objects.filter(product=now.product).values_list("group_id", "is_visible")
    assert set(rules) == {(None, False), (group.pk, True)}
    line = PriceBatchLine.objects.get(batch_id=saved.batch_id)
    assert (line.variant_id, line.min_quantity, line.unit_price) == (now.pk, Decimal(1), Decimal("0.55"))
    assert Price.objects.get(price_list=base(), variant=now, min_quantity=1).unit_price == Decimal("0.5")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("column", "to", "reason"),
    [
        (Column.PRICE, "-1", "A price is 0 or more"),
        (Column.PRICE, "0.1234567", "six decimals"),
        (Column.PRICE, "abc", "A price is"),
        (Column.PRICE, "", "several tiers"),
        (Column.STOCK, "-1", "A count is 0 or more"),
        (Column.STOCK, "1.23456", "four decimals"),
        (Column.STOCK, "9", "10 are reserved"),
        (Column.STATE, VariantState.DRAFT, "no longer possible"),
        (Column.STATE, VariantState.ENDING, "Say what replaces it"),
        (Column.FAMILY, "018f0000-0000-7000-8000-000000000000", "does not exist"),
    ],
)
def test_one_bad_cell_is_named_and_none_is_written(world: World, column: Column, to: str, reason: str) -> None:
    Stock.objects.filter(variant__sku=FIRST).update(reserved=10)
    good = edit(world, Column.STOCK, "5", sku=SECOND)
    with pytest.raises(CellsRefused) as refusal:
        save(good, edit(world, Column.CATEGORY, "", sku=SECOND), edit(world, column, to))
    assert list(refusal.value.errors) == [(world.acme.variants[FIRST], column)]
    assert reason in refusal.value.errors[world.acme.variants[FIRST], column]
    assert variant(SECOND).stock.on_hand == 80
    assert variant(SECOND).product.category is not None
    assert (PriceBatch.objects.count(), StockMovement.objects.count(), VariantMove.objects.count()) == (0, 0, 0)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("column", list(Column))
def test_a_cell_that_somebody_else_has_changed_says_so(world: World, column: Column) -> None:
    seen = {Column.PRICE: "0.4", Column.STOCK: "1", Column.STATE: "draft"}.get(column, "none")
    to = {Column.PRICE: "0.6", Column.STOCK: "2", Column.STATE: "archived", Column.VISIBILITY: "all"}.get(column, "")
    with pytest.raises(CellsRefused) as refusal:
        save(edit(world, column, to, was=seen) if to != "" else edit(world, column, str(other(column)), was=seen))
    assert "Somebody has changed this since" in next(iter(refusal.value.errors.values()))


def other(column: Column) -> UUID:
    """A family or category that the first product does not have."""
    if column is Column.FAMILY:
        return Family.objects.create(code="x", name_fr="X").pk
    return Category.objects.get(path="tiges").pk


@pytest.mark.usefixtures("acme")
def test_what_was_not_changed_and_what_is_so_already_writes_nothing(world: World) -> None:
    unchanged, target = Edit(world.acme.variants[FIRST], Column.STOCK, "4200", "4200"), PriceTarget(base())
    with statements() as asked:
        assert save_cells(edits=[unchanged], target=target, actor=BOT) == Saved()
    assert [sql for sql in asked if "SAVEPOINT" not in sql] == []
    before = variant().updated_at
    save(edit(world, Column.STOCK, "4200", was="1"), edit(world, Column.STATE, "active", was="draft"))
    assert (StockMovement.objects.count(), VariantMove.objects.count(), variant().updated_at) == (0, 0, before)


@pytest.mark.usefixtures("acme")
def test_a_price_without_tiers_can_be_taken_off_and_one_be_given_where_none_was(world: World) -> None:
    Price.objects.filter(price_list=base(), variant__sku=FIRST, min_quantity=500).delete()
    Price.objects.filter(price_list=base(), variant__sku=SECOND).delete()
    saved = save(edit(world, Column.PRICE, ""), edit(world, Column.PRICE, "3", sku=SECOND))
    lines = PriceBatchLine.objects.filter(batch_id=saved.batch_id).values_list("variant__sku", "unit_price")
    assert dict(lines) == {FIRST: None, SECOND: Decimal(3)}


@pytest.mark.usefixtures("acme")
def test_two_values_for_one_product_are_refused_at_both(world: World) -> None:
    Variant.objects.filter(sku=SECOND).update(product=variant().product)
    tiges, vis = Category.objects.get(path="tiges"), Category.objects.get(path="ecrous")
    both = edit(world, Column.CATEGORY, str(tiges.pk)), edit(world, Column.CATEGORY, str(vis.pk), sku=SECOND)
    with pytest.raises(CellsRefused):
        save(*both)
    save(both[0], edit(world, Column.CATEGORY, str(tiges.pk), sku=SECOND))
    assert variant(SECOND).product.category == tiges


@pytest.mark.usefixtures("acme")
def test_a_draft_is_published_only_with_what_its_family_requires(world: World) -> None:
    family = Family.objects.create(code="screws", name_fr="Vis")
    length = AttributeDefinition.objects.create(code="longueur", label_fr="Longueur", label_en="Length")
    FamilyAttribute.objects.create(family=family, attribute=length, is_required=True)
    Variant.objects.filter(sku=FIRST).update(state=VariantState.DRAFT)
    with pytest.raises(CellsRefused, match="nothing was changed") as refusal:
        save(edit(world, Column.FAMILY, str(family.pk)), edit(world, Column.STATE, "active"))
    assert "Length" in refusal.value.errors[world.acme.variants[FIRST], Column.STATE]
    assert variant().product.family is None
    save(edit(world, Column.STATE, "active"))
    assert variant().state == "active"


@pytest.mark.usefixtures("acme")
def test_the_number_of_statements_does_not_grow_with_the_cells(world: World) -> None:
    def cells(*skus: str) -> list[Edit]:
        columns = {Column.PRICE: "9", Column.STOCK: "9000", Column.CATEGORY: str(tiges), Column.STATE: "archived"}
        return [
            edit(world, column, to, sku=sku)
            for sku in skus
            for column, to in {**columns, Column.VISIBILITY: "none"}.items()
        ]

    Stock.objects.filter(variant__sku=FIRST).update(on_hand=0)  # as one of the others: what comes back is announced
    tiges = Category.objects.get(path="tiges").pk
    one, others = cells(FIRST), cells(*(goods[0] for goods in GOODS[1:]))
    with statements() as few:
        save(*one)
    with statements() as many:
        save(*others)
    assert len(many) == len(few)


@pytest.mark.usefixtures("acme")
def test_only_staff_may_save(world: World) -> None:
    with pytest.raises(NotAllowed):
        save_cells(edits=[edit(world, Column.STOCK, "1")], target=PriceTarget(None), actor=world.delmas.buyer)


# --- Who sees it ------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("acme")
def test_presets_are_read_as_they_were_written_and_rules_for_customers_stay(world: World) -> None:
    product, group = variant().product, CustomerGroup.objects.get(name="Artisans")
    own = VisibilityRule.objects.create(product=product, customer_id=world.acme.customers["delmas"], is_visible=True)
    for preset in (bulk.EVERYBODY, bulk.NOBODY, f"group:{group.pk}", f"segment:{group.pk}", bulk.AS_RULES):
        bulk.show(wanted={world.acme.variants[FIRST]: preset}, actor=BOT)
        assert bulk.presets_of([product.pk]) == {product.pk: preset}
        assert VisibilityRule.objects.filter(pk=own.pk).exists()
    VisibilityRule.objects.create(product=product, group_id=group.pk, is_visible=False)
    assert bulk.presets_of([product.pk]) == {product.pk: bulk.OWN_RULES}


# --- The filter -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("wanted", "skus"),
    [
        ({}, {"1001", "1002", "1003", "1004", "1005"}),
        ({"search": "screw"}, {"1001", "1002"}),
        ({"category": "ecrous"}, {"1003"}),
        ({"category": "none"}, {"1005"}),
        ({"family": "none"}, {"1001", "1002", "1003", "1004", "1005"}),
        ({"state": "draft"}, {"1002"}),
        ({"stock": "in"}, {"1001", "1002", "1003"}),
        ({"stock": "out"}, {"1004"}),
        ({"stock": "uncounted"}, {"1005"}),
        ({"price": "none"}, {"1003"}),
    ],
)
def test_the_filter_looks_at_catalogue_stock_and_prices(wanted: dict[str, str], skus: set[str]) -> None:
    Stock.objects.filter(variant__sku="VN-1005").delete()
    Price.objects.filter(variant__sku="VN-1003").delete()
    Variant.objects.filter(sku="VN-1002").update(state=VariantState.DRAFT)
    Product.objects.filter(code="VN-1005").update(category=None)
    rows = found(Filter(**wanted, price_list=str(base())))
    assert set(rows.values_list("sku", flat=True)) == {f"VN-{sku}" for sku in skus}


# --- Everything found -------------------------------------------------------------------------------------------------
def begin(wanted: Filter, change: Change, seen: int) -> UUID:
    change_id, is_small = changing.start(wanted=wanted, change=change, seen=seen, batch_name="All", actor=BOT)
    if is_small:
        changing.run(change_id, actor=BOT)
    return change_id


def seen(change_id: UUID) -> Progress:
    progress = progress_of(change_id)
    assert progress is not None
    return progress


def die_after(monkeypatch: pytest.MonkeyPatch, portions: int) -> None:
    """Let the worker be killed in the portion after so many."""
    left, make = [portions], changing._make

    def killed(*args: Any) -> None:
        make(*args)
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(changing, "_make", killed)


def forget_events() -> None:
    """Let nobody hear of what was begun before."""
    with use_tenant(PLATFORM):
        OutboxEvent.objects.all().delete()


def fall_silent(change_id: UUID) -> None:
    BulkChange.objects.filter(pk=change_id).update(alive_at=timezone.now() - 2 * SILENCE)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("portion", [2, 1000])
def test_a_change_goes_through_all_portions_though_it_changes_what_the_filter_finds(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], int], portion: int
) -> None:
    monkeypatch.setattr(changing, "PORTION", portion)
    change_id = begin(Filter(state="active"), Change(Column.STATE, "archived"), 5)
    drain()
    progress = progress_of(change_id)
    assert progress is not None
    assert (progress.done, progress.changed, progress.is_over, progress.is_cancelled) == (5, 5, True, False)
    assert set(Variant.objects.values_list("state", flat=True)) == {"archived"}


@pytest.mark.usefixtures("acme")
def test_what_is_refused_is_counted_and_named_and_the_others_change() -> None:
    Variant.objects.filter(sku=FIRST).update(state=VariantState.ARCHIVED)
    progress = progress_of(begin(Filter(), Change(Column.STATE, "ending_alone"), 5))
    assert progress is not None
    assert (progress.changed, progress.refused, progress.refusals[0][0]) == (4, 1, FIRST)
    assert variant(FIRST).state == "archived"


@pytest.mark.usefixtures("acme")
def test_a_percentage_goes_into_one_batch_with_its_tiers(monkeypatch: pytest.MonkeyPatch, drain: Callable[[], int]):
    monkeypatch.setattr(changing, "PORTION", 2)
    wanted = Filter(price_list=str(base()))
    progress = progress_of(change_id := begin(wanted, Change(Column.PRICE, "0.03", 3), 5))
    drain()
    progress = progress_of(change_id)
    assert progress is not None
    lines = PriceBatchLine.objects.filter(batch_id=progress.batch_id)
    assert lines.count() == 10
    assert lines.get(variant__sku=FIRST, min_quantity=1).unit_price == Decimal("0.515")
    assert Price.objects.get(price_list=base(), variant__sku=FIRST, min_quantity=1).unit_price == Decimal("0.5")


@pytest.mark.usefixtures("acme")
def test_a_change_stops_between_portions(monkeypatch: pytest.MonkeyPatch, drain: Callable[[], int]) -> None:
    monkeypatch.setattr(changing, "PORTION", 2)
    change_id = begin(Filter(), Change(Column.VISIBILITY, "none"), 5)
    changing.stop(change_id=change_id, actor=BOT)
    drain()
    progress = progress_of(change_id)
    assert progress is not None
    assert (progress.is_over, progress.is_cancelled, progress.changed) == (True, True, 0)
    assert VisibilityRule.objects.count() == 0
    assert [(row.id, row.is_under_way) for row in unfinished()] == [(change_id, False)]
    changing.resume(change_id=change_id, actor=BOT)
    drain()
    progress = seen(change_id)
    assert (progress.is_over, progress.is_cancelled, progress.done, progress.changed) == (True, False, 5, 5)
    assert VisibilityRule.objects.count() == 5
    assert unfinished() == []
    with pytest.raises(NotResumable):
        changing.resume(change_id=change_id, actor=BOT)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("portions", [0, 1, 2])
def test_after_a_kill_it_goes_on_and_no_portion_is_made_twice(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], int], portions: int
) -> None:
    """The worker dies when a portion is made and not yet written: it is as if it had not begun it."""
    monkeypatch.setattr(changing, "PORTION", 2)
    change_id = begin(Filter(state="active"), Change(Column.STATE, "archived"), 5)
    with monkeypatch.context() as patched:
        die_after(patched, portions)
        with pytest.raises(KeyboardInterrupt):
            changing.run(change_id)
    progress = seen(change_id)
    assert (progress.done, progress.is_over, progress.is_silent) == (2 * portions, False, False)
    assert Variant.objects.filter(state="archived").count() == 2 * portions
    with pytest.raises(NotResumable):
        changing.resume(change_id=change_id, actor=BOT)  # somebody may be at work on it
    fall_silent(change_id)
    assert seen(change_id).can_go_on
    forget_events()
    changing.resume(change_id=change_id, actor=BOT)
    drain()
    progress = seen(change_id)
    assert (progress.done, progress.changed, progress.is_over) == (5, 5, True)
    assert VariantMove.objects.filter(to_state="archived").count() == 5


@pytest.mark.usefixtures("acme")
def test_what_a_dead_worker_left_can_be_stopped_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "PORTION", 2)
    change_id = begin(Filter(), Change(Column.VISIBILITY, "none"), 5)
    fall_silent(change_id)
    changing.stop(change_id=change_id, actor=BOT)
    assert seen(change_id).is_cancelled
    changing.run(change_id)  # a bell that rings late
    assert VisibilityRule.objects.count() == 0
    changing.resume(change_id=change_id, actor=BOT)
    changing.run(change_id)
    assert VisibilityRule.objects.count() == 5


@pytest.mark.usefixtures("acme")
def test_new_prices_go_on_into_their_batch_and_not_into_one_that_was_published(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], int]
) -> None:
    monkeypatch.setattr(changing, "PORTION", 2)
    change_id = begin(Filter(price_list=str(base())), Change(Column.PRICE, "0.03", 3), 5)
    with monkeypatch.context() as patched:
        die_after(patched, 1)
        with pytest.raises(KeyboardInterrupt):
            changing.run(change_id)
    batch_id = seen(change_id).batch_id
    assert batch_id is not None
    assert PriceBatchLine.objects.filter(batch_id=batch_id).count() == 4
    publish(batch_id=batch_id, actor=BOT)
    forget_events()
    fall_silent(change_id)
    changing.resume(change_id=change_id, actor=BOT)
    drain()
    progress = seen(change_id)
    assert progress.is_over
    assert progress.error
    assert (progress.done, progress.can_go_on) == (2, False)
    assert PriceBatchLine.objects.filter(batch_id=batch_id).count() == 4


@pytest.mark.usefixtures("acme")
def test_only_staff_may_stop_and_take_up(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr(changing, "PORTION", 2)
    change_id = begin(Filter(), Change(Column.VISIBILITY, "none"), 5)
    fall_silent(change_id)
    for use_case in (changing.stop, changing.resume):
        with pytest.raises(NotAllowed):
            use_case(change_id=change_id, actor=world.delmas.buyer)
    assert not seen(change_id).is_over


@pytest.mark.usefixtures("acme")
def test_another_set_than_the_one_that_was_seen_is_not_changed() -> None:
    with pytest.raises(SetChanged):
        begin(Filter(), Change(Column.STATE, "archived"), 4)
    assert set(Variant.objects.values_list("state", flat=True)) == {"active"}


@pytest.mark.usefixtures("acme")
def test_statements_of_a_change_do_not_grow_with_its_products() -> None:
    counts = []
    for search, seen in (("VN-1003", 1), ("VN-100", 5)):
        with statements() as asked:
            begin(Filter(search=search), Change(Column.VISIBILITY, "none" if seen == 1 else "all"), seen)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- The pages --------------------------------------------------------------------------------------------------------
def text(answer: Any) -> str:
    return str(answer.content.decode())


def fields(html: str, sku: str, world: World) -> dict[str, str]:
    """The fields of a row as the page shows them."""
    key = world.acme.variants[sku].hex
    was = re.search(rf'name="was-{key}" value="([^"]*)"', html)
    assert was
    return {f"was-{key}": was[1]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_grid_answers_and_only_staff_may_open_it(world: World, browser: Any, language: str) -> None:
    own = browser(world.acme.host, world.acme.owner, language=language)
    assert own.get("/portal/catalog/bulk/").status_code == 200
    assert "/portal/catalog/bulk/?q=vis" in text(own.get("/portal/catalog/?q=vis"))
    for stranger in (world.delmas.admin, world.bolt.owner):
        assert browser(world.acme.host, stranger).get("/portal/catalog/bulk/").status_code == 404


def test_a_page_of_the_grid_is_saved_and_new_prices_lead_to_their_batch(world: World, staff: Any) -> None:
    path = "/portal/catalog/bulk/?q=VN-100"
    data = fields(text(staff.get(path)), FIRST, world)
    key = world.acme.variants[FIRST].hex
    answer = staff.post(path, data | {f"stock-{key}": "12", f"category-{key}": "Tiges"})
    assert (answer.status_code, answer["Location"]) == (303, path)
    with acting((world.acme.scope, {"party": "tenant"})):
        assert variant().stock.on_hand == Decimal(12)
        assert variant().product.category == Category.objects.get(path="tiges")
    data = fields(text(staff.get(path)), FIRST, world)
    answer = staff.post(path, data | {f"price-{key}": "0.6", "batch": "new"})
    assert "/portal/prices/batches/" in answer["Location"]
    assert "VN-1001" in text(staff.get(answer["Location"]))


@pytest.mark.parametrize(
    ("column", "typed", "error"),
    [
        ("stock", "many", "This is not a number."),
        ("stock", "", "Type 0 when there is none."),
        ("family", "Nothing of the kind", "There is none of this name."),
        ("state", "sold", "Choose one of the list."),
        ("visibility", "own", "Choose one of the list."),
        ("price", "-1", "A price is 0 or more"),
    ],
)
def test_a_bad_cell_keeps_what_was_typed_beside_its_reason(
    world: World, staff: Any, column: str, typed: str, error: str
) -> None:
    path, key = "/portal/catalog/bulk/", world.acme.variants[FIRST].hex
    data = fields(text(staff.get(path)), FIRST, world) | {f"{column}-{key}": typed}
    answer = staff.post(path, data)
    assert answer.status_code == 422
    html = text(answer)
    assert error in html
    assert f'aria-describedby="e-{column}-{key}"' in html
    assert "1 thing" not in html
    with acting((world.acme.scope, {"party": "tenant"})):
        assert (variant().stock.on_hand, variant().state) == (Decimal(4200), "active")
        assert PriceBatch.objects.count() == 0


def test_everything_found_is_changed_from_the_page(world: World, staff: Any) -> None:
    answer = staff.post("/portal/catalog/bulk/category/all/?q=screw", {"value": "Ecrous", "count": "2"})
    assert answer.status_code == 303
    html = text(staff.get(answer["Location"]))
    assert "2 of 2 products" in html
    assert "Done." in html
    with acting((world.acme.scope, {"party": "tenant"})):
        assert Product.objects.filter(category__path="ecrous").count() == 3


@pytest.mark.parametrize(
    ("column", "data", "error"),
    [
        ("category", {"value": "Nowhere", "count": "5"}, "There is none of this name."),
        ("state", {"value": "sold", "count": "5"}, "Choose one of the list."),
        ("state", {"value": "archived", "count": "4"}, "Meanwhile these are 5 products, not 4"),
        ("price", {"value": "0", "count": "5"}, "A percentage above -100"),
        ("price", {"value": "x", "count": "5"}, "This is not a number."),
    ],
)
def test_a_change_that_cannot_be_says_why(
    world: World, staff: Any, column: str, data: dict[str, str], error: str
) -> None:
    answer = staff.post(f"/portal/catalog/bulk/{column}/all/", data)
    assert answer.status_code == 422
    assert error in text(answer)
    with acting((world.acme.scope, {"party": "tenant"})):
        assert PriceBatch.objects.count() == 0


def test_a_change_that_stopped_is_found_again_and_taken_up_from_its_page(
    world: World, staff: Any, drain: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PORTION", 2)
    page = staff.post("/portal/catalog/bulk/visibility/all/?q=VN", {"value": "none", "count": "5"})["Location"]
    assert "Go on" not in text(staff.get(page))
    assert "is under way" in text(staff.get("/portal/catalog/bulk/"))
    assert staff.post(page).status_code == 303  # there is nothing to take up: the page says so
    assert "there is nothing to take up again" in text(staff.get(page))
    staff.post(f"{page}stop/")
    assert "Stops after this portion" in text(staff.get(page))
    drain()
    html = text(staff.get("/portal/catalog/bulk/"))
    assert "has stopped" in html
    assert "0 of 5 products" in html
    assert page in html
    assert "Go on" in text(staff.get(page))
    assert staff.post(page).status_code == 303
    drain()
    html = text(staff.get(page))
    assert "5 of 5 products" in html
    assert "/portal/catalog/bulk/?q=VN" in html
    with acting((world.acme.scope, {"party": "tenant"})):
        assert VisibilityRule.objects.count() == 5


def test_addresses_of_nothing(world: World, staff: Any) -> None:
    nobody = "018f0000-0000-7000-8000-000000000000"
    assert staff.get(f"/portal/catalog/bulk/changes/{nobody}/").status_code == 404
    assert staff.post(f"/portal/catalog/bulk/changes/{nobody}/").status_code == 404
    assert staff.post(f"/portal/catalog/bulk/changes/{nobody}/stop/").status_code == 404
    assert staff.post("/portal/catalog/bulk/stock/all/", {"value": "1"}).status_code == 404
    assert staff.get("/portal/catalog/bulk/?family=x").status_code == 404
    assert staff.get(f"/portal/catalog/bulk/?list={nobody}").status_code == 404


def test_the_grid_asks_as_much_for_five_rows_as_for_one(world: World, staff: Any) -> None:
    staff.get("/portal/catalog/bulk/")
    counts = []
    for search in ("VN-1001", "VN-100"):
        with statements() as asked:
            staff.get(f"/portal/catalog/bulk/?q={search}")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("acme")
def test_a_price_in_a_list_that_has_ended_is_refused_at_its_cell(world: World) -> None:
    typed = (edit(world, Column.PRICE, "0.55"), edit(world, Column.STOCK, "7"))
    PriceList.objects.filter(pk=base()).update(valid_to=timezone.now())
    with pytest.raises(CellsRefused) as refusal:
        save(*typed)
    assert list(refusal.value.errors) == [(world.acme.variants[FIRST], Column.PRICE)]
    assert "has ended" in next(iter(refusal.value.errors.values()))


def test_a_day_of_restock_is_typed_as_people_write_days_and_taken_away(world: World, staff: Any) -> None:
    key = world.acme.variants[FIRST].hex
    address = f"/portal/catalog/bulk/?q={FIRST}"

    def send(typed: str) -> Any:
        was = re.search(f'name="was-{key}" value="([^"]*)"', staff.get(address).content.decode())
        assert was is not None
        return staff.post(address, {f"was-{key}": was[1], f"restock-{key}": typed})

    bad = send("31/02/2031")
    assert (bad.status_code, "This is no day such as" in bad.content.decode()) == (422, True)
    for typed, stored in (("04/03/2031", date(2031, 3, 4)), ("", None), ("2031-03-05", date(2031, 3, 5))):
        assert send(typed).status_code == 303
        with acting((world.acme.scope, {"party": "tenant"})):
            assert variant().stock.restock_on == stored
    assert staff.post("/portal/catalog/bulk/restock/all/", {"value": "1"}).status_code == 404
