"""Forms of purchase lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.enums import ListSharing
from orders.purchase_lists.services import LONGEST_NAME, LONGEST_NOTE


class SettingsForm(forms.Form):
    """What a list is called, and who may open it."""

    name = forms.CharField(label=_("Name of the list"), max_length=LONGEST_NAME)
    sharing = forms.ChoiceField(label=_("Who may open it"), choices=ListSharing.choices, required=False)

    def clean_sharing(self) -> ListSharing:
        return ListSharing(self.cleaned_data["sharing"] or ListSharing.PRIVATE)


class NewListForm(SettingsForm):
    """A new list, empty or with what is in the cart."""

    from_cart = forms.BooleanField(label=_("With the lines of my cart"), required=False)


class LineForm(forms.Form):
    """One more line, by any reference."""

    code = forms.CharField(label=_("Reference"), max_length=120, help_text=_("Reference, GTIN or part number."))
    quantity = forms.CharField(
        label=_("Usual quantity"), max_length=40, initial="1", widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, help_text=_("Such as box; empty: the base unit.")
    )
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)


class ImportForm(forms.Form):
    """A file of references and quantities."""

    file = forms.FileField(
        label=_("CSV file or spreadsheet"),
        help_text=_("Columns: reference, quantity, unit, note. What is in the list already gets the new quantity."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods"}),
    )
