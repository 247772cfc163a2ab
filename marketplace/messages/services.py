"""Use cases: a person writes about a document, and has read what the other side wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.media import attached, attachments
from catalog.media.attachments import MOST_FILES, Prepared
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotAllowed, NotFound
from core.events import emit
from marketplace.messages.errors import TooManyMessages
from marketplace.models import Attachment, Document, Message, Side
from marketplace.policies import TALKED_ABOUT, may_write, seen_documents
from orders.events import MessageSent

MOST_CHARACTERS = 5_000
#: How many messages a person may send in how much time.
RATE, PERIOD = 30, timedelta(minutes=10)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def send_message(
    *, document_id: UUID, body: str, contents: Sequence[tuple[str, bytes]] = (), token: UUID, actor: Actor
) -> UUID:
    """Write about an order or an invoice, with files (name, content); answers the message's id.

    A form (``token``) that is sent twice is one message. Files are read and stored before the transaction. Raises
    NotFound, NotAllowed, InvalidInput (at ``body`` or ``files``), TooManyMessages. Emits MessageSent.
    """
    document = _seen(actor, document_id)
    text = _checked(body, contents)
    prepared = [attachments.prepare(name, content) for name, content in contents]
    for one in prepared:
        attached.store(attached.between(document.tenant_id, document.company_id), one)
    return _record(document_id, text, prepared, token, actor)


@atomic
def mark_read(*, document_id: UUID, actor: Actor) -> None:
    """The actor's side has seen what the other wrote. Who orders for a customer does not read for it."""
    if may_write(actor):
        seen_documents(actor).filter(pk=document_id).update(**{f"{side_of(actor)}_unread": 0})


def side_of(actor: Actor) -> Side:
    """On which side the actor writes and reads."""
    return Side.TENANT if actor.kind == "staff" else Side.COMPANY


@atomic
def _record(document_id: UUID, text: str, prepared: Sequence[Prepared], token: UUID, actor: Actor) -> UUID:
    document = _seen(actor, document_id, for_update=True)
    earlier = Message.objects.filter(document=document, token=token).values_list("pk", flat=True).first()
    if earlier is not None:
        return earlier
    now, user_id, side = timezone.now(), actor.require_user(), side_of(actor)
    if Message.objects.filter(author_id=user_id, sent_at__gt=now - PERIOD).count() >= RATE:
        raise TooManyMessages
    owned = {"document_id": document.pk, "company_id": document.company_id, "tenant_id": document.tenant_id}
    message = Message.objects.create(
        **owned, side=side, author_id=user_id, author_name=actor.name, body=text, token=token, sent_at=now
    )
    Attachment.objects.bulk_create(
        Attachment(
            **owned,
            message=message,
            name=one.name,
            content_type=one.content_type,
            digest=one.digest,
            size=len(one.content),
            position=position,
        )
        for position, one in enumerate(prepared)
    )
    _tell(document, message)
    return message.pk


def _tell(document: Document, message: Message) -> None:
    """Count it as unread on the other side, and let that know. Emits MessageSent."""
    other = Side.COMPANY if message.side == Side.TENANT else Side.TENANT
    unread = f"{other}_unread"
    authors = (
        Message.objects.filter(document=document, side=other).order_by("author_id").values_list("author_id").distinct()
    )
    user_ids = [str(user_id) for (user_id,) in authors]
    is_first = getattr(document, unread) == 0
    Document.objects.filter(pk=document.pk).update(
        **{unread: F(unread) + 1},
        message_count=F("message_count") + 1,
        last_message_at=message.sent_at,
        last_message_side=message.side,
    )
    emit(
        MessageSent(
            message_id=message.pk,
            document_id=document.pk,
            kind=document.kind,
            object_id=document.object_id,
            number=document.number,
            company_id=document.company_id,
            tenant_id=document.tenant_id,
            side=message.side,
            is_first_unread=is_first,
            user_ids=user_ids,
        )
    )


def _seen(actor: Actor, document_id: UUID, *, for_update: bool = False) -> Document:
    """A document that the actor may write about. Raises NotFound, NotAllowed."""
    rows = seen_documents(actor).filter(kind__in=TALKED_ABOUT)
    if for_update:
        rows = rows.select_for_update(of=("self",))
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound
    if not may_write(actor):
        raise NotAllowed
    return document


def _checked(body: str, contents: Sequence[tuple[str, bytes]]) -> str:
    text = _NOT_TEXT.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text and not contents:
        raise InvalidInput(field="body", reason=_("Write a message or attach a file."))
    if len(text) > MOST_CHARACTERS:
        reason = _("A message has at most %(count)s characters; this one has %(length)s.")
        raise InvalidInput(field="body", reason=reason % {"count": MOST_CHARACTERS, "length": len(text)})
    if len(contents) > MOST_FILES:
        reason = _("At most %(count)s files with a message.") % {"count": MOST_FILES}
        raise InvalidInput(field=attachments.FIELD, reason=reason)
    return text
