"""When a list is ordered, where to, and when its owner wants to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import formatting
from frontend.cost_centres import Centres, centre_field
from orders.enums import AfterQuote, Frequency
from orders.recurring.quoting import QuoteInfo
from orders.recurring.schedule import Schedule
from orders.recurring.services import MOST_ANNOUNCE_DAYS, MOST_INTERVAL, Wanted

Choices = Sequence[tuple[str, str]]
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Source:
    """What is ordered regularly: a purchase list, a past order, or with neither the present cart."""

    kind: str
    id: UUID | None = None

    def __str__(self) -> str:
        return {"list": str(self.id), "order": f"order:{self.id}"}.get(self.kind, self.kind)


CART = Source("cart")


def source_of(text: str) -> Source:
    """The source that a field of a form or an address names. Raises ValueError."""
    if text == CART.kind:
        return CART
    kind, _colon, key = text.rpartition(":")
    if kind not in ("", "order"):
        raise ValueError(text)
    return Source(kind or "list", UUID(key))


def quote_help(quote: QuoteInfo) -> str:
    """Until when, and for what."""
    text = gettext(
        "Quote %(number)s: its prices end on %(day)s. Other articles, and fewer than were quoted, cost what they cost "
        "on the day."
    )
    return text % {"number": quote.number, "day": formatting.day(quote.ends_on)}


class RecurringForm(forms.Form):
    """A recurring order; :meth:`wanted` once it is valid."""

    list = forms.TypedChoiceField(label=_("What to order"), coerce=source_of)
    at_quote = forms.BooleanField(label=_("At the prices of the quote"), required=False, initial=True)
    after_quote = forms.ChoiceField(
        label=_("When the quote’s prices have ended"), choices=AfterQuote.choices, initial=AfterQuote.PAUSE
    )
    interval = forms.IntegerField(label=_("Every"), min_value=1, max_value=MOST_INTERVAL, initial=1)
    frequency = forms.ChoiceField(label=_("Weeks or months"), choices=Frequency.choices, initial=Frequency.WEEKS)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the weekday of the first day. For months: the day of the first one."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=_DAY)
    ends_on = forms.DateField(label=_("Last day"), widget=_DAY, required=False)
    address = forms.TypedChoiceField(label=_("Delivery address"), coerce=UUID)
    po_number = forms.CharField(label=_("Purchase order number"), max_length=60, required=False)
    project = forms.CharField(label=_("Project"), max_length=80, required=False)
    price_guard = forms.DecimalField(
        label=_("Pause if prices rise by more than (%)"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=1,
        required=False,
        localize=True,
        help_text=_("Empty: always order at the prices of the day."),
    )
    announce_days = forms.IntegerField(
        label=_("Tell me so many days before"), min_value=0, max_value=MOST_ANNOUNCE_DAYS, initial=2
    )

    def __init__(
        self,
        *args: Any,
        lists: Choices,
        addresses: Choices,
        cost_centres: Centres,
        quote: QuoteInfo | None = None,
        is_at_quote: bool = False,
        **kwargs: Any,
    ) -> None:
        """``quote`` is one whose prices can be chosen; ``is_at_quote``: it is ordered at such prices already."""
        super().__init__(*args, **kwargs)
        self.what = lists
        self.fields["cost_centre_code"] = centre_field(cost_centres)
        if quote is not None:
            self.fields["at_quote"].help_text = quote_help(quote)
        else:
            del self.fields["at_quote"]
            if not is_at_quote:
                del self.fields["after_quote"]
        for name, choices in (("list", lists), ("address", addresses)):
            cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def source(self) -> Source:
        """What is to be ordered."""
        found: Source = self.cleaned_data["list"]
        return found

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        frequency = Frequency(data["frequency"])
        weekdays = tuple(sorted(data["weekdays"])) if frequency == Frequency.WEEKS else ()
        guard = data["price_guard"]
        return Wanted(
            list_id=self.source.id or UUID(int=0),
            schedule=Schedule(frequency, data["interval"], data["starts_on"], data["ends_on"], weekdays),
            address_id=data["address"],
            po_number=data["po_number"],
            announce_days=data["announce_days"],
            price_guard=guard / 100 if guard is not None else None,
            after_quote=AfterQuote(data.get("after_quote") or AfterQuote.PAUSE),
            project=data["project"],
            cost_centre_code=data["cost_centre_code"],
        )


def initial_of(wanted: Wanted) -> dict[str, Any]:
    """What the form shows of a recurring order."""
    schedule = wanted.schedule
    return {
        "list": str(wanted.list_id),
        "interval": schedule.interval,
        "frequency": schedule.frequency,
        "weekdays": list(schedule.weekdays),
        "starts_on": schedule.starts_on,
        "ends_on": schedule.ends_on,
        "address": str(wanted.address_id),
        "po_number": wanted.po_number,
        "project": wanted.project,
        "cost_centre_code": wanted.cost_centre_code,
        "price_guard": (wanted.price_guard * 100).quantize(Decimal("0.1")) if wanted.price_guard is not None else None,
        "announce_days": wanted.announce_days,
        "after_quote": wanted.after_quote,
    }
