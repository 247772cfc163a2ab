"""Use cases of awards that wait: noted when they are asked for, forgotten when they are decided."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic
from rfq.awarding import AcceptedOffer
from rfq.enums import VersionState
from rfq.errors import AwardWaits
from rfq.models import Invitation
from rfq.pending.models import PendingAward


@atomic
def hold(
    *, offer: AcceptedOffer, request_id: UUID, net: Decimal, closes: bool, ends_on: date | None, actor: Actor
) -> None:
    """Note that what is taken of an offer, whose request is locked, waits for an approval."""
    name = Invitation.objects.values_list("tenant_name", flat=True).get(rfq_id=offer.rfq_id, tenant_id=offer.tenant_id)
    PendingAward.objects.create(
        rfq_id=offer.rfq_id,
        version_id=offer.version_id,
        company_id=offer.company_id,
        tenant_id=offer.tenant_id,
        tenant_name=name,
        request_id=request_id,
        line_ids=[taken.line.rfq_line_id for taken in offer.lines],
        closes=closes,
        ends_on=ends_on,
        currency=offer.currency,
        net_amount=net,
        unit_id=actor.unit_id,
        asked_by_id=actor.require_user(),
        asked_by_name=actor.name,
    )


@atomic
def release(*, request_id: UUID) -> None:
    """Forget an award that waits no longer, whatever has become of it."""
    PendingAward.objects.filter(request_id=request_id).delete()


def require_unclaimed(offer: AcceptedOffer, *, closes: bool, waits: bool = False) -> None:
    """Let an offer, whose request is locked, be awarded where no approval decides about the same; one statement.

    That is: an award of the same offer or of the same lines, and any where one of the two ends the request for the
    others; for an award that ``waits`` itself the other's end counts too. What can no longer be approved, because its
    offer is not on the table any more, keeps nobody. Raises AwardWaits.
    """
    live = PendingAward.objects.filter(
        rfq_id=offer.rfq_id, version__state=VersionState.SENT, version__valid_until__gt=timezone.now()
    )
    lines = [taken.line.rfq_line_id for taken in offer.lines]
    same = Q(version=offer.version_id) | Q(line_ids__overlap=lines)
    if not closes:
        live = live.filter(same | Q(closes=True) if waits else same)
    found = live.first()
    if found is not None:
        raise award_waits(found.tenant_name, found.net_amount, found.currency, found.asked_by_name)


def award_waits(supplier: str, net: Decimal, currency: str, name: str) -> AwardWaits:
    """What refuses an award beside one that waits: whose, from whom, for how much."""
    return AwardWaits(supplier=supplier, amount=formatting.money(net, currency), name=name)
