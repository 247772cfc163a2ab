"""Use cases about customers: ask for an account, decide, change conditions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.enums import CompanyRole
from accounts.models import Company, StaffMembership, User
from accounts.permissions import of_role
from accounts.services import CompanyData, create_user, register_company
from accounts.verification import note_verified
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from core.events import emit
from core.numbers import next_number
from core.scope import current_scope
from customers import policies
from customers.documents.queries import basis_of
from customers.enums import CustomerState, TermKind
from customers.errors import AlreadyCustomer, MissingLegalNumber, TermTooLong, UnknownSalesRep
from customers.events import AccountDecided, AccountRequested
from customers.models import Customer, CustomerCounter, CustomerFacts, CustomerGroup, PaymentTerm
from customers.states import CUSTOMER
from customers.terms import legal_maximum

_FACTS = ("group_id", "currency", "country", "naf_code", "revenue_band", "customer_since")
#: How the codes of payment terms begin.
_TERM_CODES = {TermKind.NET: "net", TermKind.DAYS_THEN_END_OF_MONTH: "eom", TermKind.END_OF_MONTH_THEN_DAYS: "eomplus"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a supplier grants a customer on its own side; prices and credit are granted by the apps above."""

    payment_term_id: UUID
    group_id: UUID | None = None
    sales_rep_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a supplier knows of a customer's business; ``naf_code`` is the sector (INSEE), such as ``25.62B``."""

    naf_code: str = ""
    country: str = "FR"
    revenue_band: str = ""
    customer_since: date | None = None
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody without a login gives to get one."""

    email: str
    password: str
    name: str
    language: str = ""


@atomic
def request_account(*, company_id: UUID, actor: Actor, message: str = "") -> UUID:
    """Ask the current tenant for an account, as a company.

    Raises NotAllowed, AlreadyCustomer. Emits AccountRequested.
    """
    if not policies.can_request(actor) or actor.company_id != company_id:
        raise NotAllowed
    company = Company.objects.get(pk=company_id)
    try:
        with savepoint():
            customer = Customer.objects.create(
                company_id=company.id,
                company_name=company.legal_name,
                number=next_number(CustomerCounter, "CL"),
                siren=company.siren,
                vat_number=company.vat_number,
                country=company.country,
                contact_name=actor.name,
                contact_email=actor.email,
                message=message,
            )
    except IntegrityError as error:
        raise AlreadyCustomer from error
    emit(AccountRequested(tenant_id=_tenant_id(), customer_id=customer.id, company_id=company_id))
    return customer.id


@atomic
def register_buyer(*, data: CompanyData, user_id: UUID) -> Actor:
    """Register a company and make the user its administrator; the user as that.

    Raises MissingLegalNumber, InvalidLegalNumber, CompanyExists; then nothing of it exists. Emits CompanyRegistered.
    """
    if not (data.siren.strip() if data.country == "FR" else data.siren.strip() or data.vat_number.strip()):
        raise MissingLegalNumber(field="siren" if data.country == "FR" else "vat_number")
    user = User.objects.get(pk=user_id)
    return Actor(
        kind="buyer",
        user_id=user_id,
        name=user.name,
        email=user.email,
        company_id=register_company(data=data, user_id=user_id),
        company_name=data.legal_name,
        role=CompanyRole.ADMINISTRATOR,
        permissions=of_role(CompanyRole.ADMINISTRATOR),
    )


@atomic
def register_and_request(*, data: CompanyData, user_id: UUID, message: str = "") -> UUID:
    """Register a company and ask the current tenant for an account; the company's id.

    Raises what :func:`register_buyer` raises; then nothing of it exists. Emits CompanyRegistered, AccountRequested.
    """
    actor = register_buyer(data=data, user_id=user_id)
    request_account(company_id=actor.require_company(), actor=actor, message=message)
    return actor.require_company()


@atomic
def register_newcomer(*, login: Login, data: CompanyData, message: str = "") -> UUID:
    """Create a login, its company and the request for an account together; answers the user's id.

    Raises EmailTaken and what :func:`register_and_request` raises; then nothing of it exists.
    """
    user_id = create_user(email=login.email, password=login.password, name=login.name, language=login.language)
    register_and_request(data=data, user_id=user_id, message=message)
    return user_id


@atomic
def approve_customer(*, customer_id: UUID, conditions: Conditions, actor: Actor) -> None:
    """Approve a company with its payment term and group.

    Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided.
    """
    customer = _locked(customer_id, actor)
    if customer.customer_since is None:
        customer.customer_since = timezone.localdate()
        customer.save(update_fields=["customer_since"])
    _set_conditions(customer, conditions)
    CUSTOMER.move(customer, to=CustomerState.APPROVED, actor=actor)
    note_verified(company_id=customer.company_id)
    _decided(customer, "")


@atomic
def refuse_customer(*, customer_id: UUID, reason: str, actor: Actor) -> None:
    """Refuse with a reason that the company is told.

    Raises NotAllowed, NotFound, IllegalMove, InvalidInput at ``reason``. Emits AccountDecided.
    """
    customer = _locked(customer_id, actor)
    if not reason.strip():
        raise InvalidInput(field="reason", reason=_("Say why: the company reads it."))
    CUSTOMER.move(customer, to=CustomerState.REFUSED, actor=actor, note=reason)
    _decided(customer, reason)


@atomic
def block_customer(*, customer_id: UUID, reason: str, actor: Actor) -> None:
    """Stop new orders of a customer. Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided."""
    customer = _locked(customer_id, actor)
    CUSTOMER.move(customer, to=CustomerState.BLOCKED, actor=actor, note=reason)
    _decided(customer, reason)


@atomic
def unblock_customer(*, customer_id: UUID, actor: Actor) -> None:
    """Let a blocked customer order again. Raises NotAllowed, NotFound, IllegalMove. Emits AccountDecided."""
    customer = _locked(customer_id, actor)
    if customer.state != CustomerState.BLOCKED:
        raise IllegalMove(field="state")
    CUSTOMER.move(customer, to=CustomerState.APPROVED, actor=actor)
    _decided(customer, "")


@atomic
def change_conditions(*, customer_id: UUID, conditions: Conditions, actor: Actor) -> None:
    """Change payment term, group and sales rep of a customer. Raises NotAllowed, NotFound, UnknownSalesRep."""
    _set_conditions(_locked(customer_id, actor), conditions)


@atomic
def change_profile(*, customer_id: UUID, profile: Profile, actor: Actor) -> None:
    """Change what segments, prices and visibility look at in a customer. Raises NotAllowed, NotFound."""
    customer = _locked(customer_id, actor)
    for name, value in asdict(profile).items():
        setattr(customer, name, value)
    customer.save(update_fields=list(asdict(profile)))
    _remember_facts(customer)


@atomic
def create_group(*, name: str, actor: Actor) -> UUID:
    """Create a customer group, or answer the one with this name. Raises NotAllowed."""
    policies.require_decide(actor)
    group, _created = CustomerGroup.objects.get_or_create(code=slugify(name)[:30], defaults={"name": name})
    return group.id


@atomic
def ensure_payment_terms() -> dict[str, UUID]:
    """The usual payment terms, created on first use; by code. 30 days net is the default (C. com. L441-10)."""
    usual = (
        ("net30", TermKind.NET, 30, True),
        ("net45", TermKind.NET, 45, False),
        ("net60", TermKind.NET, 60, False),
        ("eom45", TermKind.DAYS_THEN_END_OF_MONTH, 45, False),
        ("receipt", TermKind.NET, 0, False),
    )
    known = dict(PaymentTerm.objects.values_list("code", "id"))
    for code, kind, days, is_default in usual:
        if code not in known:
            term = PaymentTerm.objects.create(code=code, kind=kind, days=days, is_default=is_default)
            known[code] = term.id
    return known


@atomic
def ensure_term(*, kind: str, days: int, actor: Actor) -> UUID:
    """The payment term of this kind and length, created on first use. Raises NotAllowed, TermTooLong."""
    policies.require_decide(actor)
    maximum = legal_maximum(kind)
    if days > maximum:
        raise TermTooLong(field="term_days", maximum=maximum)
    known = PaymentTerm.objects.filter(kind=kind, days=days).first()
    if known is not None:
        return known.id
    code = f"{_TERM_CODES[TermKind(kind)]}{days}" if days or kind != TermKind.NET else "receipt"
    term, _created = PaymentTerm.objects.get_or_create(code=code, defaults={"kind": kind, "days": days})
    return term.id


def _set_conditions(customer: Customer, conditions: Conditions) -> None:
    customer.payment_term_id, customer.group_id = conditions.payment_term_id, conditions.group_id
    customer.sales_rep_id, customer.sales_rep_name = conditions.sales_rep_id, ""
    if conditions.sales_rep_id is not None:
        member = StaffMembership.objects.select_related("user").filter(
            user_id=conditions.sales_rep_id, tenant_id=_tenant_id()
        )
        found = member.first()
        if found is None:
            raise UnknownSalesRep(field="sales_rep")
        customer.sales_rep_name = found.user.name
    customer.save(update_fields=["payment_term", "group", "sales_rep_id", "sales_rep_name"])
    _remember_facts(customer)


def _remember_facts(customer: Customer) -> None:
    """Keep what prices depend on, with its time: a past price can be explained."""
    now = timezone.now()
    facts = CustomerFacts(
        customer=customer,
        group_id=customer.group_id,
        currency=customer.currency,
        country=customer.country,
        naf_code=customer.naf_code,
        revenue_band=customer.revenue_band,
        customer_since=customer.customer_since,
        valid_from=now,
    )
    current = CustomerFacts.objects.filter(customer=customer, valid_to=None).first()
    if current is not None and all(getattr(current, name) == getattr(facts, name) for name in _FACTS):
        return
    CustomerFacts.objects.filter(customer=customer, valid_to=None).update(valid_to=now)
    facts.save(force_insert=True)


def _decided(customer: Customer, note: str) -> None:
    customer.decided_at, customer.decision_note = timezone.now(), note
    customer.decision_basis = basis_of(customer.id)
    customer.save(update_fields=["decided_at", "decision_note", "decision_basis"])
    emit(
        AccountDecided(
            tenant_id=_tenant_id(), customer_id=customer.id, company_id=customer.company_id, state=customer.state
        )
    )


def _locked(customer_id: UUID, actor: Actor) -> Customer:
    policies.require_decide(actor)
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    return customer


def _tenant_id() -> UUID:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("customers live in a tenant's scope")
    return tenant_id
