"""Documents: what they refuse, what they become."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from search.documents import CategoryRef, Doc, list_key, project
from search.facets import listed
from search.port import MAX_SIZE, BuyerContext, ListTerms, PriceClass, Query, Target
from search.segments import segments_of
from tests.search.samples import ACME, product


def test_keys_are_uuids_in_one_notation() -> None:
    number = UUID(int=255)
    assert Doc(pk=number.hex.upper(), tenant_id=ACME, sku="A").pk == str(number)
    for pk, tenant_id in (("7", ACME), (ACME, "")):
        with pytest.raises(ValueError, match="badly formed"):
            Doc(pk=pk, tenant_id=tenant_id, sku="A")


@pytest.mark.parametrize("code", ["", "Taille", "a.b", "a b", "é", "_a", "a" * 65])
def test_facet_codes(code: str) -> None:
    with pytest.raises(ValueError, match="not a facet code"):
        product(1, "Vis", facets={code: ("1",)})


def test_rank_is_bounded() -> None:
    for rank in (-1, 10):
        with pytest.raises(ValueError, match="rank"):
            product(1, "Vis", rank=rank)


def test_name_falls_back_to_the_other_language_then_to_the_sku() -> None:
    assert product(1, "", "Screw").name("fr") == "Screw"
    assert product(1, "Vis", "").name("en") == "Vis"
    assert product(1, "", "").name("en") == "P0001"


def test_facet_values_are_distinct_and_not_empty() -> None:
    doc = product(1, "Vis", brand="", facets={"size": ("9", "", "9", "10"), "none": ()})
    assert doc.facet_values() == {"size": ["9", "10"], "tenant": [ACME], "in_stock": ["0"]}


def test_projection() -> None:
    doc = product(
        1,
        "Vis anti-vol M8 x 40",
        sku="AB-1.2",
        gtin="3017620422003",
        manufacturer_part_number="ab12",
        categories=(CategoryRef("v", "Visserie", "Screws"),),
        facets={"material": ("inox A2",)},
        keywords=("boulon",),
    )
    form = project(doc)
    assert form.codes == "ab12 3017620422003"
    assert form.codes_reversed == "21ba 3002240267103"
    assert form.gtins == "03017620422003"
    assert form.name_fr.split()[:3] == ["vis", "antivol", "m8x40"]
    assert set(form.labels.split()) >= {"visseri", "screw", "inox", "a2", "boulon"}


@pytest.mark.parametrize("wrong", [{"offset": -1}, {"size": -1}, {"size": MAX_SIZE + 1}])
def test_query_shape(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"offset|size"):
        Query(**wrong)  # type: ignore[arg-type]


def test_an_empty_choice_is_no_choice() -> None:
    assert Query(filters={"brand": (), "size": ("9",)}).selected == {"size": ("9",)}


def test_values_are_listed_in_natural_order_with_the_selected_ones() -> None:
    assert [(v.value, v.count, v.selected) for v in listed({"M10": 1, "M4": 2}, ("M6",))] == [
        ("M4", 2, False),
        ("M6", 0, True),
        ("M10", 1, False),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"prices": {"p1": 1}},
        {"prices": {"l" + "0" * 32: -1}},
        {"prices": {"l" + "0" * 32: 2**53}},
        {"numbers": {"a b": 1.0}},
        {"numbers": {"a": float("nan")}},
        {"numbers": {"a": 1e13}},
    ],
)
def test_prices_and_numbers_that_cannot_be_compared_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a"):
        product(1, "Vis", **wrong)


def test_digest_tells_every_difference() -> None:
    doc = product(1, "Vis", prices={list_key(UUID(int=1)): 5}, categories=(CategoryRef("v", "Visserie", "Screws"),))
    changes: list[dict[str, object]] = [
        {"sku": "X"},
        {"prices": {list_key(UUID(int=1)): 6}},
        {"prices": {list_key(UUID(int=2)): 5}},
        {"categories": (CategoryRef("v", "Visserie", "Bolts"),)},
        {"is_public": False},
        {"lead_days": 0},
        {"unit_gtins": ("96385074",)},
        {"numbers": {"a": 1.5}},
        {"facets": {"a": ("1",)}},
    ]
    digests = {replace(doc, **change).digest for change in changes}  # type: ignore[arg-type]
    assert len(digests | {doc.digest}) == len(changes) + 1
    assert replace(doc, prices=dict(doc.prices)).digest == doc.digest


@pytest.mark.parametrize(
    "wrong", [{"buckets": 51}, {"buckets": -1}, {"pins": ("x",) * 101}, {"alternatives": ("x",) * 9}]
)
def test_more_of_a_query_is_bounded(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"buckets|pins|alternatives"):
        Query(**wrong)  # type: ignore[arg-type]


def test_segments_that_cannot_occur_are_dropped() -> None:
    one, two, gone = (ListTerms(list_key(UUID(int=number))) for number in (1, 2, 3))
    facom = Target("brand", "Facom")
    classes = (
        PriceClass((facom,)),
        PriceClass((facom, Target("brand", "Bosch"))),
        PriceClass((facom,), (facom,)),
        PriceClass((), (facom,)),
    )
    buyer = BuyerContext(shops=((gone, ListTerms(one.key, classes), two, one),))
    found = segments_of(buyer, {one.key, two.key})
    assert [(segment.key, segment.absent, segment.require) for segment in found] == [
        (one.key, (), (facom,)),
        (one.key, (), ()),
        (two.key, (one.key,), ()),
    ]
