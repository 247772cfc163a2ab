"""Refusals about the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from core.errors import Refused

if TYPE_CHECKING:
    from catalog.attributes import AttributeProblem
    from catalog.packs.plans import Problem
    from catalog.part_numbers import NumberProblem


class RowRefused(Refused):
    """A row of a catalogue cannot be taken; ``sku`` names it, ``reason`` is the verdict's code."""

    code = "catalog_row"
    message = _("%(sku)s cannot be taken: %(reason)s.")


class VariantNotFound(Refused):
    code = "variant_not_found"
    status = 404
    message = _("This product does not exist.")


class CodeTaken(Refused):
    code = "code_taken"
    message = _("There is one with the code “%(code)s” already.")


class NoSuchCategory(Refused):
    code = "category_not_found"
    status = 404
    message = _("This category does not exist.")


class CategoryTaken(Refused):
    code = "category_taken"
    message = _("There is a category with this name there already. The two can be merged.")


class CategoryInUse(Refused):
    code = "category_in_use"
    status = 409
    message = _("Only an empty category can be deleted: goods in it: %(goods)s, categories below it: %(below)s.")


class CategoryInside(Refused):
    code = "category_inside"
    message = _("A category cannot go into itself or into what is below it.")


class VisibilityDiffers(Refused):
    """Merging two categories would show goods to somebody who does not see them."""

    code = "visibility_differs"
    message = _("Visibility rules say something else of “%(name)s” than of the other category: settle them first.")


class NoSuchFamily(Refused):
    code = "family_not_found"
    status = 404
    message = _("This family does not exist.")


class FamilyInUse(Refused):
    code = "family_in_use"
    status = 409
    message = _("Products that have this family: %(count)s. Give them another one first.")


class NoSuchAttribute(Refused):
    code = "attribute_not_found"
    status = 404
    message = _("This attribute does not exist.")


class AttributeInUse(Refused):
    code = "attribute_in_use"
    status = 409
    message = _("Products that have a value for it: %(count)s. Take it away there first.")


class ValueDoesNotFit(Refused):
    """A value that a variant has is none of the attribute as it would be."""

    code = "value_does_not_fit"
    message = _("%(sku)s has a value that would not fit: %(reason)s")


class AttributesRefused(Refused):
    """Values of attributes that cannot be, or are missing; ``problems`` names each."""

    code = "attributes_refused"
    message = _("Some attributes are missing or wrong.")

    def __init__(self, problems: Sequence[AttributeProblem]) -> None:
        super().__init__(field="attributes")
        self.problems = tuple(problems)


class SkuTaken(Refused):
    code = "sku_taken"
    message = _("There is a product with the reference %(sku)s already.")


class ReplacementMissing(Refused):
    code = "replacement_missing"
    message = _("Say what replaces it, or that nothing does.")


class NumberTaken(Refused):
    code = "part_number_taken"
    message = _("This number already stands for %(sku)s.")


class NumbersRefused(Refused):
    """Lines with part numbers of which some are wrong; ``problems`` names each, nothing was taken over."""

    code = "part_numbers_refused"
    message = _("Some lines are wrong; nothing was taken over.")

    def __init__(self, problems: Sequence[NumberProblem]) -> None:
        super().__init__(field="text")
        self.problems = tuple(problems)


class ChoiceRefused(Refused):
    """A configuration that is not possible; ``problems`` names each reason."""

    code = "choice_refused"
    message = _("This choice is not possible.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(field="chosen")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems)
