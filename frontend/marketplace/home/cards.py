"""The marketplace's home: categories of all suppliers, and the suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.requests import Request
from catalog.outline import Outline
from core import formatting
from frontend.asked import Asked
from frontend.facets import CategoryLink, marketplace_panel
from frontend.marketplace.offers import storefront_href
from marketplace.directory import Supplier, suppliers
from marketplace.taxonomy import Node, Taxonomy, taxonomy
from search.documents import CATEGORY, TAXONOMY, TENANT
from search.port import Query, Result
from search.queries import Found, find_on_marketplace


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """A supplier in the directory."""

    name: str
    city: str
    tagline: str
    href: str
    products_href: str
    count_text: str


@dataclass(frozen=True, slots=True)
class NodeLinks:
    """A root of the taxonomy, and what is in it."""

    root: CategoryLink
    children: tuple[CategoryLink, ...]


@dataclass(frozen=True, slots=True)
class MarketplaceHome:
    """Everything that the page prints."""

    suppliers: tuple[SupplierCard, ...]
    nodes: tuple[NodeLinks, ...]
    categories: tuple[CategoryLink, ...]
    search_path: str
    total_text: str


def marketplace_home(request: Request) -> MarketplaceHome:
    """The directory with the number of products of each supplier; two searches at most, and one statement."""
    path = reverse("marketplace_search")
    found = find_on_marketplace(Query(facets=(CATEGORY, TAXONOMY, TENANT), by_goods=True, size=0))
    counted = found.result.facets if found else {}
    counts = {value.value: value.count for value in counted.get(TENANT, ())}
    tree = taxonomy()
    panel = marketplace_panel(request, Asked(), found.result if found else Result(), Outline(), {}, tree=tree)
    links = () if _covers(tree, found) else panel.categories
    by_node = {value.value: value.count for value in counted.get(TAXONOMY, ())}
    return MarketplaceHome(
        suppliers=tuple(_card(supplier, counts.get(str(supplier.id), 0), path) for supplier in suppliers().values()),
        nodes=_nodes(tree, by_node, path),
        categories=tuple(
            CategoryLink(link.name, link.count_text, f"{path}{link.href.removeprefix(request.path)}") for link in links
        ),
        search_path=path,
        total_text=_total_text(found.result.total) if found else "",
    )


def _covers(tree: Taxonomy, found: Found | None) -> bool:
    """Whether every offer is somewhere in the taxonomy."""
    if found is not None and "documents_counted" not in found.result.degraded:
        found = find_on_marketplace(Query(facets=(TAXONOMY,), size=0))
    if found is None:
        return False
    counts = {value.value: value.count for value in found.result.facets.get(TAXONOMY, ())}
    return sum(counts.get(node.code, 0) for node in tree.children("")) == found.result.total


def _total_text(total: int) -> str:
    return ngettext("%(count)s offer", "%(count)s offers", total) % {"count": formatting.number(total)}


def _nodes(tree: Taxonomy, counts: Mapping[str, int], path: str) -> tuple[NodeLinks, ...]:
    """The first two levels of the taxonomy, as far as something is in them."""

    def link(node: Node) -> CategoryLink:
        return CategoryLink(node.name, formatting.number(counts[node.code]), f"{path}?{urlencode({'node': node.code})}")

    return tuple(
        NodeLinks(link(node), tuple(link(child) for child in tree.children(node.code) if counts.get(child.code)))
        for node in tree.children("")
        if counts.get(node.code)
    )


def _card(supplier: Supplier, count: int, path: str) -> SupplierCard:
    return SupplierCard(
        name=supplier.name,
        city=supplier.city,
        tagline=supplier.tagline,
        href=storefront_href(supplier.id),
        products_href=f"{path}?{urlencode({'supplier': str(supplier.id)})}",
        count_text=formatting.number(count),
    )
