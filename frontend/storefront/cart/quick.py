"""Quick order: type, paste, upload or scan references and quantities, repair what is wrong, add what is ready.

The lines are kept as a draft (:mod:`orders.drafts`): repairs survive a reload, and one comes back to them later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import Request
from catalog.queries import VariantInfo
from core import formatting
from core.errors import Refused
from customers.queries import CustomerInfo
from frontend.guards import buyer_required
from frontend.paging import build_pager, page_number, query_url
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.storefront.buyer import buyer_of, customer_of_request
from frontend.storefront.cart.quick_progress import progress_view
from frontend.storefront.cart.quick_rows import Proposals, ended_of, row_of, unknown_of
from frontend.storefront.catalog.quotes import quote_href
from integrations.line_files import read_file, unit_of
from orders import drafts, lookups
from orders.errors import LinesRefused
from orders.policies import require_order
from orders.quick import Typed, labelled, read_pasted, replacements_of
from search.buyers import Looker
from search.queries import suggest_in_shop

_PER_PAGE = 50
_SUGGESTED = 20
_KINDS = ("ready", "repair")
#: Buttons that look at no line of the form.
_WITHOUT_LINES = {"clear": drafts.clear, "stop": lookups.stop, "take_up": lookups.take_up}


@dataclass
class Asked:
    """What a form asks for: lines that it changes, takes out, or adds."""

    changed: dict[UUID, Typed] = field(default_factory=dict)
    removed: set[UUID] = field(default_factory=set)
    added: list[Typed] = field(default_factory=list)
    source: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def quick_order(request: Request) -> HttpResponse:
    """Show the draft; take over what was typed, pasted, uploaded or repaired; put what is ready into the cart."""
    customer = customer_of_request(request)
    require_order(request.actor, customer)
    if request.method != "POST":
        return _page(request, customer)
    for name, service in _WITHOUT_LINES.items():
        if name in request.POST:
            service(actor=request.actor, customer=customer)
            return see_other(reverse("storefront_quick_order"))
    try:
        asked = _asked(request)
        drafts.edit(
            actor=request.actor,
            customer=customer,
            changed=asked.changed,
            removed=asked.removed,
            added=asked.added,
            source=asked.source,
        )
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return _page(request, customer, refusal)
    if "add" in request.POST:
        return _add(request, customer)
    if "check" in request.POST and len(asked.added) <= drafts.PORTION:
        drafts.check_again(actor=request.actor, customer=customer)
    return see_other(request.get_full_path())


@require_safe
def template(request: Request) -> HttpResponse:  # noqa: ARG001
    """An empty list with its column names, for a spreadsheet program."""
    names = [_("Reference"), _("Quantity"), _("Unit")]
    response = HttpResponse(f"\ufeff{';'.join(names)}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="quick-order.csv"'
    return response


def _add(request: Request, customer: CustomerInfo) -> HttpResponse:
    """Ready lines into the cart; the others stay here."""
    try:
        count = drafts.take_ready(actor=request.actor, customer=customer)
    except LinesRefused:
        drafts.check_again(actor=request.actor, customer=customer)
        messages.warning(request, _("Some lines have changed meanwhile. Nothing was added: look at them again."))
        return see_other(reverse("storefront_quick_order"))
    if count:
        values = {"count": formatting.number(count)}
        text = ngettext("%(count)s line is in the cart.", "%(count)s lines are in the cart.", count) % values
        messages.success(request, text)
    is_empty = drafts.counts_of(request.actor, customer).total == 0
    return see_other(reverse("storefront_cart" if is_empty and count else "storefront_quick_order"))


def _asked(request: Request) -> Asked:
    """Read the form. Raises TooManyLines, UnreadableFile and its kinds, NoReferences, BadCells."""
    data, asked = request.POST, Asked()
    _read_rows(data, asked)
    _read_fix(data, asked)
    if (key := _key(data.get("remove", ""))) is not None:
        asked.changed.pop(key, None)
        asked.removed.add(key)
    asked.added += [_with_unit(typed) for typed in read_pasted(data.get("pasted", ""))]
    file = request.FILES.get("file")
    if file is not None:
        asked.added += read_file(file)
        asked.source = (file.name or "")[:120]
    return asked


def _read_rows(data: QueryDict, asked: Asked) -> None:
    """Rows of the table: those that exist by their key, new ones without; an emptied row is taken out."""
    columns = [data.getlist(name) for name in ("line", "code", "quantity", "unit")]
    for line, code_text, quantity_text, unit in zip(*columns, strict=False):
        code, quantity, key = code_text.strip(" \t"), quantity_text.strip(), _key(line)
        if key is not None and code:
            asked.changed[key] = Typed(code, quantity, unit_of(unit))
        elif key is not None:
            asked.removed.add(key)
        elif code:
            asked.added.append(labelled(Typed(code, quantity or "1", unit_of(unit))))


def _read_fix(data: QueryDict, asked: Asked) -> None:
    """The repair that was pressed: ``line:what:value``."""
    line, _colon, repair = data.get("fix", "").partition(":")
    what, _colon, value = repair.partition(":")
    key = _key(line)
    if key is None or key not in asked.changed or not value:
        return
    row = asked.changed[key]
    asked.changed[key] = Typed(
        value if what == "code" else row.code,
        value if what == "quantity" else row.quantity,
        value if what == "unit" else row.unit,
    )


def _with_unit(typed: Typed) -> Typed:
    return Typed(typed.code, typed.quantity, unit_of(typed.unit), typed.note)


def _key(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _page(request: Request, customer: CustomerInfo, refusal: Refused | None = None) -> HttpResponse:
    actor, counts = request.actor, drafts.counts_of(request.actor, customer)
    only = request.GET.get("show", "")
    only = only if only in _KINDS else ""
    total = {"": counts.total, "ready": counts.ready, "repair": counts.repair}[only]
    pages = max(-(-total // _PER_PAGE), 1)
    offset = (page_number(request, pages) - 1) * _PER_PAGE
    lines = drafts.page_of(actor, customer, only=only, offset=offset, limit=_PER_PAGE) if total else []
    proposals = Proposals(_near(request, unknown_of(lines)), _instead(customer, ended_of(lines)))
    net = drafts.ready_net(actor, customer) if counts.ready else None
    rows = [row_of(line, proposals, customer.currency) for line in lines]
    context = {
        "rows": rows,
        "counts": counts,
        "to_confirm": counts.repair - counts.unknown,
        "tabs": _tabs(request, only, counts),
        "pager": build_pager(request, total=total, per_page=_PER_PAGE),
        "total_text": formatting.money(net, customer.currency) if net is not None else "",
        "source": drafts.source_of(actor, customer) if counts.total else "",
        "progress": progress_view(request, customer) if counts.waiting else None,
        "blank": range(1 if counts.total else 3),
        "error": str(refusal) if refusal and refusal.field != "file" else "",
        "file_error": str(refusal) if refusal and refusal.field == "file" else "",
        "pasted": request.POST.get("pasted", "") if refusal else "",
        "quote_hrefs": {row.key: _quote(request, row.quote_key) for row in rows},
        "action": request.get_full_path(),
    }
    return render_page(request, "storefront/cart/quick.html", context, status=422 if refusal else 200)


def _tabs(request: Request, only: str, counts: drafts.Counts) -> list[tuple[str, str, bool, int]]:
    labels = {"": _("All lines"), "repair": _("To repair"), "ready": _("Ready")}
    numbers = {"": counts.total, "repair": counts.repair, "ready": counts.ready}
    return [
        (label, query_url(request, show=key or None, page=None), key == only, numbers[key])
        for key, label in labels.items()
    ]


def _near(request: Request, unknown: Mapping[UUID, str]) -> dict[UUID, list[tuple[str, str]]]:
    """The closest articles to references that nothing has, for the first of them; no statement."""
    if request.tenant is None:
        return {}
    looker, found = Looker(buyer_of(request).view), {}
    for key, code in list(unknown.items())[:_SUGGESTED]:
        hits = suggest_in_shop(request.tenant.id, code, looker, 2)
        found[key] = [(hit.sku, hit.name) for hit in hits]
    return found


def _instead(customer: CustomerInfo, ended: Collection[UUID]) -> dict[UUID, VariantInfo]:
    return replacements_of(ended, customer.view) if ended else {}


def _quote(request: Request, variant_key: str) -> str:
    """Where to ask for a quote of an article that has no price."""
    return quote_href([(request.tenant.id, variant_key)]) if variant_key and request.tenant else ""
