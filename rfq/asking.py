"""Use cases of the buyer's side: write a request, send it, ask again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from catalog.packs.snapshots import PackSnapshot
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from core.events import emit
from core.ids import unlinked_uuid7, uuid7
from core.money import ZERO
from core.numbers import next_number
from rfq.abuse.limits import require_may_send
from rfq.conditions import USUAL, Conditions
from rfq.enums import RFQState
from rfq.errors import (
    DeadlineInThePast,
    InvalidPrice,
    NoLines,
    NoSuppliers,
    NotADraft,
    TooManyLines,
    TooManySuppliers,
)
from rfq.events import RFQSent
from rfq.models import RFQ, Invitation, RFQCounter, RFQLine, RFQPrivate, RFQTarget
from rfq.moves import move_rfq
from rfq.policies import require_buyer, seen_rfqs
from rfq.talk.files import Placed, add_files, files_of_lines, files_to_copy, put_back
from rfq.talk.models import RequestFile
from rfq.versions import VersionFile, is_price
from tenants.enums import TenantState
from tenants.models import Tenant

#: Suppliers of one request.
MOST_SUPPLIERS = 50
#: Lines of one request.
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class NewLine:
    """An article that is asked for, in words; quantity in ``unit_code`` units; ``pack`` is one with its options.

    ``target_price`` per unit is told to the suppliers unless ``hides_target``. ``files`` are drawings that the company
    has stored (:mod:`rfq.talk.files`); a draft keeps those that it has besides. ``delivery_address`` is there where it
    is not the request's.
    """

    description: str
    quantity: Decimal
    unit_code: str = "H87"
    gtin: str = ""
    part_number: str = ""
    requested_on: date | None = None
    pack: PackSnapshot | None = None
    question: str = ""
    takes_equivalent: bool = True
    target_price: Decimal | None = None
    hides_target: bool = True
    files: Sequence[VersionFile] = ()
    delivery_address: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NewRFQ:
    """A request as it is written; ``private_note`` and ``capital_rate`` (a year, as a fraction) stay in the company.

    ``files`` are the whole request's, as a line's are its own.
    """

    title: str
    deadline_at: datetime
    lines: Sequence[NewLine]
    tenant_ids: Sequence[UUID]
    delivery_address: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    currency: str = "EUR"
    conditions: Conditions = USUAL
    validity_days: int | None = None
    may_split: bool = True
    is_sealed: bool = False
    private_note: str = ""
    capital_rate: Decimal = ZERO
    files: Sequence[VersionFile] = ()


@atomic
def send_rfq(*, data: NewRFQ, actor: Actor, draft_id: UUID | None = None, rfq_id: UUID | None = None) -> UUID:
    """Ask suppliers for a quote, in the actor's company's name; a draft is sent as ``data`` says. In its own scope.

    ``rfq_id`` is the key that a new request is to have.

    Raises MayNotBuy, NotFound, NotADraft, NoLines, TooManyLines, NoSuppliers, TooManySuppliers, DeadlineInThePast,
    InvalidPrice, TermTooLong, RequestsStopped, NotVerified, TooManyRequests, TooManyToSupplier, TooManyFiles. Emits
    RFQSent.
    """
    require_buyer(actor)
    if not data.lines:
        raise NoLines(field="lines")
    if data.deadline_at <= timezone.now():
        raise DeadlineInThePast(field="deadline_at")
    if len(set(data.tenant_ids)) > MOST_SUPPLIERS:
        raise TooManySuppliers(field="suppliers", most=MOST_SUPPLIERS)
    known = dict(Tenant.objects.filter(state=TenantState.ACTIVE, pk__in=data.tenant_ids).values_list("pk", "name"))
    suppliers = [tenant_id for tenant_id in dict.fromkeys(data.tenant_ids) if tenant_id in known]
    if not suppliers or len(suppliers) != len(set(data.tenant_ids)):
        raise NoSuppliers(field="suppliers")
    require_may_send(actor.require_company(), known)
    rfq = _written(data, actor, draft_id, rfq_id)
    rfq.sent_at = timezone.now()
    rfq.save(update_fields=["sent_at"])
    Invitation.objects.bulk_create([_invitation(rfq, tenant_id, known[tenant_id]) for tenant_id in suppliers])
    move_rfq(rfq, RFQState.OPEN, actor)
    emit(RFQSent(rfq_id=rfq.id, company_id=rfq.company_id, tenant_ids=tuple(suppliers)))
    return rfq.id


def _invitation(rfq: RFQ, tenant_id: UUID, name: str) -> Invitation:
    """Neither its key nor its moment says how many were written before it."""
    moment = rfq.sent_at or timezone.now()
    return Invitation(
        id=unlinked_uuid7(),
        rfq=rfq,
        company_id=rfq.company_id,
        tenant_id=tenant_id,
        tenant_name=name,
        created_at=moment,
    )


@atomic
def save_draft(*, data: NewRFQ, actor: Actor, draft_id: UUID | None = None) -> UUID:
    """Keep a request that is not sent yet; nobody but the company reads it, and it may lack lines and suppliers.

    Raises MayNotBuy, NotFound, NotADraft, TooManyLines, InvalidPrice, TermTooLong, TooManyFiles.
    """
    require_buyer(actor)
    return _written(data, actor, draft_id).id


@dataclass(frozen=True, slots=True)
class Written:
    """A request as it was written, to go on with it or to ask again.

    ``packs`` names each line's pack with its options, ``<tenant hex>:<variant hex>:<A2-B1>``, or is empty.
    """

    data: NewRFQ
    packs: tuple[str, ...]


def written(actor: Actor, rfq_id: UUID) -> Written:
    """A draft, or an earlier request of the company with its drawings and the suppliers that it went to.

    A draft's drawings stay in it, whatever is written. Raises MayNotBuy, NotFound.
    """
    require_buyer(actor)
    rfq = seen_rfqs(actor).select_related("private").filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    private = getattr(rfq, "private", None)
    asked = private.tenant_ids if private is not None else []
    suppliers = asked or list(Invitation.objects.filter(rfq=rfq).values_list("tenant_id", flat=True))
    rows = list(RFQLine.objects.select_related("hidden_target").filter(rfq=rfq).order_by("position"))
    files = files_to_copy(rfq) if rfq.state != RFQState.DRAFT else {}
    data = NewRFQ(
        title=rfq.title,
        deadline_at=rfq.deadline_at,
        lines=[_as_new(row, files.get(row.pk, ())) for row in rows],
        tenant_ids=suppliers,
        delivery_address=rfq.delivery_address,
        note=rfq.note,
        currency=rfq.currency,
        conditions=Conditions.of(rfq),
        validity_days=rfq.validity_days,
        may_split=rfq.may_split,
        is_sealed=rfq.is_sealed,
        private_note=private.note if private is not None else "",
        capital_rate=private.capital_rate if private is not None else ZERO,
        files=files.get(None, ()),
    )
    return Written(data, tuple(_pack_key(row, suppliers) for row in rows))


def _as_new(row: RFQLine, files: Sequence[VersionFile]) -> NewLine:
    hidden = getattr(row, "hidden_target", None)
    return NewLine(
        description=row.description,
        quantity=row.quantity,
        unit_code=row.unit_code,
        gtin=row.gtin,
        part_number=row.part_number,
        requested_on=row.requested_on if row.requested_on and row.requested_on > timezone.localdate() else None,
        question=row.question,
        takes_equivalent=row.takes_equivalent,
        target_price=hidden.price if hidden is not None else row.target_price,
        hides_target=row.target_price is None,
        files=files,
        delivery_address=row.delivery_address,
    )


def _pack_key(row: RFQLine, suppliers: Sequence[UUID]) -> str:
    """A pack is its supplier's: it is asked for again where one was asked."""
    if not row.pack or not suppliers:
        return ""
    codes = "-".join(code for code, *_names in row.pack["options"])
    return f"{suppliers[0].hex}:{UUID(row.pack['variant_id']).hex}:{codes}"


@atomic
def drop_draft(*, draft_id: UUID, actor: Actor) -> None:
    """Throw a draft away. Raises MayNotBuy, NotFound, NotADraft."""
    require_buyer(actor)
    _draft(draft_id, actor).delete()


def _written(data: NewRFQ, actor: Actor, draft_id: UUID | None, rfq_id: UUID | None = None) -> RFQ:
    """The request with its lines as a draft; what a draft said before is replaced. Fourteen statements at most."""
    data.conditions.check()
    if len(data.lines) > MOST_LINES:
        raise TooManyLines(field="lines", most=formatting.number(MOST_LINES))
    bad = next((at for at, line in enumerate(data.lines) if not _is_target(line.target_price)), None)
    if bad is not None:
        raise InvalidPrice(field=f"line-{bad}")
    company_id = actor.require_company()
    files: list[RequestFile] = []
    if draft_id is None:
        rfq = RFQ(
            id=rfq_id or uuid7(),
            company_id=company_id,
            company_name=actor.company_name,
            number=next_number(RFQCounter, "DV", owner=f"c{company_id}"),
            created_by_id=actor.require_user(),
            created_by_name=actor.name,
        )
    else:
        rfq = _draft(draft_id, actor)
        files = files_of_lines(rfq)
        rfq.lines.all().delete()
    _fill(rfq, data)
    rfq.save(force_insert=draft_id is None)
    lines = [_line(rfq, position, line) for position, line in enumerate(data.lines, 1)]
    RFQLine.objects.bulk_create(lines)
    put_back(files, lines)
    placed: list[Placed] = [(file, row.pk) for row, line in zip(lines, data.lines, strict=True) for file in line.files]
    placed += [(file, None) for file in data.files]
    if placed:
        add_files(rfq, placed, actor)
    targets = [
        RFQTarget(rfq_line=row, rfq=rfq, company_id=company_id, price=line.target_price)
        for row, line in zip(lines, data.lines, strict=True)
        if line.hides_target and line.target_price is not None
    ]
    RFQTarget.objects.bulk_create(targets)
    RFQPrivate.objects.update_or_create(
        rfq=rfq,
        defaults={
            "company_id": company_id,
            "note": data.private_note,
            "tenant_ids": list(data.tenant_ids),
            "capital_rate": data.capital_rate,
        },
    )
    return rfq


def _fill(rfq: RFQ, data: NewRFQ) -> None:
    rfq.title, rfq.currency, rfq.deadline_at = data.title, data.currency, data.deadline_at
    rfq.delivery_address, rfq.note = dict(data.delivery_address), data.note
    rfq.incoterm, rfq.incoterm_place = data.conditions.incoterm, data.conditions.incoterm_place
    rfq.term_kind, rfq.term_days = data.conditions.term_kind, data.conditions.term_days
    rfq.validity_days, rfq.may_split, rfq.is_sealed = data.validity_days, data.may_split, data.is_sealed


def _line(rfq: RFQ, position: int, line: NewLine) -> RFQLine:
    return RFQLine(
        rfq=rfq,
        company_id=rfq.company_id,
        position=position,
        description=line.description,
        gtin=line.gtin,
        part_number=line.part_number,
        quantity=line.quantity,
        unit_code=line.unit_code,
        requested_on=line.requested_on,
        question=line.question,
        takes_equivalent=line.takes_equivalent,
        target_price=None if line.hides_target else line.target_price,
        pack=line.pack.unpriced().as_json() if line.pack is not None else None,
        delivery_address=_other_address(line, rfq),
    )


def _other_address(line: NewLine, rfq: RFQ) -> dict[str, str] | None:
    """Where the line goes, if that is not where the request does."""
    address = dict(line.delivery_address or {})
    return address if address and address != rfq.delivery_address else None


def _is_target(price: Decimal | None) -> bool:
    return price is None or is_price(price)


def _draft(draft_id: UUID, actor: Actor) -> RFQ:
    rfq = RFQ.objects.select_for_update(of=("self",)).filter(pk=draft_id, company_id=actor.require_company()).first()
    if rfq is None:
        raise NotFound
    if rfq.state != RFQState.DRAFT:
        raise NotADraft
    return rfq
