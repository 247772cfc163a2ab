"""What was written about a document, as its two sides read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from catalog.media.attached import Download, between, content_of
from core import formatting
from core.actor import Actor
from core.errors import NotFound
from marketplace.messages.services import side_of
from marketplace.models import Attachment, Document, DocumentKind, Message, Side
from marketplace.policies import TALKED_ABOUT, may_write, seen_documents


@dataclass(frozen=True, slots=True)
class FileRow:
    id: UUID
    name: str
    size_text: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What somebody wrote; ``mine`` where it is of the reader's side."""

    id: UUID
    meta: str
    text: str
    mine: bool
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages about a document, a page of them from the newest, oldest first."""

    document_id: UUID
    kind: str
    object_id: UUID
    order_id: UUID | None
    number: str
    messages: tuple[MessageRow, ...]
    count: int
    unread: int
    may_write: bool


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A document with messages, in the supplier's list."""

    document_id: UUID
    kind: str
    kind_text: str
    object_id: UUID
    number: str
    company_name: str
    count: int
    unread: int
    is_unanswered: bool
    last_at: datetime
    when_text: str


def thread_about(
    actor: Actor, kind: DocumentKind, object_id: UUID, *, limit: int = 20, offset: int = 0
) -> Thread | None:
    """The thread of an order or an invoice that the actor sees; three statements, None where there is no document."""
    row = seen_documents(actor).filter(kind=kind, object_id=object_id).first()
    return _thread(actor, row, limit, offset) if row else None


def thread(actor: Actor, document_id: UUID, *, limit: int = 20, offset: int = 0) -> Thread:
    """The thread of a document by its own id; three statements. Raises NotFound."""
    row = seen_documents(actor).filter(pk=document_id, kind__in=TALKED_ABOUT).first()
    if row is None:
        raise NotFound
    return _thread(actor, row, limit, offset)


def threads_page(actor: Actor, *, limit: int = 50, offset: int = 0) -> tuple[list[ThreadRow], int]:
    """Documents with messages, unanswered ones first, then the latest; two statements."""
    rows = _with_messages(actor)
    answered = Case(When(last_message_side=Side.COMPANY, then=Value(0)), default=Value(1), output_field=IntegerField())
    page = rows.select_related("company").order_by(answered, "-last_message_at", "-pk")[offset : offset + limit]
    return [_row(row) for row in page], rows.count()


def unread_threads(actor: Actor) -> int:
    """How many threads have something that the supplier has not read; one statement."""
    return _with_messages(actor).filter(tenant_unread__gt=0).count()


def waiting_threads(actor: Actor, *, limit: int = 20) -> list[ThreadRow]:
    """Those that the supplier has not read, the oldest first; one statement."""
    rows = _with_messages(actor).filter(tenant_unread__gt=0).select_related("company")
    return [_row(row) for row in rows.order_by("last_message_at", "pk")[:limit]]


def download(actor: Actor, document_id: UUID, attachment_id: UUID) -> Download:
    """A file for who may read the thread that it is in. Raises NotFound."""
    seen = seen_documents(actor).filter(pk=document_id, kind__in=TALKED_ABOUT)
    row = Attachment.objects.filter(pk=attachment_id, document__in=seen).first()
    content = content_of(between(row.tenant_id, row.company_id), row.digest) if row else None
    if row is None or content is None:
        raise NotFound
    return Download(row.name, row.content_type, content)


def _with_messages(actor: Actor) -> QuerySet[Document]:
    return seen_documents(actor).filter(message_count__gt=0, kind__in=TALKED_ABOUT)


def _thread(actor: Actor, row: Document, limit: int, offset: int) -> Thread:
    side = side_of(actor)
    found = Message.objects.filter(document=row).prefetch_related("attachments").order_by("-pk")
    messages = [_message(message, row, side) for message in found[offset : offset + limit]]
    return Thread(
        document_id=row.pk,
        kind=row.kind,
        object_id=row.object_id,
        order_id=row.order_id,
        number=row.number,
        messages=tuple(reversed(messages)),
        count=row.message_count,
        unread=row.tenant_unread if side == Side.TENANT else row.company_unread,
        may_write=may_write(actor),
    )


def _message(message: Message, document: Document, side: Side) -> MessageRow:
    whose = document.tenant_name if message.side == Side.TENANT else ""
    return MessageRow(
        id=message.pk,
        meta=" · ".join(filter(None, (message.author_name, whose, formatting.moment(message.sent_at)))),
        text=message.body,
        mine=message.side == side,
        files=tuple(
            FileRow(file.pk, file.name, _("%(count)s kB") % {"count": formatting.number((file.size + 1023) // 1024)})
            for file in message.attachments.all()
        ),
    )


def _row(row: Document) -> ThreadRow:
    last_at = row.last_message_at or row.happened_at
    return ThreadRow(
        document_id=row.pk,
        kind=row.kind,
        kind_text=str(DocumentKind(row.kind).label),
        object_id=row.object_id,
        number=row.number,
        company_name=row.company.legal_name,
        count=row.message_count,
        unread=row.tenant_unread,
        is_unanswered=row.last_message_side == Side.COMPANY,
        last_at=last_at,
        when_text=formatting.moment(last_at),
    )
