"""What customers call goods: set one by one or many at once, found wherever a code is typed, seen by nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.errors import NumbersRefused, NumberTaken
from catalog.models import CustomerPartNumber, Product, Variant, VisibilityRule
from catalog.part_numbers import NumberRow, part_numbers, remove, rename, save_number, take_over
from catalog.queries import variants_by_code
from core.errors import InvalidInput, NotAllowed, NotFound
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, customer_of
from frontend.storefront.numbers.reading import decoded, read_rows
from tests.counting import statements
from tests.world import CompanyWorld, World

PATH = "/company/part-numbers/"


def acting(world: World, company: CompanyWorld | None = None) -> Any:
    return use_tenant(world.acme.scope, company_id=(company or world.delmas).id)


def owner(company: CompanyWorld) -> CustomerInfo:
    found = customer_of(company.id)
    assert found is not None
    return found


def stored(world: World) -> list[tuple[str, str]]:
    with acting(world):
        return list(CustomerPartNumber.objects.values_list("number", "variant__sku"))


def give(world: World, number: str, code: str = "VN-1001") -> UUID:
    with acting(world):
        return save_number(owner=owner(world.delmas), number=number, code=code, actor=world.delmas.buyer)


def test_goods_are_found_by_the_customer_s_own_number(world: World) -> None:
    give(world, " VIS-0231 ")
    with acting(world):
        found = variants_by_code(["vis 0231"], owner(world.delmas).view)
        assert [info.sku for info in found["vis 0231"]] == ["VN-1001"]
        assert variants_by_code(["vis 0231"], owner(world.lecomte).view) == {}
    with acting(world, world.lecomte):
        assert part_numbers(owner(world.lecomte), search="", limit=9, offset=0) == ([], 0)


@pytest.mark.parametrize(
    ("number", "code", "field"),
    [("", "VN-1001", "number"), ("x" * 81, "VN-1001", "number"), ("N", "nothing", "code"), ("N", "", "code")],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, number: str, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        give(world, number, code)
    assert refused.value.field == field
    assert stored(world) == []


def test_a_number_stands_for_one_product(world: World) -> None:
    give(world, "VIS-0231")
    with pytest.raises(NumberTaken, match="VN-1001"):
        give(world, "vis 0231", "VN-1002")
    assert stored(world) == [("VIS-0231", "VN-1001")]


def test_only_people_of_the_company_who_buy_change_its_numbers(world: World) -> None:
    number_id = give(world, "VIS-0231")
    for actor in (world.delmas.onlooker, world.lecomte.buyer, world.bolt.staff):
        with acting(world):
            customer = owner(world.delmas)
            for change in (
                lambda who, to=customer: save_number(owner=to, number="N", code="VN-1002", actor=who),
                lambda who, to=customer: rename(owner=to, number_id=number_id, number="N", actor=who),
                lambda who, to=customer: remove(owner=to, number_id=number_id, actor=who),
                lambda who, to=customer: take_over(owner=to, rows=[NumberRow(1, "N", "VN-1002")], actor=who),
            ):
                with pytest.raises(NotAllowed):
                    change(actor)
    with acting(world, world.lecomte), pytest.raises(NotFound):
        remove(owner=owner(world.lecomte), number_id=number_id, actor=world.lecomte.buyer)
    assert stored(world) == [("VIS-0231", "VN-1001")]


def test_many_are_taken_over_all_or_none(world: World) -> None:
    give(world, "A-1")
    rows = [NumberRow(1, "A-1", "VN-1002"), NumberRow(2, "A-2", "vn1003"), NumberRow(3, "A-2", "VN-1003")]
    with acting(world):
        customer = owner(world.delmas)
        assert take_over(owner=customer, rows=rows, actor=world.delmas.buyer) == 2
        assert take_over(owner=customer, rows=rows, actor=world.delmas.buyer) == 0
    assert stored(world) == [("A-1", "VN-1002"), ("A-2", "VN-1003")]
    wrong = [
        NumberRow(1, "B-1", "VN-1001"),
        NumberRow(2, "B-2", "nothing"),
        NumberRow(4, "", "VN-1001"),
        NumberRow(5, "b1", "VN-1002"),
    ]
    with acting(world):
        with pytest.raises(NumbersRefused) as refused:
            take_over(owner=customer, rows=wrong, actor=world.delmas.buyer)
        assert [problem.line for problem in refused.value.problems] == [2, 4, 5]
    assert stored(world) == [("A-1", "VN-1002"), ("A-2", "VN-1003")]


def test_taking_over_costs_the_same_for_any_number_of_lines(world: World) -> None:
    counts = []
    with acting(world):
        customer = owner(world.delmas)
        for size in (1, 500):
            rows = [NumberRow(n, f"{size}-{n}", f"VN-100{n % 5 + 1}") for n in range(size)]
            with statements() as captured:
                assert take_over(owner=customer, rows=rows, actor=world.delmas.buyer) == size
            counts.append(len(captured))
    assert counts[0] == counts[1]


def test_numbers_of_goods_that_are_hidden_from_the_customer_are_not_shown(world: World) -> None:
    give(world, "VIS-0231")
    with acting(world):
        product = Product.objects.get(code="VN-1001")
        VisibilityRule.objects.create(customer_id=world.acme.customers["delmas"], product=product, is_visible=False)
        assert part_numbers(owner(world.delmas), search="", limit=9, offset=0) == ([], 0)
    with pytest.raises(InvalidInput):
        give(world, "VIS-0232")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("A-1\tVN-1\nA-2\tVN-2", [(1, "A-1", "VN-1"), (2, "A-2", "VN-2")]),
        ("Votre référence;Référence;Nom\n\nA-1; VN-1 ;x", [(3, "A-1", "VN-1")]),
        ("Your part number;Reference;Name\nA-1;VN-1;x", [(2, "A-1", "VN-1")]),
        ('"A,1",VN-1\nA-2', [(1, "A,1", "VN-1"), (2, "A-2", "")]),
        ("", []),
    ],
)
def test_pasted_text_is_read(text: str, rows: list[tuple[int, str, str]]) -> None:
    assert [(row.line, row.number, row.code) for row in read_rows(text)] == rows


def test_files_of_windows_are_read() -> None:
    assert decoded("Écrou;1".encode("cp1252")) == "Écrou;1"
    assert decoded("\ufeffÉcrou;1".encode()) == "Écrou;1"


def test_the_page_adds_changes_and_removes(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.delmas.admin)
    assert client.post(PATH, {"number": "VIS-0231", "code": "vn1001"}).status_code == 303
    html = client.get(PATH).content.decode()
    assert 'value="VIS-0231"' in html
    with acting(world):
        key = CustomerPartNumber.objects.get().pk
    assert client.post(f"{PATH}{key}/", {"number": "VIS-9"}).status_code == 303
    assert stored(world) == [("VIS-9", "VN-1001")]
    refused = client.post(f"{PATH}{key}/", {"number": " "})
    assert (refused.status_code, "The part number is missing." in refused.content.decode()) == (422, True)
    assert client.post(PATH, {"number": "X", "code": "nothing"}).status_code == 422
    assert client.post(f"{PATH}{key}/", {"remove": "1"}).status_code == 303
    assert stored(world) == []
    assert client.post(f"{PATH}{key}/", {"remove": "1"}).status_code == 404


def test_the_page_takes_over_text_and_files_and_says_what_is_wrong_in_which_line(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.delmas.admin)
    response = client.post(f"{PATH}import/", {"text": "A-1;VN-1001\nA-2;nothing"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Line 2: A-2 → nothing – There is no product with this reference." in html
    assert "A-1;VN-1001" in html  # what was pasted is still there
    assert stored(world) == []
    file = SimpleUploadedFile("n.csv", b"A-1;VN-1001\r\nA-2;VN-1002\r\n")
    assert client.post(f"{PATH}import/", {"file": file}).status_code == 303
    assert stored(world) == [("A-1", "VN-1001"), ("A-2", "VN-1002")]
    assert client.post(f"{PATH}import/", {"text": "\n"}).status_code == 422


def test_an_export_is_imported_again_without_a_change(world: World, browser: Any) -> None:
    give(world, "=A-1")
    give(world, "A-2", "VN-1002")
    client = browser(world.acme.host, world.delmas.admin)
    response = client.get(f"{PATH}export/")
    assert response["Content-Disposition"] == 'attachment; filename="part-numbers.csv"'
    file = SimpleUploadedFile("n.csv", response.content)
    assert client.post(f"{PATH}import/", {"file": file}).status_code == 303
    assert "0 numbers are new or different." in client.get(PATH).content.decode()


def test_an_onlooker_reads_the_list_and_changes_nothing(world: World, browser: Any) -> None:
    give(world, "A-1")
    client = browser(world.acme.host, world.delmas.viewer)
    html = client.get(PATH).content.decode()
    assert "A-1" in html
    assert 'name="number"' not in html
    assert client.post(PATH, {"number": "X", "code": "VN-1001"}).status_code == 403
    with acting(world):
        assert Variant.objects.filter(customer_numbers__isnull=False).count() == 1
