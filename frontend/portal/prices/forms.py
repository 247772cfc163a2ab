"""Forms of price lists, batches, discounts, currencies and limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.choices import brand_choices, category_choices, family_choices, first_sku, product_of
from catalog.queries import variants_by_code
from catalog.visibility import UNRESTRICTED
from core import formatting
from frontend.typed import CurrencyField, ForWhomForm, MomentField, NumberField, PercentField, as_typed, choose, keyed
from pricing.enums import Stacking
from pricing.listing import ListInfo
from pricing.models import DiscountRule
from pricing.raising import Selection
from pricing.rules import RuleData
from pricing.services import ListTerms
from pricing.settings import Policy

NEW = "new"
NOW = "now"
_ROWS = gettext_lazy(
    "Reference and price, or reference, quantity and price; between tabs or semicolons. No price takes the product off "
    "the list at this quantity."
)


def _steps() -> list[tuple[str, str]]:
    """To how many decimals prices are rounded, as the smallest step between them."""
    return [(str(places), formatting.exact(Decimal(1).scaleb(-places))) for places in (2, 3, 4, 1, 0)]


class ListForm(forms.Form):
    """What a list is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    valid_from = MomentField(label=gettext_lazy("Holds from"))
    valid_to = MomentField(label=gettext_lazy("Until"))
    is_agreement = forms.BooleanField(
        label=gettext_lazy("Framework agreement"),
        required=False,
        help_text=gettext_lazy("Comes before all other lists of the customer."),
    )
    is_net = forms.BooleanField(
        label=gettext_lazy("Net prices"),
        required=False,
        help_text=gettext_lazy("No discount rule takes anything off."),
    )

    def terms(self, stored: ListInfo | None = None) -> ListTerms:
        """What was typed, for the service; a moment that was left alone keeps its seconds."""
        data = self.cleaned_data
        start = _kept(data["valid_from"], stored.valid_from if stored else None)
        end = _kept(data["valid_to"], stored.valid_to if stored else None)
        return ListTerms(data["name"], start, end, data["is_net"], data["is_agreement"])


class NewListForm(ListForm):
    """A list that is not there yet."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Letters, digits and dashes.")
    )
    currency = CurrencyField(label=gettext_lazy("Currency"), initial="EUR")


class AssignForm(ForWhomForm):
    """Whom a list is given to."""

    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        min_value=0,
        max_value=999,
        initial=0,
        required=False,
        help_text=gettext_lazy("Of several lists of one party the lowest comes first."),
    )
    valid_to = MomentField(label=gettext_lazy("Until"))


class PasteForm(forms.Form):
    """Rows from a spreadsheet, and what they go into: the list at once, or a batch."""

    rows = forms.CharField(
        label=gettext_lazy("Rows"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_ROWS,
    )
    target = forms.ChoiceField(label=gettext_lazy("Into"))

    def __init__(self, *args: Any, drafts: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [(NOW, _("the list, at once")), (NEW, _("a new batch"))]
        choose(self, "target", [*first, *keyed(drafts)])


class BatchPasteForm(forms.Form):
    """Rows from a spreadsheet for one list."""

    price_list = forms.ChoiceField(label=gettext_lazy("Price list"))
    rows = forms.CharField(
        label=gettext_lazy("Rows"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_ROWS,
    )

    def __init__(self, *args: Any, lists: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "price_list", keyed(lists))


class BatchFileForm(forms.Form):
    """A file of prices for one list."""

    price_list = forms.ChoiceField(label=gettext_lazy("Price list"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV, XLSX or ODS with columns for reference and price, if you like for quantity or tiers and first day, "
            "too. Columns and numbers are read as an import of the catalogue reads them."
        ),
    )

    def __init__(self, *args: Any, lists: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "price_list", keyed(lists))


class BatchForm(forms.Form):
    """A batch that is not there yet."""

    name = forms.CharField(label=pgettext_lazy("of a batch", "Name"), max_length=120)


class PublishForm(forms.Form):
    """When a batch is published."""

    at = MomentField(label=gettext_lazy("From"), help_text=gettext_lazy("Empty: at once."))


class PercentageForm(forms.Form):
    """A percentage over a selection of prices."""

    rate = PercentField(label=gettext_lazy("Change"), help_text=gettext_lazy("3 makes prices 3 % higher, -2 lower."))
    decimals = forms.ChoiceField(label=gettext_lazy("Rounded to"), choices=_steps, initial="4")
    lists = forms.MultipleChoiceField(
        label=gettext_lazy("Price lists"), required=False, help_text=gettext_lazy("None chosen: all lists.")
    )
    family = forms.ChoiceField(label=gettext_lazy("Family"), required=False)
    brand = forms.ChoiceField(label=gettext_lazy("Brand"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)

    def __init__(self, *args: Any, lists: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "lists", keyed(lists))
        choose(self, "family", [("", "—"), *keyed(family_choices())])
        choose(self, "brand", [("", "—"), *keyed(brand_choices())])
        choose(self, "category", [("", "—"), *category_choices()])

    def clean_rate(self) -> Decimal:
        rate: Decimal | None = self.cleaned_data["rate"]
        if rate is None:
            raise forms.ValidationError(_("Say how much."))
        return rate

    def selection(self) -> Selection:
        """What was chosen."""
        data = self.cleaned_data
        return Selection(
            price_list_ids=tuple(UUID(value) for value in data["lists"]),
            family_id=UUID(data["family"]) if data["family"] else None,
            brand_id=UUID(data["brand"]) if data["brand"] else None,
            category=data["category"],
        )


class RuleForm(ForWhomForm):
    """A discount rule."""

    name = forms.CharField(label=pgettext_lazy("of a rule", "Name"), max_length=80)
    rate = PercentField(label=gettext_lazy("Discount in %"), required=False)
    amount = NumberField(label=gettext_lazy("Or an amount off each base unit"), required=False)
    currency = CurrencyField(label=gettext_lazy("Currency of amounts"), required=False)
    variant = forms.CharField(label=gettext_lazy("Reference"), max_length=80, required=False)
    family = forms.ChoiceField(label=gettext_lazy("Family"), required=False)
    brand = forms.ChoiceField(label=gettext_lazy("Brand"), required=False)
    min_quantity = NumberField(label=gettext_lazy("From this quantity a line"), required=False)
    min_amount = NumberField(label=gettext_lazy("From this net amount a line"), required=False)
    min_year_amount = NumberField(label=gettext_lazy("From this net amount ordered this year"), required=False)
    min_years = forms.IntegerField(
        label=gettext_lazy("From so many years as a customer"), min_value=1, max_value=100, required=False
    )
    valid_from = MomentField(label=gettext_lazy("From"), help_text=gettext_lazy("Empty: at once."))
    valid_to = MomentField(label=gettext_lazy("Until"))
    position = forms.IntegerField(
        label=gettext_lazy("Place in a cascade"), min_value=0, max_value=100_000, initial=0, required=False
    )
    whole_product = forms.BooleanField(label=gettext_lazy("With all variants of its product"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "family", [("", "—"), *keyed(family_choices())])
        choose(self, "brand", [("", "—"), *keyed(brand_choices())])

    def clean_variant(self) -> tuple[UUID, UUID] | None:
        """The variant and its product."""
        text = self.cleaned_data["variant"].strip()
        if not text:
            return None
        found = variants_by_code([text], UNRESTRICTED).get(text, [])
        if len(found) != 1:
            raise forms.ValidationError(_("Several products match.") if found else _("No product has this reference."))
        return found[0].id, product_of(found[0].id)

    def rule(self) -> RuleData:
        """What was typed, for the service."""
        data = self.cleaned_data
        variant = data["variant"]
        whole = data["whole_product"]
        return RuleData(
            name=data["name"],
            rate=data["rate"],
            amount=data["amount"],
            currency=data["currency"],
            position=data["position"] or 0,
            variant_id=variant[0] if variant and not whole else None,
            product_id=variant[1] if variant and whole else None,
            family_id=UUID(data["family"]) if data["family"] else None,
            brand_id=UUID(data["brand"]) if data["brand"] else None,
            party=self.party(),
            min_quantity=data["min_quantity"],
            min_amount=data["min_amount"],
            min_year_amount=data["min_year_amount"],
            min_years=data["min_years"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
        )


class PolicyForm(forms.Form):
    """How discounts come together."""

    stacking = forms.ChoiceField(label=gettext_lazy("When several discounts apply"), choices=Stacking.choices)
    max_discount_rate = PercentField(label=gettext_lazy("Highest discount in %"))

    def policy(self) -> Policy:
        """What was typed, for the service."""
        return Policy(self.cleaned_data["stacking"], self.cleaned_data["max_discount_rate"])


class RateForm(forms.Form):
    """What one unit of a currency is worth in another."""

    source = CurrencyField(label=gettext_lazy("One unit of"))
    rate = NumberField(label=gettext_lazy("Is so much"))
    target = CurrencyField(label=gettext_lazy("In"), initial="EUR")


class CostsForm(forms.Form):
    """Costs and floors from a spreadsheet."""

    rows = forms.CharField(
        label=gettext_lazy("Rows"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("Reference, cost, floor price; between tabs or semicolons. An empty cell: unknown."),
    )
    currency = CurrencyField(label=gettext_lazy("Currency"), initial="EUR")


class SeenForm(forms.Form):
    """Whose price is looked at, of what, for how many, and when."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"), max_length=160, help_text=gettext_lazy("Number, SIREN or name.")
    )
    sku = forms.CharField(label=gettext_lazy("Reference"), max_length=80)
    quantity = NumberField(label=gettext_lazy("Quantity in base units"), required=False)
    at = MomentField(label=gettext_lazy("At this moment"), help_text=gettext_lazy("Empty: now."))

    def clean_quantity(self) -> Decimal | None:
        quantity: Decimal | None = self.cleaned_data["quantity"]
        if quantity is not None and quantity <= 0:
            raise forms.ValidationError(_("A quantity is above 0."))
        return quantity


def rule_initial(rule: DiscountRule, customer_number: str) -> dict[str, Any]:
    """A rule as the form shows it."""
    numbers = {
        name: as_typed(getattr(rule, name)) for name in ("amount", "min_quantity", "min_amount", "min_year_amount")
    }
    return {
        **numbers,
        "name": rule.name,
        "rate": as_typed(rule.rate * 100 if rule.rate is not None else None),
        "currency": rule.currency,
        "variant": rule.variant.sku if rule.variant else first_sku(rule.product_id) if rule.product_id else "",
        "whole_product": rule.product_id is not None,
        "family": str(rule.family_id or ""),
        "brand": str(rule.brand_id or ""),
        "min_years": rule.min_years,
        "valid_from": rule.valid_from if rule.valid_from > timezone.now() else None,
        "valid_to": rule.valid_to,
        "position": rule.position,
        "group": str(rule.group_id or ""),
        "segment": str(rule.segment_id or ""),
        "customer": customer_number,
    }


def _kept(typed: datetime | None, stored: datetime | None) -> datetime | None:
    return stored if stored and typed == stored.replace(second=0, microsecond=0) else typed
