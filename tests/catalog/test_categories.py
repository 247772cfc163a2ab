"""The category tree: named, ordered, moved, merged and deleted; files and addresses of before still find it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from catalog.categories import (
    CategoryData,
    add_category,
    category_changes,
    category_lines,
    delete_category,
    merge_category,
    save_category,
    shift_category,
)
from catalog.choices import category_choices
from catalog.editing import Placement, save_placement
from catalog.enums import CategoryMove
from catalog.errors import CategoryInside, CategoryInUse, CategoryTaken, NoSuchCategory, VisibilityDiffers
from catalog.events import CatalogChanged
from catalog.models import Category, CategoryAlias, Product, Variant, VisibilityRule
from catalog.outline import outline
from catalog.reverting import put_back
from catalog.rows import CatalogRow
from catalog.services import compare, upsert
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.errors import InvalidInput, NotAllowed, Refused
from core.models import OutboxEvent
from core.scope import PLATFORM
from core.tenancy import use_tenant
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.counting import statements
from tests.world import BOT, World


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def add(world: World, french: str, english: str = "", parent: UUID | None = None) -> UUID:
    return add_category(data=CategoryData(french, english, parent), actor=world.acme.staff)


def key(path: str) -> UUID:
    return Category.objects.get(path=path).pk


def save(world: World, category_id: UUID, french: str, english: str = "", parent: UUID | None = None) -> None:
    save_category(category_id=category_id, data=CategoryData(french, english, parent), actor=world.acme.staff)


def paths() -> set[str]:
    return set(Category.objects.values_list("path", flat=True))


def row(sku: str, *french: str, english: tuple[str, ...] = ()) -> CatalogRow:
    return CatalogRow(sku=sku, category=french, category_en=english)


def told(world: World) -> int:
    with use_tenant(PLATFORM):
        return OutboxEvent.objects.filter(name=CatalogChanged.NAME).count()


def test_a_tree_is_built_by_hand(world: World) -> None:
    with acting(world):
        tools = add(world, "Outillage", "Tools")
        drills = add(world, "Forets", "Drills", tools)
        add(world, "", "Saws", tools)
        assert {"outillage", "outillage/forets", "outillage/saws"} <= paths()
        lines = {line.id: line for line in category_lines()}
        assert (lines[drills].trail, lines[drills].depth) == (("Tools", "Drills"), 1)
        assert (lines[tools].below, lines[tools].count) == (2, 0)
        assert outline().categories["outillage/forets"].name == "Drills"
        assert category_changes()[-1].after == "Outillage (Tools)"


def test_what_cannot_be_is_refused_and_changes_nothing(world: World) -> None:
    with acting(world):
        tools = add(world, "Outillage")
        drills = add(world, "Forets", "", tools)
        before = list(Category.objects.values_list("pk", "path", "name_fr", "parent"))
        long = "x" * 80
        attempts: list[tuple[type[Refused], Any]] = [
            (InvalidInput, lambda: add(world, " ", "")),
            (CategoryTaken, lambda: add(world, "OUTILLAGE")),
            (NoSuchCategory, lambda: add(world, "Scies", "", BOT_ID)),
            (NoSuchCategory, lambda: save(world, BOT_ID, "Scies")),
            (CategoryTaken, lambda: save(world, tools, "Vis")),
            (CategoryInside, lambda: save(world, tools, "Outillage", "", drills)),
            (CategoryInside, lambda: save(world, tools, "Outillage", "", tools)),
            (CategoryInside, lambda: merge_category(category_id=tools, into_id=drills, actor=world.acme.staff)),
            (CategoryInUse, lambda: delete_category(category_id=tools, actor=world.acme.staff)),
            (CategoryInUse, lambda: delete_category(category_id=key("vis"), actor=world.acme.staff)),
            (NotAllowed, lambda: delete_category(category_id=drills, actor=world.delmas.buyer)),
            (NotAllowed, lambda: add_category(data=CategoryData("Scies"), actor=world.bolt.staff)),
        ]
        for refusal, attempt in attempts:
            with pytest.raises(refusal):
                attempt()
        assert list(Category.objects.values_list("pk", "path", "name_fr", "parent")) == before
        deep = tools
        for _step in range(4):
            deep = add(world, long, "", deep)
        with pytest.raises(InvalidInput):
            add(world, long, "", deep)


BOT_ID = UUID(int=7)


def test_a_renamed_category_is_found_under_both_names(world: World) -> None:
    with acting(world):
        screws = key("vis")
        add(world, "Inox", "", screws)
        before = told(world)
        save(world, screws, "Visserie", "Screws")
        assert told(world) == before + 1
        assert {"visserie", "visserie/inox"} <= paths()
        product = Product.objects.get(code="VN-1001")
        assert product.category_id == screws
        for names in (("Vis",), ("Visserie",)):
            row_ = row("VN-1001", *names)
            assert compare([row_]).verdicts == {"VN-1001": "unchanged"}
        upsert(rows=[row("VN-1002", "Vis", "Inox", "A4")], actor=BOT)
        assert Product.objects.get(code="VN-1002").category.path == "visserie/inox/a4"  # type: ignore[union-attr]
        save(world, key("visserie/inox"), "Acier", "", screws)
        upsert(rows=[row("VN-1002", "Vis", "Inox", "A4")], actor=BOT)
        assert Product.objects.get(code="VN-1002").category.path == "visserie/acier/a4"  # type: ignore[union-attr]
        save(world, screws, "Vis")
        assert not CategoryAlias.objects.filter(path__in=paths()).exists()
        assert category_changes()[0].before == "Visserie (Screws)"


def test_translating_changes_no_path_and_saving_the_same_tells_nobody(world: World) -> None:
    with acting(world):
        screws, before = key("vis"), told(world)
        save(world, screws, "Vis", "Screws and bolts")
        assert (key("vis"), told(world)) == (screws, before + 1)
        count = len(category_changes())
        save(world, screws, "Vis", "Screws and bolts")
        assert (told(world), len(category_changes())) == (before + 1, count)


def test_a_name_that_another_had_is_free_again(world: World) -> None:
    with acting(world):
        save(world, key("vis"), "Visserie")
        other = add(world, "Vis")
        upsert(rows=[row("VN-1003", "Vis")], actor=BOT)
        assert Product.objects.get(code="VN-1003").category_id == other


def test_moving_takes_all_below_along(world: World) -> None:
    with acting(world):
        metal = add(world, "Métal")
        sub = add(world, "Inox", "", key("vis"))
        save(world, key("vis"), "Vis", "Vis", metal)
        assert {"metal/vis", "metal/vis/inox"} <= paths()
        upsert(rows=[row("VN-1001", "Vis", "Inox")], actor=BOT)
        assert Product.objects.get(code="VN-1001").category_id == sub
        with statements() as few:
            save(world, key("metal/vis"), "Vis", "Vis", None)
        for number in range(30):
            add(world, f"Part {number}", "", sub)
        with statements() as many:
            save(world, key("vis"), "Vis", "Vis", metal)
        assert len(few) == len(many)


def test_neighbours_change_places(world: World) -> None:
    def roots() -> list[str]:
        return [line.path for line in category_lines() if line.parent_id is None]

    with acting(world):
        assert roots() == ["ecrous", "rondelles", "tiges", "vis"]
        shift_category(category_id=key("vis"), by=-1, actor=world.acme.staff)
        shift_category(category_id=key("vis"), by=-1, actor=world.acme.staff)
        shift_category(category_id=key("ecrous"), by=-1, actor=world.acme.staff)  # already the first
        assert roots() == ["ecrous", "vis", "rondelles", "tiges"]
        assert [info.path for info in outline().children("")] == roots()
        assert [path for path, _name in category_choices()] == roots()
        add(world, "Abrasifs")
        assert roots()[-1] == "abrasifs"
        upsert(rows=[row("VN-1001", "Aciers")], actor=BOT)
        assert roots()[-1] == "aciers"  # an import does not go before what somebody put in order


def test_merging_takes_everything_along(world: World) -> None:
    with acting(world):
        metal = add(world, "Métal")
        inner = add(world, "Vis", "", metal)
        twin, other = add(world, "Inox", "", inner), add(world, "Inox", "", key("vis"))
        moved = add(world, "Laiton", "", key("vis"))
        save(world, key("vis"), "Vieilles vis")
        Product.objects.filter(code="VN-1002").update(category_id=other)
        source = key("vieilles-vis")
        hide = save_visibility_rule(target=Target.CATEGORY, target_id=source, is_visible=False, actor=world.acme.staff)
        Category.objects.filter(pk=source).update(taxonomy_code="fasteners")
        before = told(world)
        merge_category(category_id=source, into_id=inner, actor=world.acme.staff)
        assert told(world) == before + 1
        assert {"metal/vis", "metal/vis/inox", "metal/vis/laiton"} <= paths()
        assert not {"vieilles-vis", "vieilles-vis/inox"} & paths()
        products = dict(Product.objects.values_list("code", "category_id"))
        assert (products["VN-1001"], products["VN-1002"]) == (inner, twin)
        assert VisibilityRule.objects.get(pk=hide).category_id == inner
        assert Category.objects.get(pk=moved).parent_id == inner
        assert Category.objects.get(pk=inner).taxonomy_code == "fasteners"
        for names in (("Vis",), ("Vieilles vis",), ("Métal", "Vis")):
            assert compare([row("VN-1001", *names)]).verdicts == {"VN-1001": "unchanged"}
        for names in (("Vis", "Inox"), ("Vieilles vis", "Inox")):
            assert compare([row("VN-1002", *names)]).verdicts == {"VN-1002": "unchanged"}
        change = category_changes()[0]
        assert (change.kind, change.before, change.after) == (CategoryMove.MERGED, "Vieilles vis", "Métal › Vis")


def test_a_category_goes_into_the_one_around_it(world: World) -> None:
    """Its part with its own name takes its place."""
    with acting(world):
        middle = add(world, "Inox", "", key("vis"))
        part = add(world, "Inox", "", middle)
        leaf = add(world, "Vis", "", part)
        merge_category(category_id=middle, into_id=key("vis"), actor=world.acme.staff)
        assert (key("vis/inox"), key("vis/inox/vis")) == (part, leaf)


def test_merging_shows_nothing_that_was_hidden(world: World) -> None:
    def rule(path: str, *, is_visible: bool) -> None:
        group = {"customer_id": world.acme.customers["delmas"]}
        target = {"target": Target.CATEGORY, "target_id": key(path)}
        save_visibility_rule(**target, **group, is_visible=is_visible, actor=world.acme.staff)  # type: ignore[arg-type]

    def merge() -> None:
        merge_category(category_id=key("vis"), into_id=key("tiges"), actor=world.acme.staff)

    with acting(world):
        rule("vis", is_visible=True)
        with pytest.raises(VisibilityDiffers):
            merge()
        rule("tiges", is_visible=False)
        with pytest.raises(VisibilityDiffers):
            merge()
        assert "vis" in paths()
        assert Product.objects.get(code="VN-1001").category_id == key("vis")
        rule("tiges", is_visible=True)
        merge()
        assert VisibilityRule.objects.get().category_id == key("tiges")


def test_an_undo_finds_a_category_that_was_renamed_since(world: World) -> None:
    with acting(world):
        taken = upsert(rows=[row("VN-1001", "Tiges")], actor=BOT)
        save(world, key("tiges"), "Filetage")
        save(world, key("vis"), "Visserie")
        assert put_back(differences=taken.differences, actor=BOT) == {}
        assert Product.objects.get(code="VN-1001").category_id == key("visserie")


def test_goods_are_put_into_a_category_that_is_there(world: World) -> None:
    with acting(world):
        gone = add(world, "Passagère")
        delete_category(category_id=gone, actor=world.acme.staff)
        with pytest.raises(InvalidInput):
            save_placement(
                variant_id=world.acme.variants["VN-1001"],
                data=Placement(category_id=gone),
                actor=world.acme.staff,
            )


def test_an_import_fills_the_names_that_are_lacking(world: World) -> None:
    both = row("VN-1001", "Vis", "Tête fraisée", english=("Screws", "Countersunk"))
    with acting(world):
        Category.objects.filter(path="vis").update(name_en="")
        upsert(rows=[row("VN-1001", "Vis", "Tête fraisée")], actor=BOT)
        before = told(world)
        upsert(rows=[both], actor=BOT)
        names = dict(Category.objects.values_list("path", "name_en"))
        assert (names["vis"], names["vis/tete-fraisee"]) == ("Screws", "Countersunk")
        assert {change.after for change in category_changes()} == {
            "Vis (Screws)",
            "Vis › Tête fraisée (Countersunk)",
        }
        assert told(world) == before + 1
        upsert(rows=[row("VN-1001", "Vis", "Tête fraisée", english=("Bolts", "Other"))], actor=BOT)
        assert dict(Category.objects.values_list("path", "name_en")) == names
        assert told(world) == before + 1


def test_an_import_fills_french_names_too(world: World) -> None:
    with acting(world):
        upsert(rows=[row("VN-1001", english=("Anchors", "Steel"))], actor=BOT)
        anchors = Category.objects.get(path="anchors/steel")
        assert (anchors.name_fr, anchors.name_en) == ("", "Steel")
        both = row("VN-1001", "Chevilles", "Acier", english=("Anchors", "Steel"))
        assert compare([both]).verdicts == {"VN-1001": "unchanged"}
        upsert(rows=[both], actor=BOT)
        filled = Category.objects.get(pk=anchors.pk)
        assert (filled.path, filled.name_fr, filled.name_en) == ("chevilles/acier", "Acier", "Steel")
        assert compare([row("VN-1001", english=("Anchors", "Steel"))]).verdicts == {"VN-1001": "unchanged"}
        assert "anchors" not in paths()


def test_an_import_gives_no_name_that_is_taken(world: World) -> None:
    with acting(world):
        screws = add(world, "", "Screws")
        heads, taken = add(world, "", "Heads", screws), add(world, "Tête", "", screws)
        upsert(rows=[row("VN-1001", "Vis", "Tête", english=("Screws", "Heads"))], actor=BOT)
        assert Category.objects.get(pk=heads).name_fr == ""
        assert Category.objects.get(pk=taken).path == "screws/tete"


# --- pages


def test_the_pages_build_a_tree(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    tree = "/portal/catalog/categories/"
    assert tree in client.get("/portal/catalog/").content.decode()
    assert client.post(tree, {"name_fr": "Outillage", "name_en": "Tools"}).status_code == 303
    with acting(world):
        tools, screws = key("outillage"), key("vis")
    assert client.post(tree, {"name_fr": "Forets", "parent": str(tools)}).status_code == 303
    page = client.get(tree).content.decode()
    assert "Tools" in page
    assert "no English name" in page
    own = f"{tree}{screws}/"
    answer = client.post(own, {"name_fr": "Visserie", "name_en": "Screws", "parent": str(tools)})
    assert answer.status_code == 303
    with acting(world):
        assert "outillage/visserie" in paths()
    assert client.post(tree, {"up": str(screws)})["Location"].endswith(f"#c-{screws.hex}")
    answer = client.post(own, {"action": "merge", "into": str(tools)})
    assert answer.status_code == 303
    with acting(world):
        assert Product.objects.get(code="VN-1001").category_id == tools
        empty = key("outillage/forets")
    assert client.post(f"{tree}{empty}/", {"action": "delete"}).status_code == 303
    with acting(world):
        assert "outillage/forets" not in paths()
    assert world.acme.owner.name in client.get(tree).content.decode()


def test_a_refused_form_comes_back(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    tree = "/portal/catalog/categories/"
    with acting(world):
        screws, rods = key("vis"), key("tiges")
    for path, data, message in (
        (tree, {"name_fr": "Vis"}, "There is a category with this name there already."),
        (tree, {"name_fr": ""}, "Give a name in at least one language."),
        (f"{tree}{screws}/", {"name_fr": "Tiges"}, "There is a category with this name there already."),
        (f"{tree}{screws}/", {"action": "merge", "into": str(screws)}, "Select a valid choice."),
        (f"{tree}{screws}/", {"action": "merge", "into": ""}, "This field is required."),
    ):
        answer = client.post(path, data)
        assert answer.status_code == 422
        assert message in answer.content.decode()
    answer = client.post(f"{tree}{rods}/", {"action": "delete"})
    assert "Only an empty category can be deleted" in client.get(answer["Location"]).content.decode()
    for wrong in ("x", str(BOT_ID)):
        assert client.post(tree, {"up": wrong}).status_code == 404


def test_the_page_asks_no_more_for_a_larger_tree(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    client.get("/portal/catalog/categories/")
    with statements() as few:
        client.get("/portal/catalog/categories/")
    with acting(world):
        for number in range(20):
            add(world, f"Rayon {number}")
    with statements() as many:
        client.get("/portal/catalog/categories/")
    assert len(few) == len(many)


def test_old_addresses_lead_to_where_the_category_is(world: World, browser: Any) -> None:
    engine().drop(MARKETPLACE)
    with acting(world):
        save(world, key("vis"), "Visserie", "Screws")
        assert not Variant.objects.filter(product__category__path="vis").exists()
        indexing.rebuild_shop(tenant_id=world.acme.id)
    client = browser(world.acme.host, world.delmas.admin)
    listing = reverse("storefront_listing", urlconf="config.urls_tenant")
    answer = client.get(f"{listing}?category=vis&q=inox")
    assert answer.status_code == 302
    assert answer["Location"].endswith("category=visserie&q=inox")
    assert "VN-1001" in client.get(f"{listing}?category=visserie").content.decode()
    for unknown in ("nothing", "vis%00", "%00"):
        assert client.get(f"{listing}?category={unknown}").status_code in (200, 302)
