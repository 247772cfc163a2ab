"""Brands and categories by name: found again however they are typed, created when they are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from django.utils.text import slugify

from catalog.models import Brand, Category

#: Path of names in French, and in English where known.
NamePath = tuple[tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=8192)
def slug_of(name: str) -> str:
    """A name folded for comparing: ``TEXAS INSTRUMENTS `` and ``Texas Instruments`` are one brand."""
    return (slugify(name) or slugify(name, allow_unicode=True) or name.strip().lower().replace("/", "-"))[:80]


def path_of(names: Iterable[str]) -> str:
    """Path of a category's slugs, such as ``fixings/bolts``."""
    return "/".join(slug_of(name) for name in names)


def ensure_brands(names: Mapping[str, str]) -> dict[str, UUID]:
    """Ids of brands by slug; ``names`` gives a spelling for those that are new."""
    if not names:
        return {}
    known = _brand_ids(names)
    missing = [Brand(slug=slug, name=name) for slug, name in names.items() if slug not in known]
    if missing:
        Brand.objects.bulk_create(missing, ignore_conflicts=True)
        known = _brand_ids(names)
    return known


def ensure_categories(paths: Mapping[str, NamePath]) -> dict[str, UUID]:
    """Ids of categories by slug path; the missing ones are created with their ancestors."""
    wanted: dict[str, tuple[str, str]] = {}
    for names, names_en in paths.values():
        for depth in range(1, len(names) + 1):
            english = names_en[depth - 1] if len(names_en) == len(names) else ""
            wanted.setdefault(path_of(names[:depth]), (names[depth - 1], english))
    known = _category_ids(wanted)
    missing = {path: names for path, names in wanted.items() if path not in known}
    for depth in sorted({path.count("/") for path in missing}):
        level = [path for path in missing if path.count("/") == depth]
        Category.objects.bulk_create([_node(path, missing[path], known) for path in level], ignore_conflicts=True)
        known |= _category_ids(level)
    return known


def _node(path: str, names: tuple[str, str], known: Mapping[str, UUID]) -> Category:
    parent, _slash, slug = path.rpartition("/")
    return Category(
        parent_id=known[parent] if parent else None, slug=slug, path=path, name_fr=names[0], name_en=names[1]
    )


def _brand_ids(slugs: Iterable[str]) -> dict[str, UUID]:
    return dict(Brand.objects.filter(slug__in=list(slugs)).values_list("slug", "id"))


def _category_ids(paths: Iterable[str]) -> dict[str, UUID]:
    return dict(Category.objects.filter(path__in=list(paths)).values_list("path", "id"))
