"""The platform's taxonomy: one tree that the categories of all tenants are mapped to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache as remembered
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.cache import cache

from catalog.keys import sku_key
from catalog.taxonomy import MappedCategory
from core import formatting
from core.db import atomic
from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from marketplace.models import TaxonomyNode

SEED = Path(__file__).with_name("taxonomy.json")
_KEY = "marketplace:taxonomy"
_SECONDS = 60
_FIELDS = ("name_fr", "name_en", "etim_class", "unspsc", "eclass", "position")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the taxonomy; ``code`` is its path."""

    code: str
    name_fr: str
    name_en: str
    etim_class: str
    unspsc: str
    eclass: str

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)

    @property
    def parent(self) -> str:
        return self.code.rpartition("/")[0]

    @property
    def depth(self) -> int:
        return self.code.count("/")


@dataclass(frozen=True)
class Taxonomy:
    """All nodes by code, parents before what is in them, brothers in their order."""

    nodes: Mapping[str, Node]

    def trail(self, code: str) -> list[Node]:
        """A node with those around it, from the root; what does not exist is left out."""
        parts = code.split("/")
        codes = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return [self.nodes[step] for step in codes if step in self.nodes]

    def children(self, code: str) -> list[Node]:
        """Nodes directly in a node ("" for the roots)."""
        return [node for node in self.nodes.values() if node.parent == code]

    def full_name(self, code: str) -> str:
        """``Fasteners › Screws``."""
        return " › ".join(node.name for node in self.trail(code))


def taxonomy() -> Taxonomy:
    """The taxonomy: from the cache, else one statement. At most a minute old."""
    with use_tenant(PLATFORM):
        known: Taxonomy | None = cache.get(_KEY)
        if known is None:
            rows = TaxonomyNode.objects.order_by("position", "code")
            nodes = [Node(*row) for row in rows.values_list("code", *_FIELDS[:-1])]
            known = Taxonomy({node.code: node for node in _parents_first(nodes)})
            cache.set(_KEY, known, _SECONDS)
    return known


def forget_taxonomy() -> None:
    """Drop the cached taxonomy."""
    with use_tenant(PLATFORM):
        cache.delete(_KEY)


def _parents_first(nodes: Sequence[Node], parent: str = "") -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node.parent == parent:
            found += [node, *_parents_first(nodes, node.code)]
    return found


def load_taxonomy() -> int:
    """Bring the nodes that the platform comes with up to date; others stay. Answers how many there are."""
    rows = [
        TaxonomyNode(
            code=one["code"],
            name_fr=one["fr"],
            name_en=one["en"],
            etim_class=one.get("etim", ""),
            unspsc=one.get("unspsc", ""),
            eclass=one.get("eclass", ""),
            position=place,
        )
        for place, one in enumerate(_seed())
    ]
    with use_tenant(OPERATOR):
        _write(rows)
    forget_taxonomy()
    return len(rows)


@atomic
def _write(rows: Sequence[TaxonomyNode]) -> None:
    TaxonomyNode.objects.bulk_create(rows, update_conflicts=True, unique_fields=("code",), update_fields=_FIELDS)


@remembered
def _seed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(SEED.read_text())
    return found


# --- proposals -------------------------------------------------------------------------------------------------------
def propose(names: Sequence[str], inside: str, known: Taxonomy) -> str:
    """The node that a category with one of these names means, inside of what the category around it means.

    A name means a node when it is the node's, or one that the platform knows for it, whatever the spelling and the
    plural. Nothing when none or several do.
    """
    wanted = {form for name in names if (form := _form(name))}
    codes = [code for code, forms in _forms(known).items() if forms & wanted]
    within = [code for code in codes if code.startswith(f"{inside}/")] if inside else []
    found = within or codes
    return found[0] if len(found) == 1 else ""


def propose_all(categories: Sequence[MappedCategory], known: Taxonomy) -> dict[UUID, str]:
    """What categories that nobody has mapped seem to mean; ``categories`` parents first."""
    meanings: dict[str, str] = {}
    found: dict[UUID, str] = {}
    for category in categories:
        inside = meanings.get(category.path.rpartition("/")[0], "")
        code = category.taxonomy_code
        if not code and (code := propose((category.name_fr, category.name_en), inside, known)):
            found[category.id] = code
        meanings[category.path] = code or inside
    return found


def _forms(known: Taxonomy) -> dict[str, set[str]]:
    also = {one["code"]: one.get("also", []) for one in _seed()}
    return {
        node.code: {_form(name) for name in (node.name_fr, node.name_en, *also.get(node.code, []))}
        for node in known.nodes.values()
    }


def _form(name: str) -> str:
    """A name folded: no case, no accents, no plural."""
    return "".join(word.rstrip("sx") or word for word in (sku_key(part) for part in name.split()) if word)
