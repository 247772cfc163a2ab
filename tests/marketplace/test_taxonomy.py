"""The platform's taxonomy: who writes it, what categories mean in it, what is found through it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, transaction

from catalog.models import Category
from catalog.outline import forget_outline, outline
from catalog.taxonomy import MappedCategory, map_categories, mapped_categories
from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.errors import NotAllowed, NotFound
from core.ids import uuid7
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from marketplace.goods import goods_info, publish_all_goods
from marketplace.models import TaxonomyNode
from marketplace.taxonomy import SEED, Taxonomy, load_taxonomy, propose, propose_all, taxonomy
from search import indexing
from tests.counting import statements
from tests.marketplace.market import screw_id, share
from tests.world import BOT, TenantWorld, World

Open = Callable[..., Any]
HOST = "localhost"


@pytest.fixture(autouse=True)
def _fresh_outline() -> Iterator[None]:
    yield
    forget_outline()


@pytest.fixture
def tree(world: World) -> Taxonomy:
    load_taxonomy()
    return taxonomy()


def category_id(tenant: TenantWorld, path: str) -> UUID:
    with use_tenant(tenant.scope):
        found: UUID = Category.objects.values_list("pk", flat=True).get(path=path)
        return found


def map_category(tenant: TenantWorld, **codes: str) -> None:
    ids = {category_id(tenant, path): code for path, code in codes.items()}
    with use_tenant(tenant.scope, party="tenant"):
        map_categories(codes=ids, actor=tenant.staff)


def index(*tenants: TenantWorld) -> None:
    for tenant in tenants:
        with use_tenant(tenant.scope):
            forget_outline()
            publish_all_goods(tenant_id=tenant.id)
            indexing.rebuild_shop(tenant_id=tenant.id)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


# --- The tree --------------------------------------------------------------------------------------------------------
def test_the_seed_is_a_tree_with_names_and_codes_that_can_be() -> None:
    nodes = json.loads(SEED.read_text())
    codes = [node["code"] for node in nodes]
    assert len(codes) == len(set(codes))
    for node in nodes:
        assert re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", node["code"])
        assert node["fr"] and node["en"]  # noqa: PT018
        assert node["code"].rpartition("/")[0] in {*codes, ""}
        assert re.fullmatch(r"\d{8}|", node.get("unspsc", ""))
        assert re.fullmatch(r"\d\d-\d\d-\d\d-\d\d|", node.get("eclass", ""))
        assert re.fullmatch(r"EC\d{6}|", node.get("etim", ""))


def test_loading_twice_changes_nothing_and_keeps_what_others_added(world: World) -> None:
    out = StringIO()
    call_command("load_taxonomy", stdout=out)
    with use_tenant(OPERATOR):
        TaxonomyNode.objects.create(code="chemicals", name_fr="Chimie", name_en="Chemicals", position=99)
        TaxonomyNode.objects.filter(code="fasteners").update(name_en="Old")
        before = set(TaxonomyNode.objects.values_list("pk", "code"))
    count = load_taxonomy()
    assert out.getvalue() == f"{count} nodes\n"
    with use_tenant(OPERATOR):
        assert set(TaxonomyNode.objects.values_list("pk", "code")) == before
    tree = taxonomy()
    assert tree.nodes["fasteners"].name_en == "Fasteners"
    assert "chemicals" in tree.nodes
    codes = list(tree.nodes)
    assert codes.index("fasteners") < codes.index("fasteners/screws") < codes.index("electrical")
    assert tree.full_name("fasteners/screws") == "Fasteners › Machine screws"


def test_everybody_reads_the_tree_and_only_the_platform_writes_it(tree: Taxonomy, world: World) -> None:
    for scope in (PLATFORM, world.acme.scope.as_party("tenant"), world.acme.scope):
        with use_tenant(scope):
            assert TaxonomyNode.objects.count() == len(tree.nodes)
            assert TaxonomyNode.objects.update(name_en="x") == 0
            assert TaxonomyNode.objects.all().delete()[0] == 0
            with pytest.raises(ProgrammingError), transaction.atomic():
                TaxonomyNode.objects.create(code="x", name_fr="x", name_en="x")


# --- Proposals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "inside", "code"),
    [
        ("Écrous", "", "fasteners/nuts"),
        ("ECROU", "", "fasteners/nuts"),
        ("Boulonnerie", "", "fasteners"),
        ("wall plug", "", "fasteners/anchors"),
        ("EPI", "", "safety"),
        ("Vis", "fasteners", "fasteners/screws"),
        ("Divers", "", ""),
        ("", "", ""),
    ],
)
def test_a_category_is_proposed_by_its_name(tree: Taxonomy, name: str, inside: str, code: str) -> None:
    assert propose((name, ""), inside, tree) == code
    assert propose(("", name), inside, tree) == code


def test_a_name_that_means_several_nodes_is_settled_by_what_is_around_it(world: World) -> None:
    with use_tenant(OPERATOR):
        for parent in ("a", "b"):
            TaxonomyNode.objects.create(code=parent, name_fr=parent, name_en=parent)
            TaxonomyNode.objects.create(code=f"{parent}/parts", name_fr="Pièces", name_en="Parts")
    tree = taxonomy()
    assert propose(("Pièces", ""), "", tree) == ""
    assert propose(("Pièces", ""), "b", tree) == "b/parts"
    categories = [
        MappedCategory(uuid7(), "x", "b", "", "", 0),
        MappedCategory(uuid7(), "x/y", "Pièces", "", "", 0),
        MappedCategory(uuid7(), "z", "Pièces", "", "a/parts", 0),
    ]
    assert propose_all(categories, tree) == {categories[0].id: "b", categories[1].id: "b/parts"}


# --- Mapping ---------------------------------------------------------------------------------------------------------
def test_categories_without_a_meaning_have_that_of_the_one_around_them(tree: Taxonomy, world: World) -> None:
    with use_tenant(world.acme.scope):
        vis = Category.objects.get(path="vis")
        Category.objects.create(parent=vis, path="vis/inox", slug="inox", name_fr="Inox")
    map_category(world.acme, vis="fasteners/screws")
    with use_tenant(world.acme.scope):
        known = outline()
        assert known.taxonomy_code("vis/inox") == "fasteners/screws"
        assert known.taxonomy_code("ecrous") == known.taxonomy_code("") == ""


def test_mapping_is_for_the_suppliers_own_people_and_its_own_categories(world: World) -> None:
    own, foreign = category_id(world.acme, "vis"), category_id(world.bolt, "vis")
    with use_tenant(world.acme.scope, party="tenant"):
        with pytest.raises(NotAllowed):
            map_categories(codes={own: "fasteners"}, actor=world.bolt.staff)
        with pytest.raises(NotFound):
            map_categories(codes={own: "fasteners", foreign: "fasteners"}, actor=world.acme.staff)
        assert not Category.objects.exclude(taxonomy_code="").exists()
        assert map_categories(codes={own: "fasteners"}, actor=world.acme.staff) == 1
        assert map_categories(codes={own: "fasteners"}, actor=world.acme.staff) == 0
        with statements() as texts:
            assert {row.path: row.count for row in mapped_categories()}["vis"] == 2
    assert len(texts) == 1


def test_the_page_proposes_and_saves(tree: Taxonomy, world: World, browser: Open) -> None:
    client = browser(world.acme.host, world.acme.owner)
    html = text_of(client.get("/portal/taxonomy/"))
    assert html.count("proposed by its name") == 4
    chosen = dict(
        re.findall(r'<select id="(node-[0-9a-f]+)".*?<option value="([^"]*)" selected', html, flags=re.DOTALL)
    )
    field = f"node-{category_id(world.acme, 'ecrous').hex}"
    assert chosen[field] == "fasteners/nuts"
    with use_tenant(world.acme.scope):
        assert not Category.objects.exclude(taxonomy_code="").exists(), "a proposal counts only once it is saved"
    answer = client.post("/portal/taxonomy/", chosen)
    assert (answer.status_code, answer["Location"]) == (303, "/portal/taxonomy/")
    html = text_of(client.get("/portal/taxonomy/"))
    assert "4 categories are changed." in html
    assert "proposed" not in html.replace("what is proposed counts", "")
    with use_tenant(world.acme.scope):
        assert Category.objects.get(path="ecrous").taxonomy_code == "fasteners/nuts"


def test_a_node_that_does_not_exist_is_said_at_its_category_and_nothing_is_saved(
    tree: Taxonomy, world: World, browser: Open
) -> None:
    client = browser(world.acme.host, world.acme.owner)
    wrong, right = (f"node-{category_id(world.acme, path).hex}" for path in ("vis", "ecrous"))
    html = text_of(client.post("/portal/taxonomy/", {wrong: "nonsense", right: "fasteners/nuts", "node-x": ""}), 422)
    assert html.count("This category does not exist on the marketplace.") == 1
    assert f'id="{wrong}-error"' in html
    assert re.search(rf'id="{right}".*?<option value="fasteners/nuts" selected', html, flags=re.DOTALL)
    with use_tenant(world.acme.scope):
        assert not Category.objects.exclude(taxonomy_code="").exists()


def test_the_operator_reads_the_tree(tree: Taxonomy, world: World, browser: Open) -> None:
    html = text_of(browser(HOST, world.operator).get("/operator/taxonomy/"))
    assert "<code>fasteners/screws</code>" in html
    assert "31161500" in html


# --- Browsing --------------------------------------------------------------------------------------------------------
@pytest.fixture
def market(tree: Taxonomy, world: World) -> World:
    """Acme's screws and nuts and Bolt's screws stand in the taxonomy."""
    map_category(world.acme, vis="fasteners/screws", ecrous="fasteners/nuts")
    map_category(world.bolt, vis="fasteners/screws")
    share(world)
    index(world.acme, world.bolt)
    return world


def test_home_and_list_lead_through_the_taxonomy_with_counts(market: World, browser: Open) -> None:
    client = browser(HOST)
    home = text_of(client.get("/"))
    assert re.search(r'href="/search/\?node=fasteners">Fasteners</a> <small[^>]*>4<', home)
    assert re.search(r'node=fasteners%2Fscrews">Machine screws</a> <span[^>]*>3<', home)
    assert "As the suppliers sort them" in home
    screws = text_of(client.get("/search/", data={"node": "fasteners/screws"}))
    assert "3 products, 4 offers" in screws
    assert "<h1>Machine screws" in screws
    assert 'name="node" value="fasteners/screws"' in screws
    assert re.search(r'href="/search/\?node=fasteners">‹ Fasteners', screws)
    above = text_of(client.get("/search/", data={"node": "fasteners"}))
    assert re.search(r"Nuts</a> <span[^>]*>1<", above)
    for odd in ("nonsense", "fasteners|x", "x" * 500, "'\""):
        assert "0 products" in text_of(client.get("/search/", data={"node": odd}))


def test_goods_stand_where_most_suppliers_put_them(market: World, browser: Open) -> None:
    with use_tenant(PLATFORM):
        assert goods_info(screw_id()).taxonomy_code == "fasteners/screws"
    html = text_of(browser(HOST).get(f"/goods/{screw_id()}/"))
    assert re.search(r'href="/search/\?node=fasteners/screws">Machine screws', html)


def test_what_is_hidden_is_not_counted(market: World, browser: Open) -> None:
    with use_tenant(market.acme.scope, party="tenant"):
        save_visibility_rule(
            target=Target.CATEGORY,
            target_id=Category.objects.get(path="ecrous").pk,
            is_visible=False,
            customer_id=market.acme.customers["delmas"],
            actor=BOT,
        )
    delmas = text_of(browser(HOST, market.delmas.admin).get("/search/", data={"node": "fasteners"}))
    lecomte = text_of(browser(HOST, market.lecomte.admin).get("/search/", data={"node": "fasteners"}))
    assert "3 products, 4 offers" in delmas
    assert "Nuts</a>" not in delmas
    assert "4 products, 5 offers" in lecomte
    assert "Nuts</a>" in lecomte
