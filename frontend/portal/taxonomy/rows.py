"""Categories with what they mean, and what they seem to mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.taxonomy import MappedCategory
from core import formatting
from marketplace.taxonomy import Taxonomy, propose_all

FIELD = "node-"


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """``code`` is what is chosen; ``note`` says where that comes from when nobody has saved it."""

    field: str
    name: str
    above: str
    count_text: str
    code: str
    note: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent form: codes by category, and messages at those that do not exist."""

    codes: Mapping[UUID, str]
    errors: Mapping[UUID, str]


def read_codes(data: QueryDict, known: Taxonomy) -> Sent:
    """Read ``node-<hex>`` fields."""
    codes: dict[UUID, str] = {}
    errors: dict[UUID, str] = {}
    for name, value in data.items():
        if not name.startswith(FIELD):
            continue
        try:
            key = UUID(hex=name.removeprefix(FIELD))
        except ValueError:
            continue
        codes[key] = str(value)[:120]
        if codes[key] and codes[key] not in known.nodes:
            errors[key] = _("This category does not exist on the marketplace.")
    return Sent(codes, errors)


def category_rows(
    categories: Sequence[MappedCategory], known: Taxonomy, sent: Sent | None = None
) -> tuple[CategoryRow, ...]:
    """All categories in the order of their tree, those without a meaning with a proposal by name."""
    by_path = {category.path: category for category in categories}
    proposed = propose_all(categories, known)
    return tuple(
        CategoryRow(
            field=f"{FIELD}{category.id.hex}",
            name=formatting.localised(category.name_fr, category.name_en),
            above=" › ".join(_names_above(category.path, by_path)),
            count_text=formatting.number(category.count),
            code=sent.codes.get(category.id, "") if sent else category.taxonomy_code or proposed.get(category.id, ""),
            note=_note(category, is_proposed=category.id in proposed) if sent is None else "",
            error=sent.errors.get(category.id, "") if sent else "",
        )
        for category in categories
    )


def _note(category: MappedCategory, *, is_proposed: bool) -> str:
    if category.taxonomy_code:
        return ""
    if is_proposed:
        return _("proposed by its name")
    return _("as the category around it") if "/" in category.path else _("not chosen yet")


def _names_above(path: str, by_path: Mapping[str, MappedCategory]) -> list[str]:
    steps = path.split("/")[:-1]
    above = (by_path.get("/".join(steps[: depth + 1])) for depth in range(len(steps)))
    return [formatting.localised(one.name_fr, one.name_en) for one in above if one is not None]
