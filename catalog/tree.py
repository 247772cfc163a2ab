"""Brands and categories by name: found again however they are typed, created when they are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from django.utils.text import slugify

from catalog.models import Brand, Category, CategoryAlias

#: Path of names in French, and in English; one of them may be empty.
NamePath = tuple[tuple[str, ...], tuple[str, ...]]
#: Longest path of slugs.
LONGEST_PATH = 400


@lru_cache(maxsize=8192)
def slug_of(name: str) -> str:
    """A name folded for comparing: ``TEXAS INSTRUMENTS `` and ``Texas Instruments`` are one brand."""
    return (slugify(name) or slugify(name, allow_unicode=True) or name.strip().lower().replace("/", "-"))[:80]


def path_of(names: Iterable[str]) -> str:
    """Path of a category's slugs, such as ``fixings/bolts``."""
    return "/".join(slug_of(name) for name in names)


def asked_paths(named: Iterable[NamePath]) -> dict[str, str]:
    """Paths as names spell them, each with the path of its English names ("" where those are not as deep)."""
    found: dict[str, str] = {}
    for french, english in named:
        if path := path_of(french or english):
            other = path_of(english) if len(french) == len(english) else ""
            found[path] = found.get(path) or other
    return found


def paths_today(asked: Mapping[str, str]) -> dict[str, str]:
    """Where categories are now, by the path that names spell: renamed, moved or merged ones where they are today.

    ``asked`` is what :func:`asked_paths` gives: a path that no category has is looked for by its English one among
    those without a French name. The number of statements does not depend on the number of paths.
    """
    today = {path: path for path in asked}
    while aliases := _aliases(today.values()):
        today = {path: _replaced(now, aliases) for path, now in today.items()}
    return today | _by_english({path: other for path, other in asked.items() if today[path] == path and other})


def path_today(path: str) -> str:
    """Where the category is now that has or had this path."""
    return paths_today({path: ""})[path]


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
    """Ids of categories by path (as :func:`paths_today` gives it); the missing ones are created with their ancestors.

    The names are those of the path's last steps: what is above them is there.
    """
    wanted: dict[str, tuple[str, str]] = {}
    for path, (french, english) in paths.items():
        steps, length = path.split("/"), len(french or english)
        for place in range(max(0, length - len(steps)), length):
            depth = len(steps) - length + place + 1
            names = (french[place] if french else "", english[place] if len(english) == length else "")
            wanted.setdefault("/".join(steps[:depth]), names)
    known = _category_ids(wanted.keys() | {path.rpartition("/")[0] for path in wanted})
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


def _aliases(paths: Iterable[str]) -> dict[str, str]:
    """Present paths by the old ones that these paths are or begin with; one statement."""
    starts = {start for path in paths for start in steps_of(path)}
    rows = CategoryAlias.objects.filter(path__in=list(starts)) if starts else CategoryAlias.objects.none()
    return dict(rows.values_list("path", "category__path"))


def _replaced(path: str, aliases: Mapping[str, str]) -> str:
    """The path with its longest old beginning replaced: each time the rest is shorter, so this comes to an end."""
    for start in reversed(steps_of(path)):
        if start in aliases:
            return aliases[start] + path.removeprefix(start)
    return path


def steps_of(path: str) -> list[str]:
    """A path and those of its ancestors, from the root."""
    parts = path.split("/") if path else []
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _by_english(asked: Mapping[str, str]) -> dict[str, str]:
    """Paths of categories that have only an English name; at most two statements."""
    starts = {start for path, other in asked.items() if other != path for start in steps_of(other)}
    if not starts:
        return {}
    nameless = set(Category.objects.filter(path__in=list(starts), name_fr="").values_list("path", flat=True))
    real = _category_ids({step for path in asked for step in steps_of(path)}) if nameless else {}
    found: dict[str, str] = {}
    for path, other in asked.items() if nameless else ():
        pairs = zip(reversed(steps_of(path)), reversed(steps_of(other)), strict=True)
        for french, english in pairs:
            if french in real:
                break
            if english in nameless:
                found[path] = english + path.removeprefix(french)
                break
    return found
