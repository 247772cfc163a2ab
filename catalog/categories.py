"""Use cases of the category tree: categories are added, named, ordered, moved, merged and deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from catalog.enums import CategoryMove
from catalog.errors import CategoryInside, CategoryInUse
from catalog.forest import Forest, hand_over, hold_forest, name_of, names_of
from catalog.models import Category, CategoryChange, Product
from catalog.outline import forget_outline
from catalog.policies import require_manage
from catalog.structure import catalogue_changed, require_name
from catalog.tree import NamePath, asked_paths, paths_today, slug_of
from core.actor import Actor
from core.db import atomic

_LATEST = 20


@dataclass(frozen=True, slots=True)
class CategoryData:
    """What a category is called and where it is; without a parent it is a root."""

    name_fr: str
    name_en: str = ""
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category in the supplier's tree; ``trail`` are the names from the root, ``count`` the products in it itself."""

    id: UUID
    parent_id: UUID | None
    path: str
    name_fr: str
    name_en: str
    trail: tuple[str, ...]
    count: int
    below: int
    is_first: bool
    is_last: bool

    @property
    def depth(self) -> int:
        return len(self.trail) - 1


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One entry of the tree's history."""

    at: datetime
    actor_name: str
    kind: str
    before: str
    after: str


def category_lines() -> list[CategoryLine]:
    """All categories in the order of the tree; one statement."""
    rows = {row.pk: row for row in Category.objects.order_by().annotate(count=Count("products"))}
    forest, found, places = Forest(dict(rows)), list[CategoryLine](), dict[UUID | None, list[UUID]]()
    ordered = list(forest.ordered())
    for row in ordered:
        places.setdefault(row.parent_id, []).append(row.pk)
    for row in ordered:
        siblings = places[row.parent_id]
        found.append(
            CategoryLine(
                row.pk,
                row.parent_id,
                row.path,
                row.name_fr,
                row.name_en,
                tuple(name_of(step) for step in forest.trail(row)),
                rows[row.pk].count,
                len(places.get(row.pk, ())),
                is_first=siblings[0] == row.pk,
                is_last=siblings[-1] == row.pk,
            )
        )
    return found


def category_changes() -> list[ChangeLine]:
    """What was done to the tree last, the newest first; one statement."""
    rows = CategoryChange.objects.values_list("at", "actor_name", "kind", "before", "after")
    return [ChangeLine(*row) for row in rows[:_LATEST]]


@atomic
def add_category(*, data: CategoryData, actor: Actor) -> UUID:
    """Add a category as the last one there.

    Raises NotAllowed, InvalidInput, NoSuchCategory, CategoryTaken.
    """
    require_manage(actor)
    require_name(data.name_fr, data.name_en, field="name_fr")
    forest = hold_forest()
    row = Category(path="")
    _name(row, data)
    forest.put(row, data.parent_id)
    forest.write()
    _note(actor, CategoryMove.ADDED, after=names_of(forest.trail(row)))
    forget_outline()
    return row.pk


@atomic
def save_category(*, category_id: UUID, data: CategoryData, actor: Actor) -> None:
    """Name a category anew, or move it with all below it; addresses and files that name its old path still find it.

    Raises NotAllowed, InvalidInput, NoSuchCategory, CategoryTaken, CategoryInside. Emits CatalogChanged.
    """
    require_manage(actor)
    require_name(data.name_fr, data.name_en, field="name_fr")
    forest = hold_forest()
    row = forest.find(category_id)
    before, stood = names_of(forest.trail(row)), CategoryData(row.name_fr, row.name_en, row.parent_id)
    if slug_of(row.name_fr or row.name_en) != slug_of(_first_name(data)):
        row.slug = slug_of(_first_name(data))
    row.name_fr, row.name_en = data.name_fr.strip(), data.name_en.strip()
    forest.touched.add(row.pk)
    if row.parent_id != data.parent_id:
        forest.put(row, data.parent_id)
    if CategoryData(row.name_fr, row.name_en, row.parent_id) == stood:
        return
    forest.write()
    _note(actor, CategoryMove.CHANGED, before, names_of(forest.trail(row)))
    catalogue_changed()


@atomic
def shift_category(*, category_id: UUID, by: int, actor: Actor) -> None:
    """Let a category change places with the one before it (``by`` -1) or after it (1). Raises NotAllowed,
    NoSuchCategory.
    """
    require_manage(actor)
    forest = hold_forest()
    row = forest.find(category_id)
    siblings = forest.below(row.parent_id)
    place = siblings.index(row)
    to = max(0, min(len(siblings) - 1, place + by))
    if to == place:
        return
    siblings.insert(to, siblings.pop(place))
    for position, sibling in enumerate(siblings, start=1):
        sibling.position = position
        forest.touched.add(sibling.pk)
    forest.write()
    names = names_of(forest.trail(row))
    _note(actor, CategoryMove.ORDERED, names, names)
    forget_outline()


@atomic
def merge_category(*, category_id: UUID, into_id: UUID, actor: Actor) -> None:
    """Let a category go into another: its goods, what is below it, its visibility rules and its paths.

    The other one keeps its names, and its meaning in the platform's taxonomy where it has one.
    Raises NotAllowed, NoSuchCategory, CategoryInside, VisibilityDiffers, InvalidInput. Emits CatalogChanged.
    """
    require_manage(actor)
    forest = hold_forest()
    source, target = forest.find(category_id), forest.find(into_id, field="into")
    if source in forest.trail(target):
        raise CategoryInside(field="into")
    before, names = names_of(forest.trail(source)), {key: name_of(row) for key, row in forest.rows.items()}
    if not forest.meaning(target):
        target.taxonomy_code = forest.meaning(source)
        forest.touched.add(target.pk)
    forest.fold(source, target)
    forest.write()
    hand_over(forest.taken_in(), names)
    _note(actor, CategoryMove.MERGED, before, names_of(forest.trail(target)))
    catalogue_changed()


@atomic
def delete_category(*, category_id: UUID, actor: Actor) -> None:
    """Take an empty category away, with its visibility rules. Raises NotAllowed, NoSuchCategory, CategoryInUse."""
    require_manage(actor)
    forest = hold_forest()
    row = forest.find(category_id)
    goods, below = Product.objects.filter(category=row).count(), len(forest.below(row.pk))
    if goods or below:
        raise CategoryInUse(goods=goods, below=below)
    names = names_of(forest.trail(row))
    row.delete()
    _note(actor, CategoryMove.DELETED, before=names)
    forget_outline()


def fill_names(*, named: Sequence[NamePath], actor: Actor) -> None:
    """Give categories the names that they lack, where a path comes in both languages; what is written stays.

    Three statements when nothing is lacking, whatever the number of paths. Emits CatalogChanged when it writes.
    """
    both = {pair for pair in named if pair[0] and len(pair[0]) == len(pair[1])}
    if not both:
        return
    steps = _steps(both)
    lacking = Category.objects.filter(Q(name_en="") | Q(name_fr=""), path__in=list(steps))
    if not lacking.exists():
        return
    forest = hold_forest()
    by_path = {row.path: row for row in forest.rows.values()}
    before = {key: names_of(forest.trail(row)) for key, row in forest.rows.items()}
    for path, (french, english) in steps.items():
        row = by_path.get(path)
        if row is not None and _fill(row, french, english, {other.slug for other in forest.below(row.parent_id)}):
            forest.touched.add(row.pk)
    if not forest.touched:
        return
    filled = [forest.rows[key] for key in forest.touched]
    forest.write()
    CategoryChange.objects.bulk_create(
        _change(actor, CategoryMove.CHANGED, before[row.pk], names_of(forest.trail(row))) for row in filled
    )
    catalogue_changed()


def _steps(both: Iterable[NamePath]) -> dict[str, tuple[str, str]]:
    """Names of every step of these paths, by where the category is today."""
    found: dict[str, tuple[str, str]] = {}
    pairs = [(french[:depth], english[:depth]) for french, english in both for depth in range(1, len(french) + 1)]
    today = paths_today(asked_paths(pairs))
    for french, english in pairs:
        (path,) = asked_paths([(french, english)])
        found.setdefault(today[path], (french[-1], english[-1]))
    return found


def _fill(row: Category, french: str, english: str, taken: set[str]) -> bool:
    """Set the name that is lacking; whether it was. An export writes the other name where there is no French one.

    ``taken`` are slugs beside it: a French name that another one has there already is not given twice.
    """
    if not row.name_en:
        row.name_en = english
        return True
    if not row.name_fr and french != row.name_en and slug_of(french) not in taken - {row.slug}:
        row.name_fr, row.slug = french, slug_of(french)
        return True
    return False


def _name(row: Category, data: CategoryData) -> None:
    row.name_fr, row.name_en = data.name_fr.strip(), data.name_en.strip()
    row.slug = slug_of(_first_name(data))


def _first_name(data: CategoryData) -> str:
    return data.name_fr.strip() or data.name_en.strip()


def _note(actor: Actor, kind: CategoryMove, before: str = "", after: str = "") -> None:
    _change(actor, kind, before, after).save()


def _change(actor: Actor, kind: CategoryMove, before: str, after: str) -> CategoryChange:
    return CategoryChange(kind=kind, before=before, after=after, actor_id=actor.user_id, actor_name=actor.name)
