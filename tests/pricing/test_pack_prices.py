"""A pack costs what is in it: no list takes a price for it, and whoever types one is told so at its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from frontend.portal.catalog.rows import price_lines
from integrations.bulk_edit.saving import CellsRefused, Edit, PriceTarget, save_cells
from integrations.bulk_edit.standing import Column
from integrations.price_file import read_price_file
from pricing.batches import create_batch, fill_batch
from pricing.errors import PackHasNoPrice
from pricing.models import Price, PriceBatchLine, PriceList
from pricing.raising import Selection, add_percentage
from pricing.reverting import put_back
from pricing.services import NewPrice, PriceMove, PriceSet, set_prices
from tests.catalog.test_packs import KIT, make
from tests.imports.files import csv_file
from tests.world import BOT, World, acting

SKU, OTHER = "VN-1001", "VN-1002"
ONE = PriceSet((NewPrice(Decimal(1), Decimal(9)),), is_partial=True)
REASON = "VN-1001 is a pack"


@pytest.fixture
def kit(world: World) -> UUID:
    """VN-1001 was sold by itself, at two prices in the list, and is a kit now."""
    make(world, KIT)
    return world.acme.variants[SKU]


@pytest.fixture
def acme(world: World):
    with acting((world.acme.scope, {"party": "tenant"})):
        yield


@pytest.fixture
def staff(world: World, browser: Any) -> Any:
    return browser(world.acme.host, world.acme.owner)


def base(world: World) -> UUID:
    with acting((world.acme.scope, {"party": "tenant"})):
        return PriceList.objects.get(is_base=True).pk


@pytest.mark.usefixtures("acme")
def test_services_refuse_it_and_let_the_price_of_before_end(world: World, kit: UUID) -> None:
    list_id, batch_id = base(world), create_batch(name="x", actor=BOT)
    prices = {world.acme.variants[OTHER]: ONE, kit: ONE}
    with pytest.raises(PackHasNoPrice):
        set_prices(price_list_id=list_id, prices=prices, actor=BOT)
    with pytest.raises(PackHasNoPrice):
        fill_batch(batch_id=batch_id, price_list_id=list_id, prices=prices, actor=BOT)
    assert not PriceBatchLine.objects.exists()
    set_prices(price_list_id=list_id, prices={kit: PriceSet(())}, actor=BOT)
    assert not Price.objects.filter(variant=kit, price_list=list_id, valid_to=None).exists()
    moves = {kit: [PriceMove(Decimal(1), Decimal("0.5"), None)]}
    assert put_back(price_list_id=list_id, moves=moves, actor=BOT) == {kit: [Decimal(1)]}


@pytest.mark.usefixtures("acme")
def test_a_percentage_leaves_it_out_and_the_portal_shows_no_list_price(world: World, kit: UUID) -> None:
    batch_id = create_batch(name="x", actor=BOT)
    add_percentage(batch_id=batch_id, selection=Selection(), rate=Decimal("0.1"), decimals=4, actor=BOT)
    touched = set(PriceBatchLine.objects.values_list("variant_id", flat=True))
    assert (kit in touched, world.acme.variants[OTHER] in touched) == (False, True)
    assert price_lines(kit) == []
    assert price_lines(world.acme.variants[OTHER])


@pytest.mark.usefixtures("acme")
def test_the_grid_of_products_says_so_at_the_cell(world: World, kit: UUID) -> None:
    edits = [Edit(kit, Column.PRICE, "0.5", "9"), Edit(world.acme.variants[OTHER], Column.STOCK, "900", "7")]
    with pytest.raises(CellsRefused) as refused:
        save_cells(edits=edits[:1], target=PriceTarget(base(world)), actor=BOT)
    assert list(refused.value.errors) == [(kit, Column.PRICE)]
    assert REASON in refused.value.errors[kit, Column.PRICE]


@pytest.mark.usefixtures("acme", "kit")
def test_a_file_of_prices_says_so_at_the_row(world: World) -> None:
    found = read_price_file(file=csv_file(f"SKU;Price\n{OTHER};1\n{SKU};9\n"), currency="EUR")
    assert [(wrong.line, wrong.column, REASON in wrong.reason) for wrong in found.wrong] == [(3, "SKU", True)]
    ended = read_price_file(file=csv_file(f"SKU;Price\n{OTHER};1\n{SKU};no price\n"), currency="EUR")
    assert (ended.wrong, ended.price_count) == ([], 2)


def test_the_pages_of_a_list_and_of_a_batch_say_so(world: World, kit: UUID, staff: Any) -> None:
    path = f"/portal/prices/lists/{base(world)}/"
    was = {f"was-{kit.hex}": "1=0.5;500=0.4"}
    pair = {f"from-{kit.hex}-0": "1", f"price-{kit.hex}-0": "9"}
    rows = {"rows": f"{OTHER}\t1\n{SKU}\t9", "target": "now"}
    batch = staff.post("/portal/prices/batches/", {"name": "Spring"})["Location"]
    for address, data in (
        (path, {**was, **pair}),
        (f"{path}paste/", rows),
        (f"{batch}paste/", {"price_list": str(base(world)), **rows}),
    ):
        answer = staff.post(address, data)
        assert (answer.status_code, REASON in answer.content.decode()) == (422, True)
    with acting((world.acme.scope, {"party": "tenant"})):
        assert not Price.objects.filter(unit_price__in=(1, 9)).exists()
        assert not PriceBatchLine.objects.exists()
    assert staff.post(path, {**was, f"from-{kit.hex}-0": "", f"price-{kit.hex}-0": ""}).status_code == 303
