"""A past order again: what of it can be ordered as it was, what cannot and why, and what replaces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.queries import addresses_of
from accounts.requests import Request
from catalog.packs.wording import pack_text
from core import formatting
from core.errors import NotFound
from customers.queries import CustomerInfo
from frontend.guards import buyer_required
from frontend.paging import build_pager
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.storefront.cart.pack_links import configure_path
from frontend.storefront.cart.reading import Typed, read_lines
from frontend.storefront.cart.views import added_text
from frontend.storefront.catalog.again import AgainRow, Past, rows_of
from orders.again import Done, PastLine, PastOrder, checked_again, order_again, past_order, take_again, take_instead
from orders.errors import LinesRefused
from orders.lines import CheckedLine
from orders.packs import TO_CONFIGURE
from orders.quick import settled

_PER_PAGE = 50
Pair = tuple[PastLine, CheckedLine | None]


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def again(request: Request, order_id: UUID) -> HttpResponse:
    """The lines of an order once more: all that can be had, those that are ticked, or one line's replacement."""
    if request.method != "POST":
        return _page(request, order_id)
    if "instead" in request.POST:
        return _take_instead(request, order_id)
    if "ticked" in request.POST:
        return _take_some(request, order_id)
    done = order_again(actor=request.actor, customer=customer_of_request(request), order_id=order_id)
    _tell(request, done)
    if done.left_out:
        return see_other(f"{reverse('storefront_order_again', args=[order_id])}?left=1")
    return see_other(reverse("storefront_cart"))


def _take_some(request: Request, order_id: UUID) -> HttpResponse:
    """Add what is ticked; when one line is wrong none is added, and all are shown as they were typed."""
    typed = read_lines(request.POST)
    errors = dict(typed.errors)
    if not errors:
        chosen = {key: (unit, quantity) for key, unit, quantity in typed.lines}
        given: Any = {"actor": request.actor, "customer": customer_of_request(request), "order_id": order_id}
        try:
            count = take_again(**given, chosen=chosen)
        except LinesRefused as refusal:
            errors = {problem.line_id.hex: problem.message for problem in refusal.problems if problem.line_id}
        else:
            if count:
                messages.success(request, added_text(count))
                return see_other(reverse("storefront_cart"))
            messages.warning(request, _("Nothing was added: tick the articles that you need."))
            return see_other(_here(request, order_id))
    return _page(request, order_id, typed, errors)


def _take_instead(request: Request, order_id: UUID) -> HttpResponse:
    """Put what replaces a line into the cart, and stay for the others."""
    try:
        line_id = UUID(hex=request.POST["instead"])
    except ValueError as error:
        raise NotFound from error
    customer = customer_of_request(request)
    try:
        take_instead(actor=request.actor, customer=customer, order_id=order_id, line_id=line_id)
    except LinesRefused as refusal:
        messages.warning(request, refusal.problems[0].message)
    else:
        messages.success(request, added_text(1))
    return see_other(_here(request, order_id))


def _here(request: Request, order_id: UUID) -> str:
    """The same page of the same lines."""
    query = request.GET.urlencode()
    return reverse("storefront_order_again", args=[order_id]) + (f"?{query}" if query else "")


def _tell(request: Request, done: Done) -> None:
    """What was added, and what of it was not taken over."""
    if done.added:
        messages.success(request, added_text(done.added))
    else:
        messages.warning(request, _("Nothing of this order can be ordered as it was."))
    for count, text in (
        (
            done.without_day,
            ngettext(
                "The day that %(count)s line was wanted on has passed: it is left out.",
                "The days that %(count)s lines were wanted on have passed: they are left out.",
                done.without_day,
            ),
        ),
        (
            done.without_address,
            ngettext(
                "The delivery address of %(count)s line is no longer in your address book: choose another one.",
                "The delivery addresses of %(count)s lines are no longer in your address book: choose others.",
                done.without_address,
            ),
        ),
    ):
        if count:
            messages.info(request, text % {"count": formatting.number(count)})


def _page(
    request: Request, order_id: UUID, typed: Typed | None = None, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    """What was ordered with what it costs today; with ``?left`` only what cannot be ordered as it was."""
    buyer, customer = buyer_of(request), customer_of_request(request)
    order, only_left = past_order(request.actor, customer, order_id), "left" in request.GET
    pairs = _left_of(customer, order) if only_left else [(line, None) for line in order.lines]
    pager = build_pager(request, total=len(pairs), per_page=_PER_PAGE)
    first = (pager.number - 1) * _PER_PAGE
    lines = [line for line, _checked in pairs[first : first + _PER_PAGE]]
    shown = list(zip(lines, checked_again(customer, lines), strict=True))
    values = {
        "buyer": buyer,
        "order_id": order_id,
        "number": order.number,
        "rows": _rows(request, customer, shown, typed, errors or {}),
        "only_left": only_left,
        "count": len(pairs),
        "pager": pager,
        "action": _here(request, order_id),
        "has_errors": bool(errors),
    }
    return render_page(request, "storefront/orders/again.html", values, status=422 if errors else 200)


def _left_of(customer: CustomerInfo, order: PastOrder) -> list[Pair]:
    """The lines that cannot be ordered as they were."""
    checked = zip(order.lines, checked_again(customer, order.lines), strict=True)
    return [(line, found) for line, found in checked if found is None or found.problem is not None]


def _rows(
    request: Request, customer: CustomerInfo, shown: Sequence[Pair], typed: Typed | None, errors: Mapping[str, str]
) -> list[AgainRow]:
    past = [Past(line.bought.variant_id, line.bought, line.id) for line, _checked in shown if line.bought]
    found = {row.key: row for row in rows_of(customer, past)}
    named = any(line.said.address_id for line, _checked in shown)
    book = addresses_of(customer.company_id, request.actor.unit_ids) if named else []
    labels = {row.id: row.label for row in book}
    rows = [_told(found.get(line.id.hex) or _never_sold(line), line, checked, labels) for line, checked in shown]
    return [_as_typed(row, typed, errors) for row in rows] if typed is not None else rows


def _told(row: AgainRow, line: PastLine, checked: CheckedLine | None, labels: Mapping[UUID, str]) -> AgainRow:
    """The row with what is taken over beside the goods, and what is wrong."""
    said, problem = line.said, checked.problem if checked is not None else None
    texts = (
        said.note,
        formatting.day(said.wanted_on) if said.wanted_on else "",
        labels.get(said.address_id, "") if said.address_id else "",
    )
    lost = (
        _("not on %(day)s: this day has passed") % {"day": formatting.day(line.lost_day)} if line.lost_day else "",
        _("not to “%(address)s”: no longer in your address book") % {"address": line.lost_address}
        if line.lost_address
        else "",
    )
    row = replace(row, said_text=" · ".join(filter(None, texts)), lost_text=" · ".join(filter(None, lost)))
    if problem is not None and row.row is not None:
        near = settled(problem.nearest[-1]) if problem.nearest else ""
        row = replace(row, problem=problem.message, quantity=near or row.quantity, is_unticked=not near)
        if problem.code in TO_CONFIGURE:
            row = replace(row, configure_href=configure_path(row.sku, line.choice))
    return _with_pack(row, checked)


def _with_pack(row: AgainRow, checked: CheckedLine | None) -> AgainRow:
    """What is in a pack, and what one costs as it was chosen."""
    if checked is None or checked.pack is None or checked.unit_price is None:
        return row
    options = pack_text(checked.pack, checked.base_quantity).options_text
    return replace(
        row,
        sku=checked.pack.reference,
        tick_label=_("Add %(sku)s") % {"sku": checked.pack.reference},
        pack_price=formatting.unit_price(checked.unit_price, checked.currency),
        said_text=" · ".join(filter(None, (options, row.said_text))),
    )


def _never_sold(line: PastLine) -> AgainRow:
    """A line that was offered for that order alone."""
    return AgainRow(
        key=line.id.hex, sku="", name=line.name, row=None, quantity="", last_text="", count_text="", price_text="",
        due_text="", tick_label="", instead=None, gone_text=_("offered once: ask for a quote again"),
    )  # fmt: skip


def _as_typed(row: AgainRow, typed: Typed, errors: Mapping[str, str]) -> AgainRow:
    text = typed.texts.get(row.key)
    return replace(
        row,
        quantity=row.quantity if text is None else text,
        problem=errors.get(row.key, row.problem),
        is_unticked=text is None,
    )
