"""From the catalogue into a list: which one, or a new one; quantities as they were typed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.requests import Request
from catalog.queries import variants_by_id
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.goods import unit_name, unit_text
from frontend.guards import buyer_required
from frontend.redirects import back_path, see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.cart.reading import Typed, read_lines
from frontend.storefront.lists.views import show_refusal
from frontend.typed import choose
from orders.errors import LinesRefused
from orders.purchase_lists import services
from orders.purchase_lists.errors import NameMissing, NameTaken, NothingToKeep
from orders.purchase_lists.queries import lists_to_fill
from orders.purchase_lists.services import LONGEST_NAME, ListLine

NEW = "new"
_MOST_CHOICES = 200


class KeepForm(forms.Form):
    """Which list; the name is for a new one."""

    list = forms.ChoiceField(label=gettext_lazy("List"))
    name = forms.CharField(label=gettext_lazy("Name of a new list"), max_length=LONGEST_NAME, required=False)

    def __init__(self, lists: Sequence[tuple[UUID, str]], data: QueryDict | None = None) -> None:
        choices = [*((key.hex, name) for key, name in lists), (NEW, _("New list"))]
        super().__init__(data, initial={"list": choices[0][0]}, auto_id="keep_%s")
        choose(self, "list", choices)

    def chosen(self) -> UUID | None:
        """The list; None for a new one."""
        value = self.cleaned_data["list"]
        return None if value == NEW else UUID(hex=value)


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A line that waits to be kept."""

    key: str
    sku: str
    name: str
    unit: str
    unit_text: str
    quantity: str
    pack: str
    error: str


@require_POST
@buyer_required
def keep(request: Request) -> HttpResponse:
    """Ask for the list, then keep the lines in it; when one is wrong none is kept."""
    customer = customer_of_request(request)
    typed = read_lines(request.POST)
    lists = lists_to_fill(request.actor, customer, limit=_MOST_CHOICES)
    if not typed.texts:
        messages.warning(request, str(NothingToKeep.message))
        return see_other(back_path(request, reverse("storefront_listing")))
    if "list" not in request.POST:
        return _page(request, customer, KeepForm(lists), typed, typed.errors)
    form, errors = KeepForm(lists, request.POST), dict(typed.errors)
    if form.is_valid() and not errors:
        list_id = _kept(request, customer, form, typed, errors)
        if list_id is not None:
            count = len(typed.lines)
            told = ngettext("%(num)d line is in the list.", "%(num)d lines are in the list.", count)
            messages.success(request, told % {"num": count})
            return see_other(reverse("storefront_list", kwargs={"list_id": list_id}))
    return _page(request, customer, form, typed, errors)


def _kept(
    request: Request, customer: CustomerInfo, form: KeepForm, typed: Typed, errors: dict[str, str]
) -> UUID | None:
    """The list that has the lines now; None where something was refused, which is in the form or the errors."""
    try:
        return services.keep_lines(
            actor=request.actor,
            customer=customer,
            list_id=form.chosen(),
            name=form.cleaned_data["name"],
            lines=[ListLine(wish) for wish in typed.wishes()],
        )
    except LinesRefused as refusal:
        errors.update({typed.lines[problem.index][0].hex: problem.message for problem in refusal.problems})
    except (NameMissing, NameTaken) as refusal:
        form.add_error("name", str(refusal))
    except Refused as refusal:
        show_refusal(form, refusal)
    return None


def _page(
    request: Request, customer: CustomerInfo, form: KeepForm, typed: Typed, errors: Mapping[str, str]
) -> HttpResponse:
    context = {
        "form": form,
        "rows": _rows(customer, typed, errors),
        "back": back_path(request, reverse("storefront_listing")),
    }
    is_refused = bool(errors or form.errors)
    return render_page(request, "storefront/lists/keep.html", context, status=422 if is_refused else 200)


def _rows(customer: CustomerInfo, typed: Typed, errors: Mapping[str, str]) -> list[KeptRow]:
    """Lines as they were typed; of goods that the reader does not see nothing is said."""
    known = variants_by_id([UUID(hex=key) for key in typed.texts], customer.view)
    rows = []
    for key, text in typed.texts.items():
        code, found = typed.units.get(key, ""), known.get(UUID(hex=key))
        info = found if found is not None and found.is_visible else None
        unit = next((unit for unit in info.units if unit.code == code), info.base_unit) if info else None
        rows.append(
            KeptRow(
                key=key,
                sku=info.sku if info else "—",
                name=info.name if info else _("no longer sold"),
                unit=code,
                unit_text=unit_text(unit, info.base_unit) if info and unit else unit_name(code) if code else "",
                quantity=text,
                pack=f"{unit.multiple.normalize():f}" if unit else "1",
                error=errors.get(key, ""),
            )
        )
    return rows
