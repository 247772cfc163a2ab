"""The catalogue's skeleton: its categories and what its attributes mean. Small, read by every list, so it is cached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.cache import cache

from catalog.enums import AttributeKind
from catalog.models import AttributeDefinition, Category
from core import formatting

_KEY = "catalog:outline"
_SECONDS = 60


@dataclass(frozen=True)
class CategoryInfo:
    """A category; ``path`` is its slugs from the root."""

    path: str
    name_fr: str
    name_en: str
    position: int

    @property
    def parent_path(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return formatting.localised(self.name_fr, self.name_en)


@dataclass(frozen=True)
class AttributeInfo:
    """What an attribute code means."""

    code: str
    label_fr: str
    label_en: str
    kind: str
    unit: str
    is_filter: bool

    @property
    def label(self) -> str:
        return formatting.localised(self.label_fr, self.label_en)


@dataclass(frozen=True)
class Outline:
    """Categories by path, parents first, and attributes by code in the order in which they are shown."""

    categories: Mapping[str, CategoryInfo] = field(default_factory=dict)
    attributes: Mapping[str, AttributeInfo] = field(default_factory=dict)

    def trail(self, path: str) -> list[CategoryInfo]:
        """A category with its ancestors, from the root; what does not exist is left out."""
        parts = path.split("/")
        paths = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return [self.categories[step] for step in paths if step in self.categories]

    def children(self, path: str) -> list[CategoryInfo]:
        """Categories directly below ``path`` ("" for the roots), in the tenant's order."""
        found = [category for category in self.categories.values() if category.parent_path == path]
        return sorted(found, key=lambda category: (category.position, category.name.casefold()))

    def label(self, code: str) -> str:
        """The name of an attribute; one that nobody has defined shows its code."""
        info = self.attributes.get(code)
        return info.label if info else code.replace("_", " ").replace("-", " ").capitalize()

    def shown_value(self, code: str, value: str | Mapping[str, str]) -> str:
        """An attribute's value in the active language, numbers with their unit."""
        text = value if isinstance(value, str) else formatting.localised(value.get("fr", ""), value.get("en", ""))
        info = self.attributes.get(code)
        if info is None or not text:
            return text
        if info.kind == AttributeKind.NUMBER:
            text = _number(text)
        return f"{text} {info.unit}" if info.unit and not text.endswith(info.unit) else text

    def shown(self, attributes: Mapping[str, str | Mapping[str, str]]) -> list[tuple[str, str]]:
        """Code and shown value of a variant's attributes: defined ones in their order, then the others."""
        codes = [code for code in self.attributes if code in attributes]
        codes += sorted(code for code in attributes if code not in self.attributes)
        shown = [(code, self.shown_value(code, attributes[code])) for code in codes]
        return [(code, text) for code, text in shown if text]


def plain_number(text: str) -> str:
    """A number as it is compared: ``4,0`` and ``4`` are both ``4``; other texts stay."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value.is_finite() else text


def outline() -> Outline:
    """The current tenant's outline: from the cache, else two statements. At most a minute old."""
    known: Outline | None = cache.get(_KEY)
    if known is None:
        known = _read()
        cache.set(_KEY, known, _SECONDS)
    return known


def forget_outline() -> None:
    """Drop the cached outline of the current tenant, because the catalogue has changed."""
    cache.delete(_KEY)


def _read() -> Outline:
    categories = Category.objects.order_by("path").values_list("path", "name_fr", "name_en", "position")
    attributes = AttributeDefinition.objects.order_by("position", "code").values_list(
        "code", "label_fr", "label_en", "kind", "unit", "is_filter"
    )
    return Outline(
        categories={row[0]: CategoryInfo(*row) for row in categories},
        attributes={row[0]: AttributeInfo(*row) for row in attributes},
    )


def _number(text: str) -> str:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    return formatting.number(value) if value.is_finite() else text
