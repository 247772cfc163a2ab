"""Quick order: paste or type references and quantities, see what is wrong with each line, add the ready ones."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from core import formatting
from core.errors import InvalidInput
from core.formatting import plain
from customers.queries import CustomerInfo
from frontend.goods import stock_text
from frontend.guards import buyer_required
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from orders import carts
from orders.quick import MAX_LINES, Typed, Verdict, judge, read_pasted
from search.buyers import Looker
from search.queries import suggest_in_shop

_SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class Fix:
    """A one-click repair: what its button says and sends (``line:code:quantity``)."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class QuickRow:
    number: int
    code: str
    quantity: str
    unit: str
    name: str
    state_text: str
    tone: str
    note: str
    fixes: tuple[Fix, ...]
    net_text: str


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def quick_order(request: Request) -> HttpResponse:
    """Show the form; read what was pasted; apply repairs; add what is ready and keep the rest."""
    customer = customer_of_request(request)
    if request.method != "POST":
        return _page(request, customer, [])
    try:
        typed = _typed(request.POST)
    except InvalidInput:
        error = _("At most %(count)s lines at a time.") % {"count": formatting.number(MAX_LINES)}
        return _page(request, customer, [], error=error)
    verdicts = judge(customer, typed)
    if "add" in request.POST:
        wishes = [verdict.wish for verdict in verdicts if verdict.wish is not None]
        count = carts.add_lines(actor=request.actor, customer=customer, lines=wishes) if wishes else 0
        text = ngettext("%(count)s line is in the cart.", "%(count)s lines are in the cart.", count) % {"count": count}
        messages.success(request, text)
        verdicts = judge(customer, [v.typed for v in verdicts if not v.is_ready and v.state != "merged"])
        if not verdicts:
            return see_other(reverse("storefront_cart"))
    return _page(request, customer, verdicts)


def _typed(data: QueryDict) -> list[Typed]:
    """Rows of the table, with the repair that was clicked, and what was pasted after them."""
    rows = [
        Typed(code.strip(), quantity.strip(), unit.strip())
        for code, quantity, unit in zip(
            data.getlist("code"), data.getlist("quantity"), data.getlist("unit"), strict=False
        )
        if code.strip()
    ]
    number, _colon, repair = data.get("fix", "").partition(":")
    if number.isdigit() and 0 < int(number) <= len(rows):
        code, _sep, quantity = repair.rpartition(":")
        row = rows[int(number) - 1]
        rows[int(number) - 1] = Typed(code or row.code, quantity or row.quantity, row.unit)
    return rows + read_pasted(data.get("pasted", ""))


def _page(request: Request, customer: CustomerInfo, verdicts: list[Verdict], error: str = "") -> HttpResponse:
    rows = [_row(request, verdict) for verdict in verdicts]
    ready = [verdict for verdict in verdicts if verdict.is_ready]
    total = sum((verdict.line.net_amount for verdict in ready if verdict.line), Decimal(0))
    context = {
        "rows": rows,
        "ready": len(ready),
        "unknown": sum(verdict.state == "unknown" for verdict in verdicts),
        "to_confirm": len([v for v in verdicts if not v.is_ready and v.state not in ("unknown", "merged")]),
        "total_text": formatting.money(total, customer.currency),
        "blank": range(3 if rows else 6),
        "error": error,
        "pasted": request.POST.get("pasted", "") if error else "",
    }
    return render_page(request, "storefront/cart/quick.html", context, status=422 if error else 200)


def _row(request: Request, verdict: Verdict) -> QuickRow:
    text, tone, note = _state(verdict)
    wish = verdict.wish
    quantity = plain(wish.quantity) if wish else verdict.typed.quantity
    currency = verdict.line.price.currency if verdict.line and verdict.line.price else "EUR"
    return QuickRow(
        number=verdict.number,
        code=verdict.typed.code,
        quantity=quantity,
        unit=verdict.typed.unit,
        name=verdict.variant.name if verdict.variant else "",
        state_text=text,
        tone=tone,
        note=note,
        fixes=_fixes(request, verdict),
        net_text=formatting.money(verdict.line.net_amount, currency) if verdict.is_ready and verdict.line else "—",
    )


def _state(verdict: Verdict) -> tuple[str, str, str]:
    """Word, tone and explanation of a verdict."""
    if verdict.line is not None and verdict.line.problem is not None:
        return _("to correct"), "warn", verdict.line.problem.message
    states = {
        "ready": (_("ready"), "ok", stock_text(verdict.line.stock).text if verdict.line else ""),
        "partial": (_("partly in stock"), "warn", stock_text(verdict.line.stock).text if verdict.line else ""),
        "unknown": (_("unknown"), "bad", _("No article has this reference.")),
        "several": (_("several"), "warn", _("Several articles have this reference: use our reference.")),
        "ambiguous": (_("which quantity?"), "warn", _("This can be read in two ways.")),
        "not_a_number": (_("no quantity"), "bad", _("Write a number above zero.")),
        "merged": (_("merged"), "mute", _("added to line %(number)s") % {"number": verdict.into}),
    }
    return states[verdict.state]


def _fixes(request: Request, verdict: Verdict) -> tuple[Fix, ...]:
    if verdict.state == "unknown" and request.tenant is not None:
        looker, few = Looker(buyer_of(request).view), verdict.number <= _SUGGESTED * 10
        hits = suggest_in_shop(request.tenant.id, verdict.typed.code, looker, 2) if few else []
        return tuple(Fix(f"{hit.sku} {hit.name}", f"{verdict.number}:{hit.sku}:") for hit in hits)
    if verdict.is_ready or verdict.state == "merged":
        return ()
    return tuple(
        Fix(_("Take %(quantity)s") % {"quantity": formatting.number(choice)}, f"{verdict.number}::{plain(choice)}")
        for choice in verdict.choices
    )
