"""The buyer writes a request: keeps it as a draft, sends it, asks again what was asked before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.queries import address_book, addresses_of
from accounts.requests import Request
from core.actor import Actor
from core.errors import Refused
from core.formatting import plain
from core.money import ZERO
from frontend.clarifications import files_help
from frontend.downloads import ACCEPT
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.attaching import (
    Attached,
    Brought,
    as_attached,
    keys_with_files,
    read_attached,
)
from frontend.marketplace.rfqs.forms import (
    BLANK_LINES,
    MAX_LINES,
    LineRow,
    RFQForm,
    lines_of,
    prefilled,
    read_rows,
    unit_choices,
)
from frontend.marketplace.rfqs.sellers import narrow, node_choices, with_all_ticked
from frontend.marketplace.rfqs.sources import from_cart, from_file, from_list
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import as_typed
from marketplace.directory import suppliers
from rfq import asking
from rfq.asking import NewLine, NewRFQ, Written, written
from rfq.talk.files import MOST_AT_ONCE

_MOST_SOURCES = 20
#: What the form does besides being kept or sent.
_GOES_ON = frozenset({"more", "find", "tick"})
#: What the address book calls a place.
Keys = Mapping[frozenset[tuple[str, str]], str]


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new(request: Request) -> HttpResponse:
    """Write a request; send it to the chosen suppliers, or keep it as a draft."""
    draft_id = _key(request.POST.get("draft") or request.GET.get("draft", ""))
    form, rows, brought = _form(request, draft_id)
    file_error = _add_file(request, rows)
    is_decided = request.method == "POST" and "file" not in request.FILES and _GOES_ON.isdisjoint(request.POST)
    if is_decided:
        answer = _written(request, form, rows, draft_id, brought)
        if answer is not None:
            return answer
    elif form.is_bound:
        form.errors.clear()  # it goes on, and is not finished
    blank = [LineRow() for _n in range(BLANK_LINES * (2 if "more" in request.POST else 1))]
    context = {
        "form": form,
        "rows": (rows + blank)[: max(MAX_LINES, len(rows))],
        "units": unit_choices(),
        "sellers_text": narrow(request, form),
        "file_error": file_error,
        "brought": brought,
        "accept": ACCEPT,
        "files_help": files_help(MOST_AT_ONCE),
        "draft": draft_id.hex if draft_id else "",
        "draft_id": draft_id,
    }
    is_wrong = bool(is_decided or file_error or brought.error or any(row.error for row in rows))
    status = 422 if request.method == "POST" and is_wrong else 200
    return render_page(request, "marketplace/rfqs/new.html", context, area="marketplace", status=status)


@require_POST
@buyer_required
def drop(request: Request, rfq_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    asking.drop_draft(draft_id=rfq_id, actor=request.actor)
    messages.success(request, _("The draft is gone."))
    return see_other(reverse("marketplace_rfqs"))


def _written(
    request: Request, form: RFQForm, rows: list[LineRow], draft_id: UUID | None, brought: Brought
) -> HttpResponse | None:
    """Where to go after keeping or sending it; None where something is to be corrected."""
    keeps = "keep" in request.POST
    if keeps:
        form.fields["suppliers"].required = False
    book = _book(request.actor)
    lines = lines_of(rows, request.actor, book)
    if not form.is_valid() or brought.error or any(row.error for row in rows):
        return None
    data = replace(_data(form, lines, book), files=[one.file for one in brought.files])
    try:
        if keeps:
            rfq_id = asking.save_draft(data=data, actor=request.actor, draft_id=draft_id)
            messages.success(request, _("The draft is kept. Only your company sees it."))
            return see_other(f"{reverse('marketplace_rfq_new')}?draft={rfq_id.hex}")
        rfq_id = asking.send_rfq(data=data, actor=request.actor, draft_id=draft_id)
    except Refused as refusal:
        add_refusal(form, refusal)
        return None
    messages.success(request, _("Your request is sent. Answers appear here as they come."))
    return see_other(reverse("marketplace_rfq", args=[rfq_id]))


def _form(request: Request, draft_id: UUID | None) -> tuple[RFQForm, list[LineRow], Brought]:
    """What was posted; else a draft, an earlier request with its files, or the articles that the address names."""
    choices: dict[str, Any] = {
        "tenants": suppliers().values(),
        "nodes": node_choices(),
        "addresses": addresses_of(request.actor.require_company(), request.actor.unit_ids),
    }
    if request.method == "POST":
        rows = read_rows(request.POST, keys_with_files(request))
        brought = read_attached(request, [row.key for row in rows])
        for row in rows:
            if row.key:
                row.files, row.error = brought[row.key].files, brought[row.key].error
        data = with_all_ticked(request) if "tick" in request.POST else request.POST
        return RFQForm(data, **choices), rows, brought[""]
    source = draft_id or _key(request.GET.get("again", ""))
    if source is not None:
        found = written(request.actor, source)
        keys = {frozenset(place.items()): key for key, place in _book(request.actor).items()}
        initial = _initial(found, keys, keeps_deadline=draft_id is not None)
        form = RFQForm(initial=initial, **choices)
        return form, _rows(found, keys, request.actor), Brought(as_attached(found.data.files, request.actor))
    rows, asked = _from_goods(request)
    if not rows and request.GET.get("q"):
        rows = [LineRow(description=request.GET["q"][:240])]
    initial = {"suppliers": [key.hex for key in asked], "node": request.GET.get("node", "")}
    return RFQForm(initial=initial, **choices), rows, Brought()


def _from_goods(request: Request) -> tuple[list[LineRow], list[UUID]]:
    """Articles that the address names, carts at some suppliers, purchase lists."""
    rows, asked = prefilled(request.GET.getlist("line"), request.actor)
    for name, read in (("cart", from_cart), ("list", from_list)):
        for key in request.GET.getlist(name)[:_MOST_SOURCES]:
            more, tenants = read(key, request.actor)
            rows += more
            asked += tenants
    return rows[:MAX_LINES], list(dict.fromkeys(asked))


def _add_file(request: Request, rows: list[LineRow]) -> str:
    """Add the lines of a file that was given; what is wrong with it. Its lines are looked at before they are sent."""
    file = request.FILES.get("file")
    if file is None:
        return ""
    try:
        found = from_file(file)
    except Refused as refusal:
        return str(refusal)
    if len(rows) + len(found) > MAX_LINES:
        return _("A request has %(most)s lines at most. Nothing was taken over.") % {"most": MAX_LINES}
    rows += found
    return ""


def _initial(found: Written, keys: Keys, *, keeps_deadline: bool) -> dict[str, object]:
    data = found.data
    conditions = data.conditions
    initial: dict[str, object] = {
        "title": data.title,
        "suppliers": [key.hex for key in data.tenant_ids],
        "address": _key_of(data.delivery_address, keys),
        "note": data.note,
        "incoterm": conditions.incoterm,
        "incoterm_place": conditions.incoterm_place,
        "term": f"{conditions.term_kind}:{conditions.term_days}" if conditions.term_kind else "",
        "validity_days": data.validity_days,
        "may_split": data.may_split,
        "is_sealed": data.is_sealed,
        "capital_rate": as_typed(data.capital_rate * 100) if data.capital_rate else "",
        "private_note": data.private_note,
    }
    if keeps_deadline:
        initial["deadline"] = timezone.localdate(data.deadline_at)
    return initial


def _rows(found: Written, keys: Keys, actor: Actor) -> list[LineRow]:
    return [
        _row(line, pack, keys, as_attached(line.files, actor))
        for line, pack in zip(found.data.lines, found.packs, strict=True)
    ]


def _row(line: NewLine, pack: str, keys: Keys, files: list[Attached]) -> LineRow:
    address = _key_of(line.delivery_address or {}, keys)
    is_gone = bool(line.delivery_address) and not address
    return LineRow(
        description=line.description,
        quantity=plain(line.quantity),
        unit=line.unit_code,
        code=line.gtin or line.part_number,
        requested_on=line.requested_on.isoformat() if line.requested_on else "",
        pack=pack,
        target=as_typed(line.target_price),
        tells_target="" if line.hides_target else "1",
        equivalent="1" if line.takes_equivalent else "",
        question=line.question,
        address=address,
        error=_("Its delivery address is no longer in your address book.") if is_gone else "",
        files=files,
    )


def _data(form: RFQForm, lines: list[NewLine], book: Mapping[str, Mapping[str, str]]) -> NewRFQ:
    said = form.cleaned_data
    return NewRFQ(
        title=said["title"],
        deadline_at=form.deadline_at,
        lines=lines,
        tenant_ids=said["suppliers"],
        delivery_address=book.get(said["address"], {}),
        note=said["note"],
        conditions=form.conditions,
        validity_days=said["validity_days"],
        may_split=said["may_split"],
        is_sealed=said["is_sealed"],
        private_note=said["private_note"],
        capital_rate=said["capital_rate"] or ZERO,
    )


def _book(actor: Actor) -> dict[str, dict[str, str]]:
    """The addresses that the actor sees, by the key that a form names them with."""
    return {key.hex: place for key, place in address_book(actor.require_company(), actor.unit_ids).items()}


def _key_of(place: Mapping[str, str], keys: Keys) -> str:
    return keys.get(frozenset(place.items()), "")


def _key(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
