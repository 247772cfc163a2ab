"""The catalogue's skeleton: categories, families, and what attributes mean. Small, read by every list: cached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.cache import cache
from django.utils.translation import pgettext

from catalog.enums import AttributeKind
from catalog.models import AttributeDefinition, AttributeOption, Category, Family, FamilyAttribute
from core import formatting

_KEY = "catalog:outline:taxonomy"
_SECONDS = 60
_YES, _NO = frozenset({"true", "yes", "oui", "1"}), frozenset({"false", "no", "non", "0"})


def shown_order(position: int, name: str) -> tuple[bool, int, str]:
    """Where a category stands among its siblings: those with a position first, the others by name."""
    return (position == 0, position, name.casefold())


@dataclass(frozen=True)
class CategoryInfo:
    """A category; ``path`` is its slugs from the root, ``taxonomy_code`` what it means outside of the house."""

    path: str
    name_fr: str
    name_en: str
    position: int
    taxonomy_code: str = ""

    @property
    def parent_path(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)


@dataclass(frozen=True)
class OptionInfo:
    """A value that an attribute of kind ``list`` can have."""

    code: str
    label_fr: str
    label_en: str

    @property
    def label(self) -> str:
        return formatting.localised(self.label_fr, self.label_en)


@dataclass(frozen=True)
class AttributeInfo:
    """What an attribute code means; ``options`` in the tenant's order."""

    code: str
    label_fr: str
    label_en: str
    kind: str
    unit: str
    is_filter: bool
    options: tuple[OptionInfo, ...] = ()

    @property
    def label(self) -> str:
        return formatting.localised(self.label_fr, self.label_en)

    def option(self, text: str) -> OptionInfo | None:
        """The option with this code, else with this label in either language."""
        wanted = text.strip().casefold()
        for option in self.options:
            if option.code == text.strip():
                return option
        return next((o for o in self.options if wanted in (o.label_fr.casefold(), o.label_en.casefold())), None)


@dataclass(frozen=True)
class FamilyAttributeInfo:
    """An attribute as a family has it."""

    code: str
    is_required: bool
    is_filter: bool
    is_comparable: bool


@dataclass(frozen=True)
class FamilyInfo:
    """A family with its attributes in the order in which they are shown."""

    code: str
    name_fr: str
    name_en: str
    attributes: tuple[FamilyAttributeInfo, ...] = ()

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)


@dataclass(frozen=True)
class Outline:
    """Categories by path, parents first; attributes and families by code in the order in which they are shown."""

    categories: Mapping[str, CategoryInfo] = field(default_factory=dict)
    attributes: Mapping[str, AttributeInfo] = field(default_factory=dict)
    families: Mapping[str, FamilyInfo] = field(default_factory=dict)

    def trail(self, path: str) -> list[CategoryInfo]:
        """A category with its ancestors, from the root; what does not exist is left out."""
        parts = path.split("/")
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return [self.categories[step] for step in paths if step in self.categories]

    def taxonomy_code(self, path: str) -> str:
        """What a category means in the platform's taxonomy: its own node, else that of the nearest one around it."""
        return next((step.taxonomy_code for step in reversed(self.trail(path)) if step.taxonomy_code), "")

    def children(self, path: str) -> list[CategoryInfo]:
        """Categories directly below ``path`` ("" for the roots), in the tenant's order."""
        found = [category for category in self.categories.values() if category.parent_path == path]
        return sorted(found, key=lambda category: shown_order(category.position, category.name))

    def tree(self) -> list[CategoryInfo]:
        """All categories in the tenant's order, each followed by those below it."""
        by_parent: dict[str, list[CategoryInfo]] = defaultdict(list)
        for info in sorted(self.categories.values(), key=lambda one: shown_order(one.position, one.name), reverse=True):
            by_parent[info.parent_path].append(info)
        found, waiting = list[CategoryInfo](), by_parent[""]
        while waiting:
            found.append(waiting.pop())
            waiting.extend(by_parent[found[-1].path])
        return found

    def label(self, code: str) -> str:
        """The name of an attribute; one that nobody has defined shows its code."""
        info = self.attributes.get(code)
        return info.label if info else code.replace("_", " ").replace("-", " ").capitalize()

    def shown_value(self, code: str, value: str | Mapping[str, str]) -> str:
        """An attribute's value in the active language: numbers with their unit, options by their label, yes or no."""
        text = value if isinstance(value, str) else formatting.localised(value.get("fr", ""), value.get("en", ""))
        info = self.attributes.get(code)
        if info is None or not text:
            return text
        if info.kind == AttributeKind.LIST:
            option = info.option(text)
            return option.label if option else text
        if info.kind == AttributeKind.BOOLEAN:
            return yes_or_no(text)
        if info.kind == AttributeKind.NUMBER:
            text = _number(text)
        return f"{text} {info.unit}" if info.unit and not text.endswith(info.unit) else text

    def shown(self, attributes: Mapping[str, str | Mapping[str, str]], family: str = "") -> list[tuple[str, str]]:
        """Code and shown value of a variant's attributes: those of its family, other defined ones, the others."""
        order = (*self.codes_of(family), *self.attributes)
        codes = [code for code in dict.fromkeys(order) if code in attributes]
        codes += sorted(code for code in attributes if code not in self.attributes)
        shown = [(code, self.shown_value(code, attributes[code])) for code in codes]
        return [(code, text) for code, text in shown if text]

    def codes_of(self, family: str) -> tuple[str, ...]:
        """The attributes of a family, in its order; none for a family that does not exist."""
        info = self.families.get(family)
        return tuple(attribute.code for attribute in info.attributes) if info else ()

    def is_filter(self, code: str, family: str = "") -> bool:
        """Whether lists are filtered by an attribute: the attribute and, where it has it, the family say so."""
        info = self.attributes.get(code)
        if info is not None and not info.is_filter:
            return False
        known = self.families.get(family)
        own = next((item for item in known.attributes if item.code == code), None) if known else None
        return own is None or own.is_filter

    def is_comparable(self, code: str, family: str = "") -> bool:
        """Whether a comparison shows an attribute; those that the family does not have are shown."""
        known = self.families.get(family)
        own = next((item for item in known.attributes if item.code == code), None) if known else None
        return own is None or own.is_comparable


def truth(text: str) -> bool | None:
    """What a text says as yes or no, in French, English or as machines write it; None when it does not."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def yes_or_no(text: str) -> str:
    """A stored yes or no as a word; another text stays."""
    known = truth(text)
    if known is None:
        return text
    return pgettext("value", "Yes") if known else pgettext("value", "No")


def plain_number(text: str) -> str:
    """A number as it is compared: ``4,0`` and ``4`` are both ``4``; other texts stay."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value.is_finite() else text


def outline() -> Outline:
    """The current tenant's outline: from the cache, else five statements. At most a minute old."""
    known: Outline | None = cache.get(_KEY)
    if known is None:
        known = _read()
        cache.set(_KEY, known, _SECONDS)
    return known


def forget_outline() -> None:
    """Drop the cached outline of the current tenant, because the catalogue has changed."""
    cache.delete(_KEY)


def _read() -> Outline:
    categories = Category.objects.order_by("path").values_list(
        "path", "name_fr", "name_en", "position", "taxonomy_code"
    )
    attributes = AttributeDefinition.objects.order_by("position", "code").values_list(
        "code", "label_fr", "label_en", "kind", "unit", "is_filter"
    )
    options: dict[str, list[OptionInfo]] = defaultdict(list)
    for owner, *option in AttributeOption.objects.order_by("position", "code").values_list(
        "attribute__code", "code", "label_fr", "label_en"
    ):
        options[owner].append(OptionInfo(*option))
    members: dict[str, list[FamilyAttributeInfo]] = defaultdict(list)
    for owner, code, *flags in FamilyAttribute.objects.order_by("position", "pk").values_list(
        "family__code", "attribute__code", "is_required", "is_filter", "is_comparable"
    ):
        members[owner].append(FamilyAttributeInfo(code, *map(bool, flags)))
    families = Family.objects.order_by("position", "code").values_list("code", "name_fr", "name_en")
    return Outline(
        categories={row[0]: CategoryInfo(*row) for row in categories},
        attributes={row[0]: AttributeInfo(*row, tuple(options[row[0]])) for row in attributes},
        families={row[0]: FamilyInfo(*row, tuple(members[row[0]])) for row in families},
    )


def _number(text: str) -> str:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    return formatting.number(value) if value.is_finite() else text
