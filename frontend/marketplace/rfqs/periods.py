"""What an award becomes: an order now, or a framework agreement for some time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import Request
from agreements.errors import InvalidPeriod
from agreements.services import Period
from frontend.cost_centres import Centres, centre_field, centres_of

ORDER, AGREEMENT = "order", "agreement"
_USUAL = timedelta(days=364)
_DAY = {"type": "date"}


class PeriodForm(forms.Form):
    """Order now, booked to a cost centre, or agree from one day to another; nothing said is an order."""

    use_required_attribute = False  # an agreement needs no cost centre

    becomes = forms.ChoiceField(
        label=gettext_lazy("What it becomes"),
        choices=[
            (ORDER, gettext_lazy("An order, now")),
            (AGREEMENT, gettext_lazy("A framework agreement, from which orders call off")),
        ],
        required=False,
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Agreed from"), required=False, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Agreed until, that day included"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, cost_centres: Centres, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_order = not self.is_bound or self.data.get("becomes") != AGREEMENT
        self.fields["cost_centre_code"] = centre_field(cost_centres, is_needed=is_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("becomes") != AGREEMENT or self.errors:
            return data
        for name in ("starts_on", "ends_on"):
            if data.get(name) is None:
                self.add_error(name, _("An agreement needs this day."))
        if not self.errors:
            try:
                Period(data["starts_on"], data["ends_on"]).check()
            except InvalidPeriod as refusal:
                self.add_error(refusal.field, str(refusal))
        return data

    @property
    def period(self) -> Period | None:
        """The days of the agreement; None for an order. Only of a form that is valid."""
        data = self.cleaned_data
        return Period(data["starts_on"], data["ends_on"]) if data.get("becomes") == AGREEMENT else None


def period_form(request: Request) -> PeriodForm:
    """What was sent; else a year from today on, should it be an agreement."""
    today = timezone.localdate()
    initial: dict[str, Any] = {"becomes": ORDER, "starts_on": today, "ends_on": today + _USUAL} | request.POST.dict()
    return PeriodForm(initial=initial, cost_centres=centres_of(request))


def sent_period(request: Request) -> PeriodForm:
    """The same, of a form that decides: what says nothing of it is an order."""
    return PeriodForm(request.POST, cost_centres=centres_of(request))
