"""What the cells of the grid can be, by key: names to show, and keys for what is typed or pasted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from catalog.bulk import AS_RULES, EVERYBODY, NOBODY, OWN_RULES
from catalog.choices import category_ids, family_choices
from catalog.enums import VariantState
from customers.queries import group_choices
from customers.segments import segment_choices
from integrations.bulk_edit.saving import ENDING_ALONE
from integrations.bulk_edit.standing import Column

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Names:
    """Keys with their names, each name once; ``key`` finds a name however it is typed."""

    pairs: Pairs

    @cached_property
    def by_key(self) -> dict[str, str]:
        return dict(self.pairs)

    @cached_property
    def by_name(self) -> dict[str, str]:
        return {_folded(name): key for key, name in self.pairs}

    def key(self, text: str) -> str | None:
        """The key of a name; None for one that is not there."""
        return "" if not text.strip() else self.by_name.get(_folded(text))


@dataclass(frozen=True)
class Choices:
    """All that cells can be."""

    families: Names
    categories: Names
    states: Pairs
    visibilities: Pairs

    def names(self, column: Column) -> Names:
        """The names of a column that is typed by name."""
        return self.families if column is Column.FAMILY else self.categories

    def options(self, column: Column) -> Pairs:
        """The options of a column that is chosen from a few."""
        return self.states if column is Column.STATE else self.visibilities


def choices() -> Choices:
    """Families, categories, groups and segments; four statements beside the outline."""
    return Choices(
        families=Names(_once([(str(key), name) for key, name in family_choices()])),
        categories=Names(_once([(str(key), name) for key, name in category_ids()])),
        states=[
            *((value, str(label)) for value, label in VariantState.choices),
            (ENDING_ALONE, _("Ending, nothing replaces it")),
        ],
        visibilities=[
            (AS_RULES, _("By the general rules")),
            (EVERYBODY, _("Everybody")),
            (NOBODY, _("Nobody")),
            *((f"group:{key}", _("Only group %(name)s") % {"name": name}) for key, name in group_choices()),
            *((f"segment:{key}", _("Only segment %(name)s") % {"name": name}) for key, name in segment_choices()),
        ],
    )


def own_rules() -> tuple[str, str]:
    """The option of a product whose rules are none of the presets: it can be left, not chosen."""
    return OWN_RULES, _("Rules of its own")


def _once(pairs: Sequence[tuple[str, str]]) -> Pairs:
    """Names that come twice are told apart by their place."""
    seen: Counter[str] = Counter()
    told = []
    for key, name in pairs:
        seen[_folded(name)] += 1
        number = seen[_folded(name)]
        told.append((key, name if number == 1 else f"{name} ({number})"))
    return told


def _folded(text: str) -> str:
    return " ".join(text.replace(">", "›").split()).casefold()
