"""What search engines are told: where they may go, what there is, which of many addresses is the page's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from catalog.models import Category, Product, Variant
from catalog.visibility import Target
from catalog.visibility_rules import Defaults, save_defaults, save_visibility_rule
from core.tenancy import use_tenant
from frontend.languages import without_language
from frontend.storefront.seo import sitemap
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.counting import statements
from tests.world import BOT, World

Open = Callable[..., Any]
SITE = "http://acme.localhost"
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def shop(world: World) -> World:
    engine().drop(MARKETPLACE)
    with use_tenant(world.acme.scope):
        indexing.rebuild_shop(tenant_id=world.acme.id)
    return world


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode())


def xml(client: Any, path: str) -> ET.Element:
    return ET.fromstring(text_of(client.get(path)))  # noqa: S314 - our own


def locations(client: Any, path: str) -> list[str]:
    return [str(found.text) for found in xml(client, path).iter(f"{{{NS['s']}}}loc")]


def canonical(html: str) -> str:
    found = re.search(r'<link rel="canonical" href="([^"]+)">', html)
    return found[1] if found else ""


def is_listed(answer: Any) -> bool:
    """Whether a page may be listed; header and page say the same."""
    by_header = "noindex" not in answer.headers.get("X-Robots-Tag", "")
    by_page = '<meta name="robots" content="noindex">' not in answer.content.decode()
    assert by_header is by_page
    return by_header


# --- robots.txt and sitemap ------------------------------------------------------------------------------------------
def test_robots_name_the_sitemap_and_what_is_gated(shop: World, browser: Open) -> None:
    lines = text_of(browser(shop.acme.host).get("/robots.txt")).splitlines()
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    for path in ("/portal/", "/cart/", "/checkout/", "/quick-order/", "/company/", "/api/", "/sign-in/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /catalog/" not in lines


def test_the_sitemap_lists_every_page_in_every_language(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host)
    assert locations(client, "/sitemap.xml") == [f"{SITE}/sitemap.xml?part={place}" for place in (0, 1)]
    ways = locations(client, "/sitemap.xml?part=0")
    assert {f"{SITE}/?lang=fr", f"{SITE}/catalog/?lang=en", f"{SITE}/catalog/?category=vis&lang=fr"} <= set(ways)
    goods = locations(client, "/sitemap.xml?part=1")
    assert sorted(goods) == sorted(
        f"{SITE}/catalog/p/{sku}/?lang={code}" for sku in shop.acme.variants for code in ("fr", "en")
    )
    first = xml(client, "/sitemap.xml?part=1")[0]
    links = {link.get("hreflang"): link.get("href") for link in first.findall("x:link", NS)}
    page = goods[0].partition("?")[0]
    assert links == {"fr": f"{page}?lang=fr", "en": f"{page}?lang=en", "x-default": page}
    for listed in (*ways, *goods):
        answer = client.get(listed.removeprefix(SITE))
        assert canonical(text_of(answer)) == listed.replace("&", "&amp;"), "what is listed is the page's own address"


def test_parts_say_when_they_changed(shop: World, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "GOODS", 2)
    with use_tenant(shop.acme.scope):
        Variant.objects.update(updated_at=datetime(2025, 1, 2, tzinfo=UTC))
        Variant.objects.filter(sku="VN-1003").update(updated_at=datetime(2026, 3, 4, tzinfo=UTC))
    client = browser(shop.acme.host)
    found = [entry.findtext("s:lastmod", None, NS) for entry in xml(client, "/sitemap.xml")]
    newest, others = "2026-03-04T01:00:00+01:00", "2025-01-02T01:00:00+01:00"
    assert found == [newest, others, newest, others]
    parts = [locations(client, f"/sitemap.xml?part={place}") for place in (1, 2, 3)]
    assert [len(part) for part in parts] == [4, 4, 2]
    assert len({url for part in parts for url in part}) == 10


@pytest.mark.parametrize("part", ["2", "-1", "x", "99999999", "²"])
def test_a_part_that_is_not_there_is_not_found(shop: World, browser: Open, part: str) -> None:
    assert browser(shop.acme.host).get(f"/sitemap.xml?part={part}").status_code == 404


def test_the_sitemap_is_the_visitors_whoever_asks(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope, party="tenant"):
        product = Product.objects.get(code="VN-1003").pk
        save_visibility_rule(target=Target.PRODUCT, target_id=product, is_visible=False, actor=BOT)
        rule: dict[str, Any] = {"customer_id": shop.acme.customers["delmas"], "is_visible": True, "actor": BOT}
        save_visibility_rule(target=Target.PRODUCT, target_id=product, **rule)
    for person in (None, shop.delmas.admin):
        assert "VN-1003" not in text_of(browser(shop.acme.host, person).get("/sitemap.xml?part=1"))


def test_few_statements_for_any_number_of_goods(shop: World, browser: Open) -> None:
    client, counts = browser(shop.acme.host), []
    for more in (0, 40):
        with use_tenant(shop.acme.scope):
            product = Product.objects.get(code="VN-1001")
            Category.objects.bulk_create(Category(slug=f"c{n}", path=f"c{n}", name_fr=f"C{n}") for n in range(more))
            Variant.objects.bulk_create(
                Variant(product=product, sku=f"M-{n}", sku_key=f"m{n}", name_fr=f"M {n}") for n in range(more)
            )
        for path in ("/sitemap.xml", "/sitemap.xml?part=0", "/sitemap.xml?part=1"):
            text_of(client.get(path))
            with statements() as captured:
                text_of(client.get(path))
            counts.append(len(captured))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 2


@pytest.mark.parametrize("by_rule", [False, True])
def test_where_visitors_see_nothing_search_engines_find_nothing(shop: World, browser: Open, *, by_rule: bool) -> None:
    with use_tenant(shop.acme.scope, party="tenant"):
        if by_rule:
            save_visibility_rule(target=Target.EVERYTHING, is_visible=False, actor=BOT)
        else:
            save_defaults(defaults=Defaults(visitors_see=False), actor=BOT)
        indexing.rebuild_shop(tenant_id=shop.acme.id)
    client = browser(shop.acme.host)
    assert text_of(client.get("/robots.txt")) == "User-agent: *\nDisallow: /\n"
    assert client.get("/sitemap.xml").status_code == client.get("/sitemap.xml?part=0").status_code == 404
    for path in ("/", "/catalog/", "/catalog/?category=vis"):
        assert not is_listed(client.get(path)), path


# --- Addresses -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/catalog/", "/catalog/"),
        ("/catalog/?category=vis&sort=name&stock=1&f-brand=Inoxal&utm_source=x", "/catalog/?category=vis"),
        ("/catalog/?f-brand=Inoxal&lang=fr", "/catalog/?lang=fr"),
        ("/catalog/?lang=xx", "/catalog/"),
        ("/catalog/p/VN-1001/?ref=1", "/catalog/p/VN-1001/"),
        ("/catalog/p/VN-1001/?lang=en", "/catalog/p/VN-1001/?lang=en"),
    ],
)
def test_one_page_has_one_address(shop: World, browser: Open, path: str, expected: str) -> None:
    answer = browser(shop.acme.host).get(path)
    html = text_of(answer)
    assert canonical(html) == f"{SITE}{expected}"
    assert is_listed(answer)
    bare = without_language(expected)
    assert f'<link rel="alternate" hreflang="x-default" href="{SITE}{bare}">' in html
    assert re.search(rf'hreflang="fr" href="{re.escape(SITE + bare)}(\?|&amp;)lang=fr"', html)


def test_pages_of_a_list_are_kept_apart(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        product = Product.objects.get(code="VN-1001")
        Variant.objects.bulk_create(
            Variant(product=product, sku=f"M-{n}", sku_key=f"m{n}", name_fr=f"M {n}") for n in range(60)
        )
        indexing.rebuild_shop(tenant_id=shop.acme.id)
    client = browser(shop.acme.host)
    assert canonical(text_of(client.get("/catalog/?page=2&sort=name"))) == f"{SITE}/catalog/?page=2"
    assert not is_listed(client.get("/catalog/?page=9")), "a page without rows"


GATED = ("/catalog/?q=vis", "/catalog/?category=nowhere", "/sign-in/", "/register/")
BUYERS = ("/", "/catalog/", "/catalog/p/VN-1001/", "/cart/", "/quick-order/", "/orders/", "/invoices/", "/company/",
          "/company/part-numbers/", "/company/api-keys/")  # fmt: skip


def test_what_is_gated_or_only_searched_is_not_listed(shop: World, browser: Open) -> None:
    for path in GATED:
        assert not is_listed(browser(shop.acme.host).get(path)), path
    buyer = browser(shop.acme.host, shop.delmas.admin)
    for path in BUYERS:
        assert not is_listed(buyer.get(path)), path
    staff = browser(shop.acme.host, shop.acme.owner)
    for path in ("/portal/", "/portal/visibility/"):
        assert not is_listed(staff.get(path)), path
    for path in ("/compare/", "/rfqs/new/"):
        assert not is_listed(browser("localhost", shop.delmas.admin).get(path)), path
    assert is_listed(browser("localhost").get("/"))
    assert "noindex" in browser(shop.acme.host).get("/search/suggest/?q=vis")["X-Robots-Tag"]


# --- Languages -------------------------------------------------------------------------------------------------------
def test_the_address_names_the_language_of_its_page_only(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host, language="en")
    french = client.get("/catalog/p/VN-1003/?lang=fr")
    assert '<html lang="fr">' in text_of(french)
    assert "Écrou frein M8 inox A2" in text_of(french)
    assert french["Content-Language"] == "fr"
    assert "lang" not in client.client.cookies
    assert '<html lang="en">' in text_of(client.get("/catalog/p/VN-1003/"))
    client.client.cookies["lang"] = "fr"
    assert '<html lang="en">' in text_of(client.get("/catalog/p/VN-1003/?lang=en"))
    assert '<html lang="fr">' in text_of(client.get("/catalog/p/VN-1003/?lang=de"))
    assert '<input type="hidden" name="lang" value="en">' in text_of(client.get("/catalog/?lang=en")), "filters keep it"


def test_the_switch_wins_over_the_address_that_one_was_at(shop: World, browser: Open) -> None:
    client = browser(shop.acme.host, language="en")
    answer = client.post("/language/", {"language": "en", "next": "/catalog/?category=vis&lang=fr"})
    assert answer["Location"] == "/catalog/?category=vis"
    assert client.get(answer["Location"])["Content-Language"] == "en"


# --- Structured data -------------------------------------------------------------------------------------------------
def described(html: str) -> dict[str, Any]:
    """Structured data of a page, by type."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {one["@type"]: one for one in map(json.loads, found)}


def test_a_product_is_described(shop: World, browser: Open) -> None:
    with use_tenant(shop.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(gtin="4006381333931", manufacturer_part_number="MPN-7")
        Product.objects.filter(code="VN-1001").update(description_en="For wet rooms.")
    html = text_of(browser(shop.acme.host).get("/catalog/p/VN-1001/?lang=en"))
    assert described(html)["Product"] == {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Cap screw M8×40 A4",
        "sku": "VN-1001",
        "url": f"{SITE}/catalog/p/VN-1001/?lang=en",
        "gtin": "4006381333931",
        "mpn": "MPN-7",
        "brand": {"@type": "Brand", "name": "Inoxal"},
        "description": "For wet rooms.",
    }
    trail = described(html)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in trail] == [1, 2, 3, 4]
    assert trail[2] == {"@type": "ListItem", "position": 3, "name": "Vis", "item": f"{SITE}/catalog/?category=vis"}
    assert "offers" not in html, "prices are not public"


def test_what_a_supplier_types_cannot_leave_the_data(shop: World, browser: Open) -> None:
    nasty = '</script><script>alert(1)</script> & <!-- \u2028 "quoted"'
    with use_tenant(shop.acme.scope):
        Variant.objects.filter(sku="VN-1001").update(name_fr=nasty, name_en=nasty)
    html = text_of(browser(shop.acme.host).get("/catalog/p/VN-1001/"))
    assert described(html)["Product"]["name"] == nasty
    assert "<script>alert" not in html


def test_the_policy_lets_data_be(shop: World, browser: Open) -> None:
    policy = browser(shop.acme.host).get("/catalog/p/VN-1001/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_names_are_those_of_the_urls(shop: World) -> None:
    for name, path in (("storefront_robots", "/robots.txt"), ("storefront_sitemap", "/sitemap.xml")):
        assert reverse(name, urlconf="config.urls_tenant") == path
