"""Use cases: say which documents are asked for, give one, ask for another one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotAllowed, NotFound
from customers import policies
from customers.documents.files import recognised, store
from customers.documents.queries import may_give
from customers.models import AccountDocument, Customer, DocumentKind

_MOST_KINDS = 20
_MOST_MONTHS = 60
#: How many documents one company may give one supplier, all kinds and times together.
_MOST_DOCUMENTS = 100


@dataclass(frozen=True, slots=True)
class KindData:
    """``fresh_months``: a document must carry its date and is flagged when it is older."""

    label_fr: str
    label_en: str
    is_required: bool = True
    fresh_months: int | None = None


@atomic
def ask_for(*, data: KindData, actor: Actor) -> UUID:
    """Ask companies for a document from now on. Raises NotAllowed, InvalidInput."""
    policies.require_decide(actor)
    for name in ("label_fr", "label_en"):
        if not getattr(data, name).strip():
            raise InvalidInput(field=name, reason=_("Give a name in French and in English."))
    if data.fresh_months is not None and not 1 <= data.fresh_months <= _MOST_MONTHS:
        raise InvalidInput(field="fresh_months", reason=_("From 1 to 60 months."))
    count = DocumentKind.objects.filter(is_asked=True).count()
    if count >= _MOST_KINDS:
        raise InvalidInput(field="label_fr", reason=_("At most %(count)s documents.") % {"count": _MOST_KINDS})
    return DocumentKind.objects.create(**asdict(data), position=count).pk


@atomic
def stop_asking(*, kind_id: UUID, actor: Actor) -> None:
    """Ask for a document no longer; what was given stays. Raises NotAllowed, NotFound."""
    policies.require_decide(actor)
    if not DocumentKind.objects.filter(pk=kind_id, is_asked=True).update(is_asked=False):
        raise NotFound


@atomic
def give(*, kind_id: UUID, name: str, content: bytes, dated_on: date | None, actor: Actor) -> UUID:
    """Give the supplier a document of the actor's company. Raises NotAllowed, NotFound, InvalidInput."""
    if not may_give(actor):
        raise NotAllowed
    customer = Customer.objects.select_for_update(of=("self",)).filter(company_id=actor.require_company()).first()
    kind = DocumentKind.objects.filter(pk=kind_id, is_asked=True).first()
    if customer is None or kind is None:
        raise NotFound
    if dated_on is not None and dated_on > timezone.localdate():
        raise InvalidInput(field="dated_on", reason=_("This day has not come yet."))
    if dated_on is None and kind.fresh_months is not None:
        raise InvalidInput(field="dated_on", reason=_("Give the date that stands on the document."))
    if customer.documents.count() >= _MOST_DOCUMENTS:
        raise InvalidInput(field="file", reason=_("Your company has given too many documents already."))
    upload = recognised(name, content)
    store(upload)
    return AccountDocument.objects.create(
        customer=customer,
        kind=kind,
        file_name=upload.name,
        content_type=upload.content_type,
        digest=upload.digest,
        size=len(upload.content),
        dated_on=dated_on,
        given_by_name=actor.name[:120],
    ).pk


@atomic
def ask_again(*, document_id: UUID, reason: str, actor: Actor) -> UUID:
    """Ask for another document of its kind, with the reason that the company reads; answers whose it is.

    Raises NotAllowed, NotFound, InvalidInput at ``reason``.
    """
    policies.require_decide(actor)
    row = AccountDocument.objects.select_for_update(of=("self",)).filter(pk=document_id).first()
    if row is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(field="reason", reason=_("Say why: the company reads it."))
    row.again_reason = reason.strip()[:240]
    row.save(update_fields=["again_reason"])
    return row.customer_id
