"""What other apps and screens ask about customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, IntegerField, JSONField, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from catalog.visibility import UNRESTRICTED, Audience, Viewpoint, rules_of, viewpoint, viewpoint_of
from core import formatting
from core.actor import Actor
from core.scope import current_scope
from customers.enums import CustomerState
from customers.errors import NotACustomer
from customers.models import Customer, CustomerFacts, CustomerGroup, CustomerTransition, PaymentTerm
from customers.order_terms import NO_TERMS, POLICIES, OrderTerms, terms_from
from customers.segments import Facts, rules_at, segments_for
from customers.terms import USUAL_TERMS, term_text
from customers.vat.facts import DOMESTIC, FACTS, VatFacts, facts_from

STATE_TONES: Mapping[str, str] = {"pending": "warn", "approved": "ok", "refused": "bad", "blocked": "bad"}


@dataclass(frozen=True, slots=True)
class CustomerInfo:
    """A company as the current tenant knows it; ``view`` is what it sees of the catalogue."""

    id: UUID
    company_id: UUID
    company_name: str
    number: str
    state: str
    group_id: UUID | None
    group_name: str
    payment_term_code: str
    payment_term_kind: str
    payment_term_days: int
    currency: str = "EUR"
    decision_note: str = ""
    segment_ids: tuple[UUID, ...] = ()
    since: date | None = None
    view: Viewpoint = UNRESTRICTED
    order_terms: OrderTerms = NO_TERMS
    vat: VatFacts = DOMESTIC

    @property
    def is_approved(self) -> bool:
        return self.state == CustomerState.APPROVED

    @property
    def payment_term_text(self) -> str:
        return term_text(self.payment_term_kind, self.payment_term_days) if self.payment_term_kind else ""


#: The rules of all segments, read along with a customer.
_SEGMENT_RULES = """(
    SELECT coalesce(jsonb_agg(jsonb_build_array(segment_id, fact, "values")), '[]')
      FROM customers_segmentrule WHERE valid_to IS NULL
)"""


_VIEW_RULES = rules_of("customers_customer.id", "customers_customer.group_id")


def customer_of(company_id: UUID) -> CustomerInfo | None:
    """The company's account with the current tenant, in whatever state; one statement, two until it is approved."""
    return _described(Customer.objects.filter(company_id=company_id))


def customer_by_id(customer_id: UUID) -> CustomerInfo | None:
    """An account by its key; one statement, two until it is approved."""
    return _described(Customer.objects.filter(pk=customer_id))


def customer_at(customer_id: UUID, at: datetime) -> CustomerInfo | None:
    """An account as it was at a moment, as far as prices depend on it; three statements.

    What the catalogue shows is today's.
    """
    info = customer_by_id(customer_id)
    if info is None:
        return None
    row = CustomerFacts.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at), customer_id=customer_id, valid_from__lte=at
    ).first()
    if row is None:
        return info
    facts = Facts(row.naf_code, row.country, row.revenue_band, row.customer_since)
    segments = segments_for(facts, rules_at(at), timezone.localdate(at))
    return replace(info, group_id=row.group_id, currency=row.currency, since=row.customer_since, segment_ids=segments)


def visitor_view() -> Viewpoint:
    """What somebody without an approved account sees of the catalogue; one statement."""
    return viewpoint(Audience())


def _described(rows: QuerySet[Customer]) -> CustomerInfo | None:
    row = (
        rows.select_related("group", "payment_term")
        .annotate(
            segment_rules=RawSQL(_SEGMENT_RULES, (), output_field=JSONField()),  # noqa: S611  # constants
            view_rules=RawSQL(_VIEW_RULES, (), output_field=JSONField()),  # noqa: S611
            order_policies=RawSQL(POLICIES, (), output_field=JSONField()),  # noqa: S611
            vat_facts=RawSQL(FACTS, (current_scope().tenant_id,), output_field=JSONField()),  # noqa: S611
        )
        .first()
    )
    if row is None:
        return None
    info = _describe(row)
    if not info.is_approved:  # what it sees as a customer begins with its approval
        return replace(info, view=visitor_view())
    return replace(info, view=viewpoint_of(Audience(info.id, info.group_id, info.segment_ids), row.view_rules))


def _describe(row: Customer) -> CustomerInfo:
    facts = Facts(row.naf_code, row.country, row.revenue_band, row.customer_since)
    return CustomerInfo(
        id=row.id,
        company_id=row.company_id,
        company_name=row.company_name,
        number=row.number,
        state=row.state,
        group_id=row.group_id,
        group_name=row.group.name if row.group else "",
        payment_term_code=row.payment_term.code if row.payment_term else "",
        payment_term_kind=row.payment_term.kind if row.payment_term else "",
        payment_term_days=row.payment_term.days if row.payment_term else 0,
        currency=row.currency,
        decision_note=row.decision_note,
        segment_ids=segments_for(facts, row.segment_rules, timezone.localdate()),  # type: ignore[attr-defined]
        since=row.customer_since,
        order_terms=terms_from(row.order_policies),  # type: ignore[attr-defined]
        vat=facts_from(row.vat_facts, country=row.country, number=row.vat_number),  # type: ignore[attr-defined]
    )


def require_approved(actor: Actor) -> CustomerInfo:
    """The approved account that a buyer acts for. Raises NotACustomer."""
    info = customer_of(actor.company_id) if actor.company_id else None
    if info is None or not info.is_approved:
        raise NotACustomer
    return info


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as the supplier's list shows it."""

    id: UUID
    company_id: UUID
    name: str
    number: str
    siren: str
    state: str
    state_text: str
    state_tone: str
    group_name: str
    term_text: str
    sales_rep_name: str
    requested_at: datetime
    requested_text: str

    @property
    def is_pending(self) -> bool:
        return self.state == CustomerState.PENDING


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One move of a customer's state: what it became, who did it when, and why."""

    meta: str
    text: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """Everything that the supplier's page about one customer shows of this app."""

    row: CustomerRow
    vat_number: str
    country: str
    contact_name: str
    contact_email: str
    message: str
    decision_note: str
    group_id: UUID | None
    term_value: str
    sales_rep_id: UUID | None
    naf_code: str
    revenue_band: str
    customer_since: date | None
    currency: str
    history: tuple[HistoryRow, ...]

    @property
    def is_undecided(self) -> bool:
        return self.row.state in (CustomerState.PENDING, CustomerState.REFUSED)


def customers_page(*, search: str = "", state: str = "", limit: int = 50, offset: int = 0) -> list[CustomerRow]:
    """Customers that match, those that wait for a decision first, then by name; one statement."""
    pending_first = Case(When(state=CustomerState.PENDING, then=0), default=1, output_field=IntegerField())
    rows = _matching(search).select_related("group", "payment_term").order_by(pending_first, "company_name", "pk")
    if state:
        rows = rows.filter(state=state)
    return [_row(row) for row in rows[offset : offset + limit]]


def count_by_state(*, search: str = "") -> dict[str, int]:
    """How many customers match in each state; one statement."""
    rows = _matching(search).values("state").annotate(count=Count("pk")).order_by()
    return {row["state"]: row["count"] for row in rows}


def customer_detail(customer_id: UUID) -> CustomerDetail | None:
    """One customer with its history; two statements."""
    row = Customer.objects.select_related("group", "payment_term").filter(pk=customer_id).first()
    if row is None:
        return None
    term = row.payment_term
    return CustomerDetail(
        row=_row(row),
        vat_number=row.vat_number,
        country=row.country,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        message=row.message,
        decision_note=row.decision_note,
        group_id=row.group_id,
        term_value=term_value(term.kind, term.days) if term else "",
        sales_rep_id=row.sales_rep_id,
        naf_code=row.naf_code,
        revenue_band=row.revenue_band,
        customer_since=row.customer_since,
        currency=row.currency,
        history=tuple(_history(move) for move in row.transitions.order_by("-at", "-pk")),
    )


def names_of(customer_ids: list[UUID]) -> dict[UUID, str]:
    """Names of customers; one statement."""
    return dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "company_name"))


def group_choices() -> list[tuple[UUID, str]]:
    """Groups by name; one statement."""
    return list(CustomerGroup.objects.values_list("pk", "name"))


def term_choices() -> list[tuple[str, str]]:
    """The usual payment terms and those that this supplier created, as (value, text); one statement."""
    own = [pair for pair in PaymentTerm.objects.values_list("kind", "days") if pair not in USUAL_TERMS]
    return [(term_value(kind, days), term_text(kind, days)) for kind, days in (*USUAL_TERMS, *own)]


def term_value(kind: str, days: int) -> str:
    """How a term is named in a form; :func:`parse_term_value` reads it."""
    return f"{kind}-{days}"


def parse_term_value(value: str) -> tuple[str, int]:
    """Kind and days of a term's form value."""
    kind, _dash, days = value.rpartition("-")
    return kind, int(days)


def _matching(search: str) -> QuerySet[Customer]:
    rows = Customer.objects.all()
    words = search.split()
    for word in words:
        rows = rows.filter(
            Q(company_name__icontains=word)
            | Q(number__icontains=word)
            | Q(siren__startswith=word)
            | Q(contact_email__icontains=word)
        )
    digits = "".join(words)
    if digits.isdigit() and len(words) > 1:  # a SIREN as people write it: 552 100 554
        rows = Customer.objects.filter(siren__startswith=digits)
    return rows


def _row(row: Customer) -> CustomerRow:
    return CustomerRow(
        id=row.id,
        company_id=row.company_id,
        name=row.company_name,
        number=row.number,
        siren=row.siren,
        state=row.state,
        state_text=str(CustomerState(row.state).label),
        state_tone=STATE_TONES[row.state],
        group_name=row.group.name if row.group else "",
        term_text=term_text(row.payment_term.kind, row.payment_term.days) if row.payment_term else "",
        sales_rep_name=row.sales_rep_name,
        requested_at=row.requested_at,
        requested_text=formatting.moment(row.requested_at),
    )


def _history(move: CustomerTransition) -> HistoryRow:
    state = str(CustomerState(move.to_state).label)
    parts = (formatting.moment(move.at), move.actor_name)
    return HistoryRow(meta=" · ".join(p for p in parts if p), text=formatting.labelled(state, move.note))
