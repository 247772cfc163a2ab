"""The category tree as a whole, held while it changes: what one change means for the paths of all below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, models
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from catalog.errors import CategoryInside, CategoryTaken, NoSuchCategory, VisibilityDiffers
from catalog.keys import uuid_array
from catalog.models import Category, CategoryAlias, VisibilityRule
from catalog.outline import shown_order
from catalog.structure import hold_visibility
from catalog.tree import LONGEST_PATH
from core import formatting
from core.db import Lock, advisory_lock
from core.errors import InvalidInput
from core.scope import current_scope


@dataclass
class Forest:
    """All categories by key, locked; ``touched`` are those to write, ``gone`` those merged, with what took them in."""

    rows: dict[UUID, Category]
    touched: set[UUID] = field(default_factory=set)
    gone: dict[UUID, UUID] = field(default_factory=dict)
    left_paths: dict[UUID, str] = field(default_factory=dict)

    def find(self, key: UUID, *, field: str | None = None) -> Category:
        """A category. Raises NoSuchCategory."""
        if key not in self.rows:
            raise NoSuchCategory(field=field)
        return self.rows[key]

    def below(self, parent_id: UUID | None) -> list[Category]:
        """The categories directly below one (None: the roots), as people see them."""
        found = [row for row in self.rows.values() if row.parent_id == parent_id]
        return sorted(found, key=lambda row: shown_order(row.position, name_of(row)))

    def trail(self, row: Category) -> list[Category]:
        """A category with those around it, from the root."""
        steps = [row]
        while steps[0].parent_id is not None:
            steps.insert(0, self.rows[steps[0].parent_id])
        return steps

    def meaning(self, row: Category) -> str:
        """The node of the platform's taxonomy that holds for a category."""
        return next((step.taxonomy_code for step in reversed(self.trail(row)) if step.taxonomy_code), "")

    def put(self, row: Category, parent_id: UUID | None) -> None:
        """Make a category the last one below another, or a root. Raises NoSuchCategory, CategoryInside."""
        if parent_id is not None and row in self.trail(self.find(parent_id, field="parent")):
            raise CategoryInside(field="parent")
        last = max((other.position for other in self.below(parent_id)), default=0)
        row.parent_id, row.position = parent_id, last + 1 if last else 0
        self.rows[row.pk] = row
        self.touched.add(row.pk)

    def fold(self, source: Category, target: Category) -> None:
        """Let a category go into another: what is below it moves there, into its like where there is one."""
        self.gone[source.pk], self.left_paths[source.pk] = target.pk, source.path
        children = self.below(source.pk)
        del self.rows[source.pk]
        for child in children:
            like = next((other for other in self.below(target.pk) if other.slug == child.slug), None)
            if like is None:
                self.put(child, target.pk)
            else:
                self.fold(child, like)

    def taken_in(self) -> dict[UUID, UUID]:
        """What is gone, each with the category that has its goods in the end."""
        return {source: self._heir(source) for source in self.gone}

    def _heir(self, key: UUID) -> UUID:
        return self._heir(self.gone[key]) if key in self.gone else key

    def ordered(self) -> Iterator[Category]:
        """All categories, parents first and each followed by those below it."""
        by_parent: dict[UUID | None, list[Category]] = {}
        for row in sorted(self.rows.values(), key=lambda row: shown_order(row.position, name_of(row)), reverse=True):
            by_parent.setdefault(row.parent_id, []).append(row)
        waiting = list(by_parent.get(None, ()))
        while waiting:
            row = waiting.pop()
            yield row
            waiting.extend(by_parent.get(row.pk, ()))

    def write(self) -> None:
        """Write what changed, with the paths of all below; old paths still lead here.

        Raises CategoryTaken, InvalidInput. The number of statements does not depend on the size of the tree.
        """
        for row in self.ordered():
            parent = self.rows[row.parent_id].path if row.parent_id else ""
            path = f"{parent}/{row.slug}" if parent else row.slug
            if path != row.path:
                self.left_paths[row.pk] = row.path
                self.touched.add(row.pk)
                row.path = path
        self._check()
        if self.left_paths:  # a path may be that of another one until then
            leaving = Category.objects.filter(pk__in=list(self.left_paths))
            leaving.update(path=Cast("pk", models.CharField()))
        _save([self.rows[key] for key in self.touched])
        self._keep_old_paths()

    def _check(self) -> None:
        if len({row.path for row in self.rows.values()}) != len(self.rows):
            raise CategoryTaken(field="name_fr")
        if any(len(self.rows[key].path) > LONGEST_PATH for key in self.touched):
            raise InvalidInput(field="parent", reason=_("With the names around it this is too long."))

    def _keep_old_paths(self) -> None:
        taken_in, now = self.taken_in(), {row.path for row in self.rows.values()}
        CategoryAlias.objects.filter(path__in=[self.rows[key].path for key in self.touched]).delete()
        old = {path: taken_in.get(key, key) for key, path in self.left_paths.items() if path and path not in now}
        CategoryAlias.objects.bulk_create(
            [CategoryAlias(path=path, category_id=key) for path, key in old.items()],
            update_conflicts=True,
            unique_fields=["path"],
            update_fields=["category"],
        )


def hold_forest() -> Forest:
    """The tree, locked until the end of the transaction: one change at a time, no import and no rule meanwhile."""
    advisory_lock(Lock.CATALOG_IMPORT, str(current_scope().tenant_id))
    hold_visibility()
    rows = Category.objects.select_for_update(of=("self",)).order_by("pk")
    return Forest({row.pk: row for row in rows})


def name_of(row: Category) -> str:
    """A category's name in the active language."""
    return formatting.localised(row.name_fr, row.name_en)


def names_of(steps: Iterable[Category]) -> str:
    """Names on the way to a category in both languages, as its history keeps them."""
    trail = list(steps)
    first = " › ".join(row.name_fr or row.name_en for row in trail)
    other = trail[-1].name_en if trail else ""
    return f"{first} ({other})" if other and trail[-1].name_fr and other != trail[-1].name_fr else first


def hand_over(gone: Mapping[UUID, UUID], names: Mapping[UUID, str]) -> None:
    """Goods, visibility rules and old paths of categories go over to those that take them in; then they are deleted.

    A rule that hides goods then hides those of both; one that shows them would show goods that were hidden: raises
    VisibilityDiffers. The number of statements does not depend on the number of goods.
    """
    VisibilityRule.objects.filter(pk__in=_rules_there_already(gone, names)).delete()
    arrays = [uuid_array(gone), uuid_array(gone.values())]
    with connection.cursor() as cursor:
        for table in ("catalog_product", "catalog_visibilityrule", "catalog_categoryalias"):
            cursor.execute(_HAND_OVER.format(table=table), arrays)
        cursor.execute("DELETE FROM catalog_category WHERE id = ANY(%s::uuid[])", arrays[:1])


_HAND_OVER = """
UPDATE {table} t SET category_id = g.target FROM unnest(%s::uuid[], %s::uuid[]) AS g(source, target)
 WHERE t.category_id = g.source
"""


def _rules_there_already(gone: Mapping[UUID, UUID], names: Mapping[UUID, str]) -> list[UUID]:
    """Rules of what goes that say what another one says there. Raises VisibilityDiffers; one statement."""
    columns = ("pk", "category_id", "customer_id", "group_id", "segment_id", "is_visible")
    named = VisibilityRule.objects.filter(category_id__in=gone.keys() | set(gone.values())).order_by("pk")
    stored = list(named.values_list(*columns))
    there = {(key, *party): visible for _pk, key, *party, visible in stored if key not in gone}
    twice: list[UUID] = []
    for pk, key, *party, is_visible in stored:
        if key not in gone:
            continue
        place = (gone[key], *party)
        if place in there:
            twice.append(pk)
        if there.setdefault(place, False) != is_visible:
            raise VisibilityDiffers(field="into", name=names[key])
    return twice


def _save(rows: list[Category]) -> None:
    """Insert rows or change those that are there, in one statement."""
    if rows:
        Category.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["parent", "slug", "path", "name_fr", "name_en", "position", "taxonomy_code"],
        )
