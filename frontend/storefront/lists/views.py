"""Purchase lists: the overview, one list, its name and who may open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import Request
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.storefront.catalog.quotes import list_quote_href
from frontend.storefront.lists.forms import ImportForm, LineForm, NewListForm, SettingsForm
from frontend.storefront.lists.reading import RowProblem
from frontend.storefront.lists.rows import line_text, list_text
from frontend.storefront.lists.wording import tell_refused
from orders.purchase_lists import services
from orders.purchase_lists.queries import lines_page, list_info, lists_page

PER_PAGE = 50
_SHOWN_PROBLEMS = 100


@dataclass
class Given:
    """What was sent and refused: forms, quantities as typed and errors by line; shown again as it was."""

    settings: SettingsForm | None = None
    line: LineForm | None = None
    file: ImportForm | None = None
    problems: Sequence[RowProblem] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        given = (self.settings, self.line, self.file)
        return bool(self.errors) or any(form is not None and form.errors for form in given)


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def overview(request: Request) -> HttpResponse:
    """My lists and those that are shared with me; a new one, empty or of what is in the cart."""
    customer = customer_of_request(request)
    if request.method != "POST":
        return _overview(request, NewListForm())
    form = NewListForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    name, sharing = form.cleaned_data["name"], form.cleaned_data["sharing"]
    try:
        if form.cleaned_data["from_cart"]:
            list_id, outcome = services.save_cart(actor=request.actor, customer=customer, name=name, sharing=sharing)
            tell_refused(request, outcome.problems, _("These lines are not in the list:"))
        else:
            list_id = services.create_list(actor=request.actor, customer=customer, name=name, sharing=sharing)
    except Refused as refusal:
        show_refusal(form, refusal)
        return _overview(request, form)
    messages.success(request, _("The list is saved."))
    return see_other(reverse("storefront_list", kwargs={"list_id": list_id}))


@require_safe
@buyer_required
def purchase_list(request: Request, list_id: UUID) -> HttpResponse:
    """A list at the prices of this moment."""
    return list_page(request, list_id, Given())


@require_POST
@buyer_required
def settings(request: Request, list_id: UUID) -> HttpResponse:
    """Rename a list, share it."""
    customer = customer_of_request(request)
    form = SettingsForm(request.POST, auto_id="settings_%s")
    if form.is_valid():
        try:
            services.change_list(actor=request.actor, customer=customer, list_id=list_id, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("storefront_list", kwargs={"list_id": list_id}))
    return list_page(request, list_id, Given(settings=form))


@require_POST
@buyer_required
def delete(request: Request, list_id: UUID) -> HttpResponse:
    """Delete a list."""
    services.delete_list(actor=request.actor, customer=customer_of_request(request), list_id=list_id)
    messages.success(request, _("The list is deleted."))
    return see_other(reverse("storefront_lists"))


def list_page(request: Request, list_id: UUID, given: Given) -> HttpResponse:
    """A page of a list; 422 with what was refused."""
    customer = customer_of_request(request)
    info = list_info(request.actor, customer, list_id)
    pager = build_pager(request, total=info.line_count, per_page=PER_PAGE)
    offset = (pager.number - 1) * PER_PAGE
    lines = lines_page(request.actor, customer, list_id, limit=PER_PAGE, offset=offset)
    initial = {"name": info.name, "sharing": info.sharing.value}
    context = {
        "list": info,
        "shown": list_text(info),
        "quote_href": list_quote_href(request.actor, list_id),
        "rows": [line_text(line, given.texts, given.notes, given.errors) for line in lines],
        "pager": pager,
        "first": offset == 0,
        "last": pager.number == pager.pages,
        "query": request.GET.urlencode(),
        "may_order": buyer_of(request).may_order,
        "settings": given.settings or SettingsForm(initial=initial, auto_id="settings_%s"),
        "line_form": given.line or LineForm(auto_id="line_%s"),
        "import_form": given.file or ImportForm(auto_id="import_%s"),
        "problems": given.problems[:_SHOWN_PROBLEMS],
        "more_problems": len(given.problems) - _SHOWN_PROBLEMS,
    }
    return render_page(request, "storefront/lists/list.html", context, status=422 if given.is_refused else 200)


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """At its field. Raises what is no matter of the form."""
    if refusal.status != 422:
        raise refusal
    add_refusal(form, refusal)


def _overview(request: Request, form: NewListForm) -> HttpResponse:
    customer = customer_of_request(request)
    offset = (page_number(request) - 1) * PER_PAGE
    lists, total = lists_page(request.actor, customer, limit=PER_PAGE, offset=offset)
    context = {
        "lists": [list_text(info) for info in lists],
        "pager": build_pager(request, total=total, per_page=PER_PAGE),
        "form": form,
    }
    return render_page(request, "storefront/lists/lists.html", context, status=422 if form.errors else 200)
