"""Use cases of agreements: an accepted offer becomes one, the supplier lets more be called off, or ends it early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from agreements.enums import AgreementState
from agreements.errors import AgreedTwice, AlreadyAgreed, EndReasonMissing, InvalidPeriod, NotAgreeable, OtherCurrency
from agreements.events import AgreementClosed, AgreementSigned
from agreements.models import Agreement, AgreementCounter, AgreementLine, AgreementTransition
from agreements.policies import require_own_staff
from agreements.states import AGREEMENT
from catalog.models import Variant
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import IllegalMove, NotFound
from core.events import emit
from core.ids import uuid7
from core.money import ZERO
from core.numbers import next_number
from core.scope import current_scope
from customers.models import Customer
from customers.queries import CustomerInfo
from pricing import agreed

#: How long an agreement lasts at most.
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    starts_on: date
    ends_on: date

    def check(self) -> None:
        """Raises InvalidPeriod, which names the day that is wrong."""
        if self.starts_on < timezone.localdate():
            raise InvalidPeriod(field="starts_on")
        if self.ends_on <= self.starts_on or self.ends_on - self.starts_on > LONGEST:
            raise InvalidPeriod(field="ends_on")

    def begun(self) -> Period:
        """The same, from today on where its first day has passed: it was agreed before, and takes effect now."""
        return Period(max(self.starts_on, timezone.localdate()), self.ends_on)

    @property
    def starts_at(self) -> datetime:
        """Its first moment, or now where that has passed."""
        return max(_midnight(self.starts_on), timezone.now())

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.ends_on + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class NewLine:
    """An article as it was offered; the prices are per quoted unit and per base unit, the quantity is of base units."""

    variant_id: UUID | None
    sku: str
    name: str
    unit_code: str
    unit_factor: Decimal
    base_unit_code: str
    quoted_price: Decimal
    unit_price: Decimal
    committed_quantity: Decimal
    is_pack: bool = False
    setup_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What an accepted version of a quote agrees to; the conditions are those it names."""

    rfq_id: UUID
    quote_version_id: UUID
    content_hash: str
    currency: str
    net_amount: Decimal
    lines: Sequence[NewLine]
    freight_amount: Decimal = ZERO
    incoterm: str = ""
    incoterm_place: str = ""
    term_kind: str = ""
    term_days: int | None = None
    po_number: str = ""


def require_agreeable(lines: Sequence[NewLine], currency: str, period: Period, customer: CustomerInfo) -> None:
    """Whether these goods can be agreed with a customer for these days; one statement.

    Raises InvalidPeriod, OtherCurrency, NotAgreeable, AgreedTwice, AlreadyAgreed.
    """
    period.check()
    if currency != customer.currency:
        raise OtherCurrency(field="lines", offered=currency, own=customer.currency)
    seen: set[UUID] = set()
    for line in lines:
        if line.variant_id is None or line.is_pack:
            raise NotAgreeable(field="lines", name=line.name)
        if line.variant_id in seen:
            raise AgreedTwice(field="lines", sku=line.sku)
        seen.add(line.variant_id)
    require_free(customer.id, seen, period)


@atomic
def sign(*, data: NewAgreement, period: Period, customer: CustomerInfo, actor: Actor) -> UUID:
    """Put down what was agreed with a customer; its prices hold from the first day on. Answers the agreement's id.

    Once for a version of a quote, and an article is under one agreement of a customer at a time. Who may, and that
    the offer is accepted, is for the caller. Raises what :func:`require_agreeable` raises. Emits AgreementSigned,
    CatalogChanged.
    """
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.id)
    known = Agreement.objects.filter(quote_version_id=data.quote_version_id).values_list("pk", flat=True).first()
    if known is not None:
        return known
    require_agreeable(data.lines, data.currency, period, customer)
    names = {row.pk: row for row in Variant.objects.filter(pk__in=[line.variant_id for line in data.lines])}
    if missing := [line.name for line in data.lines if line.variant_id not in names]:
        raise NotAgreeable(field="lines", name=missing[0])
    agreement_id, number = uuid7(), next_number(AgreementCounter, "AG")
    list_id = agreed.open_list(
        agreement_id=agreement_id,
        name=number,
        currency=data.currency,
        customer_id=customer.id,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        prices={line.variant_id: line.unit_price for line in data.lines if line.variant_id is not None},
    )
    row = _header(data, period, customer, actor)
    row.pk, row.number, row.price_list_id = agreement_id, number, list_id
    row.save(force_insert=True)
    rows = [_line(row, index, line, names) for index, line in enumerate(data.lines, 1)]
    AgreementLine.objects.bulk_create(rows)
    _begin(row, actor)
    return row.pk


def _begin(row: Agreement, actor: Actor) -> None:
    """Emits AgreementSigned."""
    AgreementTransition.objects.create(
        subject=row,
        from_state="",
        to_state=AgreementState.DRAFT,
        actor_id=actor.user_id,
        actor_name=actor.name,
        note=row.content_hash,
    )
    AGREEMENT.move(row, to=AgreementState.ACTIVE, actor=actor)
    signed = (row.pk, row.company_id, tenant_of_scope(), row.number, row.net_amount, row.currency, row.ends_on)
    emit(AgreementSigned(*signed, unit_id=row.unit_id, po_number=row.po_number))


@atomic
def allow_overrun(*, agreement_id: UUID, line_id: UUID, allowed: bool, actor: Actor) -> None:
    """Let a line be called off beyond what is committed, at its price; or no longer, where that has not happened yet.

    Raises NotAllowed, NotFound, IllegalMove. Emits CatalogChanged where prices begin or end with it.
    """
    require_own_staff(actor)
    row = locked(agreement_id)
    if row.state != AgreementState.ACTIVE:
        raise IllegalMove(field="state")
    line = AgreementLine.objects.select_for_update(of=("self",)).filter(pk=line_id, agreement=row).first()
    if line is None:
        raise NotFound
    if line.may_overrun == allowed:
        return
    if line.called_quantity > line.committed_quantity:
        raise IllegalMove(field="may_overrun")
    line.may_overrun = allowed
    line.save(update_fields=["may_overrun"])
    if line.remaining == ZERO:
        change = agreed.reopen_prices if allowed else agreed.close_prices
        change(price_list_id=row.price_list_id, variant_ids=[line.variant_id])


@atomic
def close(*, agreement_id: UUID, reason: str, actor: Actor) -> None:
    """End an agreement today; one from which nothing was called off is cancelled. Orders that were placed stay.

    Raises NotAllowed, NotFound, EndReasonMissing, IllegalMove. Emits AgreementClosed, CatalogChanged.
    """
    require_own_staff(actor)
    row = locked(agreement_id)
    if not reason.strip():
        raise EndReasonMissing(field="reason")
    lines = list(row.lines.select_for_update(of=("self",)).order_by("pk"))
    state = AgreementState.ENDED if any(line.called_quantity for line in lines) else AgreementState.CANCELLED
    AGREEMENT.move(row, to=state, actor=actor, note=reason.strip()[:500])
    agreed.end_list(price_list_id=row.price_list_id)
    emit(AgreementClosed(row.pk, row.company_id, tenant_of_scope(), row.number, state.value, reason.strip()[:500]))


def require_free(customer_id: UUID, variant_ids: set[UUID], period: Period) -> None:
    """No other agreement of the customer has these goods in these days. Raises AlreadyAgreed."""
    other = (
        AgreementLine.objects.select_related("agreement")
        .filter(
            agreement__customer_id=customer_id,
            agreement__state=AgreementState.ACTIVE,
            agreement__starts_on__lte=period.ends_on,
            agreement__ends_on__gte=period.starts_on,
            variant_id__in=variant_ids,
        )
        .order_by("position")
        .first()
    )
    if other is not None:
        found = other.agreement
        raise AlreadyAgreed(field="starts_on", sku=other.sku, number=found.number, until=formatting.day(found.ends_on))


def _header(data: NewAgreement, period: Period, customer: CustomerInfo, actor: Actor) -> Agreement:
    return Agreement(
        customer_id=customer.id,
        company_id=customer.company_id,
        company_name=customer.company_name,
        unit_id=actor.unit_id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        currency=data.currency,
        net_amount=data.net_amount,
        po_number=data.po_number,
        freight_amount=data.freight_amount,
        incoterm=data.incoterm,
        incoterm_place=data.incoterm_place,
        term_kind=data.term_kind,
        term_days=data.term_days,
        rfq_id=data.rfq_id,
        quote_version_id=data.quote_version_id,
        content_hash=data.content_hash,
        signed_by_id=actor.user_id,
        signed_by_name=actor.name,
    )


def _line(row: Agreement, position: int, line: NewLine, names: dict[UUID, Variant]) -> AgreementLine:
    if line.variant_id is None:
        raise NotAgreeable(field="lines", name=line.name)
    variant = names[line.variant_id]
    return AgreementLine(
        agreement=row,
        position=position,
        variant=variant,
        sku=variant.sku,
        name_fr=variant.name_fr,
        name_en=variant.name_en,
        unit_code=line.unit_code,
        unit_factor=line.unit_factor,
        base_unit_code=line.base_unit_code,
        quoted_price=line.quoted_price,
        unit_price=line.unit_price,
        setup_amount=line.setup_amount,
        committed_quantity=line.committed_quantity,
    )


def locked(agreement_id: UUID) -> Agreement:
    """The agreement, held until the end of the transaction. Raises NotFound."""
    row = Agreement.objects.select_for_update(of=("self",)).filter(pk=agreement_id).first()
    if row is None:
        raise NotFound
    return row


def tenant_of_scope() -> UUID:
    """The supplier whose agreements these are."""
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("agreements live in a tenant's scope")
    return tenant_id


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
