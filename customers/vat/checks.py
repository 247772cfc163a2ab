"""Checks of customers' VAT numbers: asked of the register by a job, or done by hand with a reason. All are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.legal import clean_vat_number
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from core.events import emit
from core.scope import current_scope
from customers import policies
from customers.enums import CheckSource, CustomerState, VatOutcome
from customers.events import VatCheckWanted
from customers.models import Customer, VatCheck
from customers.queries import customer_by_id, customer_of
from customers.vat.facts import VatFacts, is_asked, is_well_formed
from customers.vat.register import Answer, NoRegister, VatRegister
from customers.vat.taxes import NORTHERN_IRELAND, VatId
from customers.vat.vies import Vies

#: How old an answer is when it is asked for again: by itself, and when the customer orders.
BY_ITSELF, WHEN_ORDERING = timedelta(days=7), timedelta(hours=24)
#: How long a register that did not answer is left alone.
_AGAIN = timedelta(hours=1)
_MOST_AT_ONCE = 200


def register() -> VatRegister:
    """The register that is configured."""
    return Vies(settings.VAT_REGISTER_URL) if settings.VAT_REGISTER_URL else NoRegister()


def due() -> list[UUID]:
    """Customers of the current tenant whose number is to be asked about by itself, those that waited longest first."""
    last = VatCheck.objects.filter(customer=OuterRef("pk"), number=OuterRef("vat_number")).order_by("-checked_at")
    rows = Customer.objects.exclude(vat_number="").filter(state__in=(CustomerState.PENDING, CustomerState.APPROVED))
    rows = rows.annotate(at=Subquery(last.values("checked_at")[:1]), said=Subquery(last.values("outcome")[:1]))
    now, found = timezone.now(), []
    for key, at, said in rows.order_by(F("at").asc(nulls_first=True), "pk").values_list("pk", "at", "said"):
        wait = _AGAIN if said == VatOutcome.UNANSWERED else BY_ITSELF
        if at is None or at <= now - wait:
            found.append(key)
    return found[:_MOST_AT_ONCE]


def ask(customer_id: UUID, *, older_than: timedelta = timedelta(0), by: VatRegister | None = None) -> None:
    """Ask about a customer's number and keep the answer; not where it decides nothing, or one is no older."""
    customer = customer_by_id(customer_id)
    if customer is None or not _is_open(customer.vat, customer_id, older_than):
        return
    number, requester = customer.vat.buyer_number, customer.vat.seller_number
    answer = (by or register()).ask(number, requester=requester)
    _keep(customer_id=customer_id, number=number, requester=requester, answer=answer)


def is_stale(company_id: UUID, older_than: timedelta) -> UUID | None:
    """The company's account, where the last answer about its number decides something and is older; else nothing."""
    customer = customer_of(company_id)
    return customer.id if customer is not None and _is_open(customer.vat, customer.id, older_than) else None


@atomic
def want_check(*, customer_id: UUID, actor: Actor) -> None:
    """Let the register be asked now. Raises NotAllowed, NotFound. Emits VatCheckWanted."""
    policies.require_decide(actor)
    if not Customer.objects.filter(pk=customer_id).exists():
        raise NotFound
    emit(VatCheckWanted(_tenant_id(), customer_id))


@atomic
def check_by_hand(*, customer_id: UUID, number: str, outcome: str, reason: str, actor: Actor) -> None:
    """Say of a customer's number, which may be a new one, what somebody found out.

    Raises NotAllowed, NotFound, InvalidLegalNumber at ``vat_number``, InvalidInput.
    """
    policies.require_decide(actor)
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    if outcome not in (VatOutcome.VALID, VatOutcome.INVALID):
        raise InvalidInput(field="outcome", reason=_("There is no such choice."))
    if not reason.strip():
        raise InvalidInput(field="reason", reason=_("Say how you know."))
    customer.vat_number = _cleaned(number)
    customer.save(update_fields=["vat_number"])
    VatCheck.objects.create(
        customer=customer,
        number=customer.vat_number,
        outcome=outcome,
        source=CheckSource.MANUAL,
        note=reason.strip()[:240],
        actor_name=actor.name[:120],
    )


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check as the supplier's page shows it."""

    when_text: str
    number: str
    outcome_text: str
    tone: str
    source_text: str
    note: str


def checks_of(customer_id: UUID, *, limit: int = 10) -> list[CheckRow]:
    """The last checks of a customer's numbers, newest first; one statement."""
    tones = {VatOutcome.VALID: "ok", VatOutcome.INVALID: "bad", VatOutcome.UNANSWERED: "warn"}
    return [
        CheckRow(
            when_text=formatting.moment(row.checked_at),
            number=row.number,
            outcome_text=str(VatOutcome(row.outcome).label),
            tone=tones[VatOutcome(row.outcome)],
            source_text=" · ".join(filter(None, (str(CheckSource(row.source).label), row.actor_name))),
            note=" · ".join(filter(None, (row.consultation_number, row.name, row.note))),
        )
        for row in VatCheck.objects.filter(customer_id=customer_id)[:limit]
    ]


def state_text(vat: VatFacts) -> tuple[str, str]:
    """What is known of a customer's number, and its tone."""
    return {
        VatId.NONE: (_("No VAT number"), "mute"),
        VatId.INVALID: (_("Not valid"), "bad"),
        VatId.UNVERIFIED: (_("Not checked yet"), "warn"),
        VatId.VALID: (_("Valid"), "ok"),
    }[vat.vat_id]


def _is_open(vat: VatFacts, customer_id: UUID, older_than: timedelta) -> bool:
    if not any(is_asked(home, vat.buyer_number) for home in (vat.seller_country, vat.ship_from)):
        return False
    recent = VatCheck.objects.filter(customer_id=customer_id, number=vat.buyer_number)
    return not recent.filter(checked_at__gt=timezone.now() - older_than).exists()


@atomic
def _keep(*, customer_id: UUID, number: str, requester: str, answer: Answer) -> None:
    VatCheck.objects.create(
        customer_id=customer_id,
        number=number,
        outcome=answer.outcome,
        source=CheckSource.VIES,
        requester=requester,
        consultation_number=answer.consultation_number,
        name=answer.name,
        note=answer.note,
    )


def _cleaned(number: str) -> str:
    """The number in its compact form. Raises InvalidLegalNumber."""
    compact = "".join(number.split()).upper()
    if compact.startswith(NORTHERN_IRELAND) and is_well_formed(compact):
        return compact
    if not compact:
        raise InvalidInput(field="vat_number", reason=_("Give the number."))
    return clean_vat_number(compact)


def _tenant_id() -> UUID:
    tenant_id = current_scope().tenant_id
    if tenant_id is None:
        raise RuntimeError("customers live in a tenant's scope")
    return tenant_id
