"""Forms of segments and visibility."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.choices import brand_choices, category_ids, family_choices, product_of
from catalog.queries import variants_by_code
from catalog.visibility import UNRESTRICTED, Target
from catalog.visibility_rules import Defaults
from customers.enums import Fact, RevenueBand
from customers.segments import Rules
from frontend.typed import ForWhomForm, choose, keyed

_SHOW, _HIDE = "show", "hide"


class SegmentForm(forms.Form):
    """A segment: what its customers have in common. Several values: one of them."""

    name = forms.CharField(label=pgettext_lazy("of a segment", "Name"), max_length=80)
    sector = forms.CharField(
        label=gettext_lazy("Sectors"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Beginnings of NAF codes, such as 25 or 46.7; between commas."),
    )
    country = forms.CharField(
        label=gettext_lazy("Countries"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Two letters each, such as FR, BE; between commas."),
    )
    revenue = forms.MultipleChoiceField(
        label=gettext_lazy("Revenue"),
        required=False,
        choices=[choice for choice in RevenueBand.choices if choice[0]],
        widget=forms.CheckboxSelectMultiple,
    )
    seniority = forms.IntegerField(
        label=gettext_lazy("Years as a customer, at least"), min_value=1, max_value=100, required=False
    )

    def clean_sector(self) -> list[str]:
        codes = _listed(self.cleaned_data["sector"])
        for code in codes:
            digits = code.replace(".", "")
            if not (digits.isalnum() and digits[:2].isdigit() and len(digits) <= 5):
                raise forms.ValidationError(_("%(code)s is not the beginning of a NAF code."), params={"code": code})
        return codes

    def clean_country(self) -> list[str]:
        codes = [code.upper() for code in _listed(self.cleaned_data["country"])]
        for code in codes:
            if not (len(code) == 2 and code.isascii() and code.isalpha()):
                raise forms.ValidationError(_("%(code)s is not a country of two letters."), params={"code": code})
        return codes

    def rules(self) -> Rules:
        """What was typed, for the service."""
        data = self.cleaned_data
        return {
            Fact.SECTOR: data["sector"],
            Fact.COUNTRY: data["country"],
            Fact.REVENUE: data["revenue"],
            Fact.SENIORITY: [str(data["seniority"])] if data["seniority"] else [],
        }


class DefaultsForm(forms.Form):
    """What is seen where no rule decides."""

    visitors_see = forms.BooleanField(label=gettext_lazy("Visitors see the catalogue"), required=False)
    customers_see = forms.BooleanField(label=gettext_lazy("Customers see the catalogue"), required=False)

    def defaults(self) -> Defaults:
        """What was chosen, for the service."""
        return Defaults(**self.cleaned_data)


class PublicPricesForm(forms.Form):
    """Who sees what everybody pays."""

    are_public = forms.BooleanField(
        label=gettext_lazy("Visitors see public prices"),
        required=False,
        help_text=gettext_lazy(
            "What everybody pays who has no conditions of their own, excl. VAT; search engines may show it."
        ),
    )


class VisibilityForm(ForWhomForm):
    """A rule: these goods are shown or hidden."""

    effect = forms.ChoiceField(
        label=gettext_lazy("These goods are"),
        choices=[(_HIDE, gettext_lazy("hidden")), (_SHOW, gettext_lazy("shown"))],
    )
    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("The reference of one of its variants. No goods chosen: the whole catalogue."),
    )
    family = forms.ChoiceField(label=gettext_lazy("Family"), required=False)
    brand = forms.ChoiceField(label=gettext_lazy("Brand"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category, with all below it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("family", family_choices()), ("brand", brand_choices()), ("category", category_ids())):
            choose(self, name, [("", "—"), *keyed(choices)])

    def clean_product(self) -> UUID | None:
        text = self.cleaned_data["product"].strip()
        if not text:
            return None
        found = variants_by_code([text], UNRESTRICTED).get(text, [])
        products = {product_of(info.id) for info in found}
        if len(products) != 1:
            raise forms.ValidationError(_("Several products match.") if found else _("No product has this reference."))
        return products.pop()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if sum(bool(data.get(target.value)) for target in Target if target is not Target.EVERYTHING) > 1:
            self.add_error("product", _("Name a product, a family, a brand or a category, not several."))
        return data

    def goods(self) -> tuple[Target, UUID | None]:
        """What was chosen."""
        for target in (Target.PRODUCT, Target.FAMILY, Target.BRAND, Target.CATEGORY):
            value = self.cleaned_data[target.value]
            if value:
                return target, value if isinstance(value, UUID) else UUID(value)
        return Target.EVERYTHING, None

    @property
    def is_visible(self) -> bool:
        return bool(self.cleaned_data["effect"] == _SHOW)


def _listed(text: str) -> list[str]:
    return [part for part in text.replace(";", ",").replace(" ", "").split(",") if part]
