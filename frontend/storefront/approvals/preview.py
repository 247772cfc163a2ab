"""What a checkout says before it is sent: who will have to approve, what the buyer is warned of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Refused
from customers.queries import CustomerInfo
from orders.approvals.gate import previewed


@dataclass(frozen=True, slots=True)
class ApprovalText:
    """Why an approval is needed and whose, step by step; or why this cannot be ordered at all."""

    is_needed: bool = False
    reasons: str = ""
    steps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""


def approval_text(actor: Actor, customer: CustomerInfo, net: Decimal | None, cost_centre_code: str) -> ApprovalText:
    """The approval that the actor's cart would need as it is."""
    try:
        judgement = previewed(actor, customer, net or Decimal(0), cost_centre_code)
    except Refused as refusal:
        return ApprovalText(problem=str(refusal))
    return ApprovalText(
        is_needed=judgement.needs_approval,
        reasons=" · ".join(reason.text for reason in judgement.reasons),
        steps=tuple(
            _("%(count)s of: %(names)s")
            % {"count": step.needed, "names": ", ".join(person.name for person in step.approvers)}
            for step in judgement.steps
        ),
        warnings=tuple(reason.text for reason in judgement.warnings),
    )
