"""Lines of a purchase list: change, move, take out, add; and from the list into the cart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import Request
from core.errors import Refused
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.storefront.buyer import customer_of_request
from frontend.storefront.cart.reading import read_lines
from frontend.storefront.cart.views import added_text
from frontend.storefront.lists.forms import LineForm
from frontend.storefront.lists.reading import field_of, line_of, told
from frontend.storefront.lists.views import Given, list_page, show_refusal
from frontend.storefront.lists.wording import tell_refused
from integrations.line_files import unit_of
from orders.errors import LinesRefused
from orders.purchase_lists import services
from orders.quick import Typed, judge

_NOTE = "note-"


@require_POST
@buyer_required
def change(request: Request, list_id: UUID) -> HttpResponse:
    """Save quantities and notes; ``up``, ``down`` and ``drop`` are buttons of one line."""
    customer = customer_of_request(request)
    typed, notes = read_lines(request.POST, with_zero=True), _notes(request.POST)
    given = Given(texts=typed.texts, notes={key.hex: note for key, note in notes.items()}, errors=typed.errors)
    if typed.errors:
        return list_page(request, list_id, given)
    quantities = {key: quantity for key, _unit, quantity in typed.lines}
    chosen: dict[str, Any] = {"actor": request.actor, "customer": customer, "list_id": list_id}
    try:
        services.change_lines(**chosen, quantities=quantities, notes=notes)
    except LinesRefused as refusal:
        keys = list(quantities)
        given.errors = {keys[problem.index].hex: problem.message for problem in refusal.problems}
        return list_page(request, list_id, given)
    moved = _key(request.POST, "up") or _key(request.POST, "down")
    dropped = _key(request.POST, "drop")
    if moved is not None:
        services.move_line(**chosen, line_id=moved, up="up" in request.POST)
    elif dropped is not None:
        services.remove_lines(**chosen, line_ids=[dropped])
    else:
        messages.success(request, _("Saved."))
    return see_other(path_of(request, list_id) + (f"#line-{moved.hex}" if moved is not None else ""))


@require_POST
@buyer_required
def add(request: Request, list_id: UUID) -> HttpResponse:
    """Add one line, by any reference."""
    customer = customer_of_request(request)
    form = LineForm(request.POST, auto_id="line_%s")
    if form.is_valid():
        code, quantity, unit, note = (form.cleaned_data[name] for name in ("code", "quantity", "unit", "note"))
        (verdict,) = judge(customer, [Typed(code, quantity, unit_of(unit), note)])
        line = line_of(verdict)
        if line is None:
            form.add_error(field_of(verdict), told(verdict))
            return list_page(request, list_id, Given(line=form))
        try:
            outcome = services.add_lines(actor=request.actor, customer=customer, list_id=list_id, lines=[line])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            for problem in outcome.problems:
                form.add_error("code", problem.message)
    if form.errors:
        return list_page(request, list_id, Given(line=form))
    messages.success(request, _("The article is in the list."))
    return see_other(path_of(request, list_id))


@require_POST
@buyer_required
def to_cart(request: Request, list_id: UUID) -> HttpResponse:
    """Put all lines (``all``) or those ticked into the cart, as many as typed; zero is not this time."""
    only = None if "all" in request.POST else {key for text in request.POST.getlist("take") if (key := _uuid(text))}
    typed = read_lines(request.POST, with_zero=True)
    errors = {key: text for key, text in typed.errors.items() if only is None or UUID(hex=key) in only}
    if errors:
        return list_page(request, list_id, Given(texts=typed.texts, notes=_texts(request.POST), errors=errors))
    quantities: dict[UUID, Decimal] = {key: quantity for key, _unit, quantity in typed.lines}
    try:
        outcome = services.put_in_cart(
            actor=request.actor,
            customer=customer_of_request(request),
            list_id=list_id,
            only=only,
            quantities=quantities,
        )
    except LinesRefused as refusal:
        messages.warning(request, str(refusal))
        return see_other(path_of(request, list_id))
    if outcome.count:
        messages.success(request, added_text(outcome.count))
    elif not outcome.problems:
        messages.warning(request, _("Nothing was added: tick the articles that you need."))
    tell_refused(request, outcome.problems, _("These lines are not in the cart:"))
    return see_other(path_of(request, list_id))


def path_of(request: Request, list_id: UUID) -> str:
    """The page of the list that the form was on."""
    path, query = reverse("storefront_list", kwargs={"list_id": list_id}), request.GET.urlencode()
    return f"{path}?{query}" if query else path


def _notes(data: QueryDict) -> dict[UUID, str]:
    """Notes by line; that of a line which is taken out counts for nothing."""
    found = {_uuid(name.removeprefix(_NOTE)): str(text) for name, text in data.items() if name.startswith(_NOTE)}
    return {key: text for key, text in found.items() if key is not None and key.hex != data.get("drop")}


def _texts(data: QueryDict) -> dict[str, str]:
    return {key.hex: text for key, text in _notes(data).items()}


def _key(data: QueryDict, name: str) -> UUID | None:
    return _uuid(data.get(name, ""))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
