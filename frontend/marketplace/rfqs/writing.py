"""The buyer writes a request: keeps it as a draft, sends it, asks again what was asked before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from core import formatting
from core.actor import Actor
from core.errors import Refused
from core.money import ZERO
from frontend.clarifications import files_help
from frontend.downloads import ACCEPT
from frontend.forms import add_refusal
from frontend.guards import buyer_required
from frontend.marketplace.rfqs.attaching import Attached, Brought, as_attached
from frontend.marketplace.rfqs.forms import BLANK_LINES, LineRow, RFQForm, lines_of, unit_choices
from frontend.marketplace.rfqs.portions import LINES, portion_of, read_lines
from frontend.marketplace.rfqs.sellers import narrow, node_choices, with_all_ticked
from frontend.marketplace.rfqs.sources import from_file, from_goods
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import as_typed
from marketplace.directory import suppliers
from orders.quick import settled
from rfq import asking
from rfq.asking import MOST_LINES, NewLine, NewRFQ, Written, written
from rfq.talk.files import MOST_AT_ONCE

#: What the form does besides being kept or sent.
_GOES_ON = frozenset({"more", "find", "tick", "portion"})
_LONG = 5
#: What the address book calls a place.
Keys = Mapping[frozenset[tuple[str, str]], str]


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required
def new(request: Request) -> HttpResponse:
    """Write a request; send it to the chosen suppliers, or keep it as a draft."""
    draft_id = _key(request.POST.get("draft") or request.GET.get("draft", ""))
    typed = _form(request, draft_id)
    form, rows, brought = typed.form, typed.rows, typed.brought
    portion = _portion(request, typed)
    file_error = _add_file(request, rows)
    is_decided = request.method == "POST" and "file" not in request.FILES and _GOES_ON.isdisjoint(request.POST)
    if is_decided:
        answer = _written(request, form, rows, draft_id, brought)
        if answer is not None:
            return answer
    elif form.is_bound:
        form.errors.clear()  # it goes on, and is not finished
    context = {
        "form": form,
        "lines": portion_of(rows, portion, BLANK_LINES * (2 if "more" in request.POST else 1)),
        "units": unit_choices(),
        "sellers_text": narrow(request, form),
        "left_out": typed.left_out,
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


def _portion(request: Request, typed: _Typed) -> int:
    """Which lines are shown next: those that were asked for, the last where more come, or the same."""
    if "more" in request.POST:
        return len(typed.rows) // LINES + 1
    asked = request.POST.get("portion", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < _LONG else typed.portion


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


@dataclass(frozen=True, slots=True)
class _Typed:
    """The form with its lines: the portion that is shown of them, files of the whole, what could not be among them."""

    form: RFQForm
    rows: list[LineRow]
    brought: Brought
    portion: int = 1
    left_out: Sequence[str] = ()


def _form(request: Request, draft_id: UUID | None) -> _Typed:
    """What was posted; else a draft, an earlier request with its files, or the articles that the address names."""
    choices: dict[str, Any] = {
        "tenants": suppliers().values(),
        "nodes": node_choices(),
        "addresses": addresses_of(request.actor.require_company(), request.actor.unit_ids),
    }
    if request.method == "POST":
        read = read_lines(request)
        data = with_all_ticked(request) if "tick" in request.POST else request.POST
        return _Typed(RFQForm(data, **choices), read.rows, read.brought, read.number)
    source = draft_id or _key(request.GET.get("again", ""))
    if source is not None:
        found = written(request.actor, source)
        keys = {frozenset(place.items()): key for key, place in _book(request.actor).items()}
        initial = _initial(found, keys, keeps_deadline=draft_id is not None)
        form = RFQForm(initial=initial, **choices)
        rows = _rows(found, keys, request.actor)
        return _Typed(form, rows, Brought(as_attached(found.data.files, request.actor)))
    begun = from_goods(request.GET, request.actor)
    rows = begun.rows
    if not rows and request.GET.get("q"):
        rows = [LineRow(description=request.GET["q"][:240])]
    initial = {"suppliers": [key.hex for key in begun.suppliers], "node": request.GET.get("node", "")}
    return _Typed(RFQForm(initial=initial, **choices), rows, Brought(), left_out=begun.left_out)


def _add_file(request: Request, rows: list[LineRow]) -> str:
    """Add the lines of a file that was given; what is wrong with it. Its lines are looked at before they are sent."""
    file = request.FILES.get("file")
    if file is None:
        return ""
    try:
        found = from_file(file)
    except Refused as refusal:
        return str(refusal)
    if len(rows) + len(found) > MOST_LINES:
        most = formatting.number(MOST_LINES)
        return _("A request has %(most)s lines at most. Nothing was taken over.") % {"most": most}
    rows += found
    return ""


def _initial(found: Written, keys: Keys, *, keeps_deadline: bool) -> dict[str, object]:
    data = found.data
    conditions = data.conditions
    initial: dict[str, object] = {
        "title": data.title,
        "currency": data.currency,
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
        quantity=settled(line.quantity),
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
        currency=said["currency"],
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
