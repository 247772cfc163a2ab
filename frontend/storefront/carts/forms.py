"""Forms of carts: a name, who may open it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.storefront.carts.rows import SHARING
from orders.enums import ListSharing
from orders.named_carts.names import LONGEST_NAME


class NewCartForm(forms.Form):
    """Another cart; it needs no name."""

    name = forms.CharField(
        label=_("Name of the cart"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Such as the building site. Your present cart is saved."),
    )


class CopyForm(forms.Form):
    """A copy of a cart, to be gone on with at once or later."""

    name = forms.CharField(label=_("Name of the copy"), max_length=LONGEST_NAME)
    switch = forms.BooleanField(label=_("Go on with the copy; my present cart is saved"), required=False)


class CartSettingsForm(forms.Form):
    """What a cart is called, and whether the company may open it."""

    name = forms.CharField(label=_("Name of the cart"), max_length=LONGEST_NAME)
    sharing = forms.ChoiceField(label=_("Who may open it"), choices=SHARING, required=False)

    def clean_sharing(self) -> ListSharing:
        return ListSharing(self.cleaned_data["sharing"] or ListSharing.PRIVATE)
