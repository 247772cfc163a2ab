"""A new request: its header, and as many lines as were typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import AddressRow
from catalog.packs.snapshots import PackSnapshot, unpriced_packs
from core import formatting
from core.actor import Actor
from core.parsing import AmbiguousNumber, parse_decimal
from core.tenancy import use_tenant
from customers.enums import Incoterm
from customers.terms import USUAL_TERMS, term_text
from frontend.marketplace.rfqs.attaching import Attached
from frontend.storefront.buyer import read_buyer
from frontend.typed import CurrencyField, PercentField, choose, read_number
from marketplace.directory import Supplier
from rfq.asking import NewLine
from rfq.conditions import Conditions
from rfq.versions import is_price
from tenants.directory import find_by_id
from tenants.enums import TenantState

BLANK_LINES = 5
#: What is said of a line.
COLUMNS = (
    "description",
    "quantity",
    "unit",
    "code",
    "requested_on",
    "pack",
    "target",
    "tells_target",
    "equivalent",
    "question",
    "address",
)
_FIELDS = (*COLUMNS, "key")
#: What a column says that is not in the form.
_ABSENT = {"unit": "H87", "equivalent": "1"}
_LEAST_NAMES = 2
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
#: Letters of a line's texts.
_MOST_LETTERS = {"description": 240, "code": 80, "question": 500}

#: A term of payment as a form names it: ``days_eom:45``.
TERMS = tuple((f"{kind}:{days}", kind, days) for kind, days in USUAL_TERMS)


class RFQForm(forms.Form):
    """Title, suppliers, deadline, where to deliver, and what else is wished."""

    title = forms.CharField(label=gettext_lazy("What is it for?"), max_length=160)
    node = forms.ChoiceField(label=gettext_lazy("Suppliers that sell"), required=False)
    suppliers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Suppliers to ask"), coerce=lambda key: UUID(hex=key), widget=forms.CheckboxSelectMultiple
    )
    deadline = forms.DateField(
        label=gettext_lazy("Answers until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    currency = CurrencyField(label=gettext_lazy("Currency of prices"), initial="EUR")
    address = forms.ChoiceField(label=gettext_lazy("Deliver to"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note for all suppliers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    incoterm = forms.ChoiceField(label=gettext_lazy("Incoterm"), choices=Incoterm.choices, required=False)
    incoterm_place = forms.CharField(label=gettext_lazy("Its place"), max_length=80, required=False)
    term = forms.ChoiceField(label=gettext_lazy("Payment wished"), required=False)
    validity_days = forms.IntegerField(
        label=gettext_lazy("Offers valid for (days)"), min_value=1, max_value=365, required=False
    )
    may_split = forms.BooleanField(
        label=gettext_lazy("Lines may go to several suppliers"), required=False, initial=True
    )
    is_sealed = forms.BooleanField(
        label=gettext_lazy("Sealed: nobody, not even we, reads an offer before the deadline"), required=False
    )
    capital_rate = PercentField(
        label=gettext_lazy("What a year of money costs us"),
        help_text=gettext_lazy("Paying later is then worth something in the comparison. Suppliers do not see it."),
        required=False,
    )
    private_note = forms.CharField(
        label=gettext_lazy("Note for ourselves"),
        help_text=gettext_lazy("Suppliers do not see it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        tenants: Iterable[Supplier],
        nodes: Sequence[tuple[str, str]],
        addresses: Sequence[AddressRow],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "suppliers", [(tenant.id.hex, tenant.name) for tenant in tenants])
        choose(self, "node", nodes)
        self.places = [(row.id.hex, f"{row.label} – {row.text}") for row in addresses]
        choose(self, "address", self.places)
        choose(self, "term", [("", _("the usual one")), *((key, term_text(kind, days)) for key, kind, days in TERMS)])
        self.fields["deadline"].initial = timezone.localdate() + timedelta(days=7)

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"]
        if not formatting.is_currency(code):
            raise forms.ValidationError(_("A currency is three letters, such as EUR."))
        return code

    @property
    def deadline_at(self) -> datetime:
        """The end of the chosen day."""
        day: date = self.cleaned_data["deadline"]
        return timezone.make_aware(datetime.combine(day, time(18, 0)))

    @property
    def conditions(self) -> Conditions:
        """Incoterm and term of payment."""
        kind, days = {key: (kind, days) for key, kind, days in TERMS}.get(self.cleaned_data["term"], ("", None))
        return Conditions(self.cleaned_data["incoterm"], self.cleaned_data["incoterm_place"], kind, days)


@dataclass
class LineRow:
    """A line as it was typed, with what is wrong with it.

    ``pack`` names a pack with its options, ``<tenant hex>:<variant hex>:<A2-B1>``; ``reference`` is what it is called.
    ``address`` names one of the company's, ``key`` tells its fields for files from those of other lines.
    """

    description: str = ""
    quantity: str = ""
    unit: str = "H87"
    code: str = ""
    requested_on: str = ""
    pack: str = ""
    target: str = ""
    tells_target: str = ""
    equivalent: str = "1"
    question: str = ""
    address: str = ""
    key: str = ""
    reference: str = ""
    error: str = ""
    files: Sequence[Attached] = ()

    @property
    def has_more(self) -> bool:
        """Whether something is said that most lines do not say."""
        return bool(self.target or self.question or self.equivalent != "1" or self.address or self.files)

    @property
    def is_blank(self) -> bool:
        return not (self.description.strip() or self.quantity.strip() or self.code.strip())


def unit_choices() -> list[tuple[str, str]]:
    """Units that we sell in; a line may have another one besides."""
    return [(code, formatting.unit_name(code)) for code in formatting.UNIT_CODES]


def read_rows(data: QueryDict, filed: Collection[str] = ()) -> list[LineRow]:
    """The lines of a posted form, without the blank ones; those whose keys are ``filed`` have files."""
    columns = [data.getlist(f"line-{name}") for name in _FIELDS]
    for name, column in zip(_FIELDS, columns, strict=True):
        column.extend([_ABSENT.get(name, "")] * (len(columns[0]) - len(column)))
    rows = [LineRow(*(value.strip() for value in values)) for values in zip(*columns, strict=False)]
    return [row for row in rows if not row.is_blank or row.key in filed]


def lines_of(rows: Sequence[LineRow], actor: Actor, book: Mapping[str, Mapping[str, str]]) -> list[NewLine]:
    """The lines for the service, with addresses of the ``book``; rows that cannot be read get their ``error``."""
    packs = packs_of([row.pack for row in rows if row.pack], actor)
    return [_line_of(row, packs.get(row.pack), book) for row in rows]


def _line_of(row: LineRow, pack: PackSnapshot | None, book: Mapping[str, Mapping[str, str]]) -> NewLine:
    quantity, error = _quantity(row)
    row.reference = pack.reference if pack is not None else ""
    reasons = (error, _date_error(row), _pack_error(row, pack, quantity), _text_error(row, book))
    row.error = row.error or next((reason for reason in reasons if reason), "")
    gtin = row.code if row.code.isdigit() and len(row.code) in (8, 12, 13, 14) else ""
    return NewLine(
        row.description,
        quantity,
        row.unit,
        gtin,
        "" if gtin else row.code,
        date.fromisoformat(row.requested_on) if row.requested_on and not _date_error(row) else None,
        pack,
        question=row.question,
        takes_equivalent=row.equivalent == "1",
        target_price=_target(row),
        hides_target=row.tells_target != "1",
        files=[one.file for one in row.files],
        delivery_address=book.get(row.address),
    )


def _date_error(row: LineRow) -> str:
    try:
        date.fromisoformat(row.requested_on or "2000-01-01")
    except ValueError:
        return _("This is not a date.")
    return ""


def _pack_error(row: LineRow, pack: PackSnapshot | None, quantity: Decimal) -> str:
    if row.pack and pack is None:
        return _("This pack cannot be had as it was chosen.")
    return _("Whole packs only.") if row.pack and quantity % 1 != 0 else ""


def _text_error(row: LineRow, book: Mapping[str, Mapping[str, str]]) -> str:
    if not _UNIT.fullmatch(row.unit):
        return _("Choose the unit.")
    if row.address and row.address not in book:
        return _("This address is not in your address book.")
    most = next((most for name, most in _MOST_LETTERS.items() if len(getattr(row, name)) > most), None)
    return _("Its texts are too long: at most %(most)s letters.") % {"most": most} if most is not None else ""


def _target(row: LineRow) -> Decimal | None:
    """The price that is aimed at; one that cannot be read is the row's error."""
    if not row.target:
        return None
    try:
        price = read_number(row.target)
    except forms.ValidationError:
        price = Decimal(-1)
    if not is_price(price):
        row.error = row.error or _("“%(text)s” is not a price that can be read in one way.") % {"text": row.target}
        return None
    return price


def packs_of(keys: Iterable[str], actor: Actor) -> dict[str, PackSnapshot]:
    """Packs that are named with their options, as their suppliers make them now; what cannot be had is absent."""
    wanted: dict[UUID, dict[tuple[UUID, str], str]] = {}
    for key in keys:
        names = key.split(":", 2)
        try:
            tenant_id, variant_id = UUID(hex=names[0]), UUID(hex=names[1])
        except (IndexError, ValueError):
            continue
        wanted.setdefault(tenant_id, {})[variant_id, names[2] if len(names) > _LEAST_NAMES else ""] = key
    found: dict[str, PackSnapshot] = {}
    for tenant_id, choices in wanted.items():
        info = find_by_id(tenant_id)
        if info is None or info.state != TenantState.ACTIVE:
            continue
        with use_tenant(info.scope, company_id=actor.company_id):
            packs = unpriced_packs(choices, read_buyer(actor, actor.company_id).view)
        found |= {choices[choice]: pack for choice, pack in packs.items()}
    return found


def _quantity(row: LineRow) -> tuple[Decimal, str]:
    if not row.description:
        return Decimal(1), _("Say what you need.")
    try:
        value = parse_decimal(row.quantity)
    except AmbiguousNumber:
        return Decimal(1), _("“%(text)s” can be read in two ways: write it without separator.") % {"text": row.quantity}
    except ValueError:
        return Decimal(1), _("“%(text)s” is not a quantity.") % {"text": row.quantity}
    if not 0 < value < 10**9 or value != round(value, 4):
        return Decimal(1), _("Write a number above zero.")
    return value, ""
