"""Forms of categories: names and place, and the one that a category is merged into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.categories import CategoryData, CategoryLine
from frontend.typed import choose

STEP = " › "


class CategoryForm(forms.Form):
    """What a category is called and below which other it is."""

    name_fr = forms.CharField(label=_("Name (French)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(self, *args: Any, lines: Sequence[CategoryLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "parent", [("", "—"), *choices(lines)])

    def category(self) -> CategoryData:
        """What was decided, for the service."""
        data = self.cleaned_data
        return CategoryData(data["name_fr"], data["name_en"], UUID(data["parent"]) if data["parent"] else None)


class MergeForm(forms.Form):
    """The category that takes another one in."""

    into = forms.ChoiceField(label=_("Into"))

    def __init__(self, *args: Any, lines: Sequence[CategoryLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "into", [("", "—"), *choices(lines)])

    def into_id(self) -> UUID:
        return UUID(self.cleaned_data["into"])


def choices(lines: Sequence[CategoryLine]) -> list[tuple[str, str]]:
    """Categories with the names of those around them, in the order of the tree."""
    return [(str(line.id), STEP.join(line.trail)) for line in lines]
