"""Our part numbers: what the buyer's company calls the supplier's goods."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from catalog import part_numbers
from catalog.errors import NumbersRefused
from catalog.part_numbers import NumberProblem
from catalog.policies import can_name_goods
from core import formatting
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.numbers.reading import MOST_BYTES, decoded, guarded, heads, read_rows

PER_PAGE = 50
_SHOWN_PROBLEMS = 100


class NumberForm(forms.Form):
    """One number and the goods it stands for."""

    number = forms.CharField(label=gettext_lazy("Your part number"), max_length=80)
    code = forms.CharField(
        label=gettext_lazy("Reference"), max_length=80, help_text=gettext_lazy("Reference, GTIN or part number.")
    )


class ManyForm(forms.Form):
    """Many numbers, pasted or as a file."""

    text = forms.CharField(
        label=gettext_lazy("Paste from a spreadsheet"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line: your part number, then our reference, between them a tab, “;” or “,”."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 4 MB."))
        return decoded(file.read()) if file is not None else ""


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def numbers(request: Request) -> HttpResponse:
    """The company's numbers, and the form for one more."""
    customer = customer_of_request(request)
    if request.method != "POST":
        return _page(request, form=NumberForm(initial={"code": request.GET.get("code", "")[:80]}))
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            part_numbers.save_number(owner=customer, actor=request.actor, **form.cleaned_data)
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("storefront_numbers"))
    return _page(request, form=form)


@require_POST
@buyer_required
def take_over(request: Request) -> HttpResponse:
    """Take over many numbers, all or none."""
    customer = customer_of_request(request)
    form = ManyForm(request.POST, request.FILES, auto_id="many_%s")
    problems: tuple[NumberProblem, ...] = ()
    if form.is_valid():
        rows = read_rows(form.cleaned_data["file"] or form.cleaned_data["text"])
        if not rows:
            form.add_error("text", _("There is nothing to read."))
            return _page(request, many=form)
        try:
            count = part_numbers.take_over(owner=customer, rows=rows, actor=request.actor)
        except NumbersRefused as refusal:
            form.add_error("text", str(refusal))
            problems = refusal.problems
        except Refused as refusal:
            _show(form, refusal)
        else:
            text = ngettext("%(count)s number is new or different.", "%(count)s numbers are new or different.", count)
            messages.success(request, text % {"count": formatting.number(count)})
            return see_other(reverse("storefront_numbers"))
    return _page(request, many=form, problems=problems)


@require_POST
@buyer_required
def change(request: Request, number_id: UUID) -> HttpResponse:
    """Write a number differently, or forget it (``remove``)."""
    customer = customer_of_request(request)
    if "remove" in request.POST:
        part_numbers.remove(owner=customer, number_id=number_id, actor=request.actor)
        messages.success(request, _("Removed."))
        return see_other(reverse("storefront_numbers"))
    try:
        number = request.POST.get("number", "")
        part_numbers.rename(owner=customer, number_id=number_id, number=number, actor=request.actor)
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return _page(request, wrong=(number_id, number[:200], str(refusal)))
    messages.success(request, _("Saved."))
    return see_other(reverse("storefront_numbers"))


@require_safe
@buyer_required
def export(request: Request) -> HttpResponse:
    """All numbers as CSV, which can be imported again."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(heads())
    for line in part_numbers.all_part_numbers(customer_of_request(request)):
        writer.writerow([guarded(text) for text in (line.number, line.sku, line.name)])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="part-numbers.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(
    request: Request,
    *,
    form: NumberForm | None = None,
    many: ManyForm | None = None,
    problems: Sequence[NumberProblem] = (),
    wrong: tuple[UUID, str, str] | None = None,
) -> HttpResponse:
    customer = customer_of_request(request)
    search = request.GET.get("q", "")[:80]
    offset = (page_number(request) - 1) * PER_PAGE
    lines, total = part_numbers.part_numbers(customer, search=search, limit=PER_PAGE, offset=offset)
    values = {
        "lines": lines,
        "search": search,
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "may_change": can_name_goods(request.actor, customer.company_id),
        "form": form or NumberForm(),
        "many": many or ManyForm(auto_id="many_%s"),
        "problems": problems[:_SHOWN_PROBLEMS],
        "more_problems": len(problems) - _SHOWN_PROBLEMS,
        "wrong": wrong,
    }
    is_refused = bool(wrong or (form and form.errors) or (many and many.errors))
    return render_page(request, "storefront/numbers.html", values, status=422 if is_refused else 200)


def _show(form: forms.Form, refusal: Refused) -> None:
    if refusal.status != 422:
        raise refusal
    add_refusal(form, refusal)
