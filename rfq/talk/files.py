"""Use cases of files: drawings of a request, data sheets of an offer; and who may download which."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from catalog.media import attached, attachments
from catalog.media.attached import Download
from core.actor import Actor
from core.db import atomic
from core.errors import NotFound
from rfq.enums import RFQState
from rfq.models import RFQ, Invitation, RFQLine
from rfq.policies import require_buyer, require_supplier, seen_rfqs
from rfq.talk.errors import FilesAreFixed, TooManyFiles
from rfq.talk.models import Clarification, QuoteFile, RequestFile
from rfq.versions import VersionFile, as_version_file

#: Drawings of one request.
MOST_FILES = 50
#: Files that come at once: a form's.
MOST_AT_ONCE = 10
FIELD = attachments.FIELD

Contents = Sequence[tuple[str, bytes]]
#: A stored file and the line that it belongs to, or the whole request.
Placed = tuple[VersionFile, UUID | None]


def add_to_draft(*, rfq_id: UUID, contents: Contents, actor: Actor, line_id: UUID | None = None) -> list[UUID]:
    """Put drawings (name, content) to a draft, or to a line of it; answers their ids.

    Files are read and stored before the transaction. Raises MayNotBuy, NotFound, FilesAreFixed, TooManyFiles,
    InvalidInput (at ``files``).
    """
    return _added(rfq_id, stored_for_request(rfq_id=rfq_id, contents=contents, actor=actor), line_id, actor)


@atomic
def remove_from_draft(*, rfq_id: UUID, file_id: UUID, actor: Actor) -> None:
    """Take a drawing out of a draft. Raises MayNotBuy, NotFound, FilesAreFixed."""
    rfq = _draft(rfq_id, actor)
    if not RequestFile.objects.filter(pk=file_id, rfq=rfq).delete()[0]:
        raise NotFound


def stored_for_request(*, rfq_id: UUID, contents: Contents, actor: Actor) -> list[VersionFile]:
    """Check files and store them in the company's folder, for a request of it; nothing is written in the database.

    Raises MayNotBuy, NotFound, TooManyFiles, InvalidInput (at ``files``).
    """
    require_buyer(actor)
    if not seen_rfqs(actor).filter(pk=rfq_id).exists():
        raise NotFound
    return _stored(attached.of_company(actor.require_company()), contents)


def stored_for_new(*, contents: Contents, actor: Actor) -> list[VersionFile]:
    """The same for a request that is being written (:class:`rfq.asking.NewRFQ`). Raises as for a request's."""
    require_buyer(actor)
    return _stored(attached.of_company(actor.require_company()), contents)


def files_to_copy(rfq: RFQ) -> dict[UUID | None, tuple[VersionFile, ...]]:
    """A request's drawings by line, none for the whole: what one that begins with it may name again; one statement.

    They lie in the company's own folder under their digests, so that each request's row stands for itself.
    """
    found: dict[UUID | None, tuple[VersionFile, ...]] = {}
    for row in RequestFile.objects.filter(rfq=rfq):
        found[row.rfq_line_id] = (*found.get(row.rfq_line_id, ()), as_version_file(row))
    return found


def stored_for_offer(*, invitation_id: UUID, contents: Contents, actor: Actor) -> list[VersionFile]:
    """Check files and store them for an offer (:class:`rfq.offers.Offer`). Raises as for a request's, NotAllowed."""
    row = Invitation.objects.filter(pk=invitation_id, tenant_id=require_supplier(actor)).first()
    if row is None:
        raise NotFound
    return _stored(attached.between(row.tenant_id, row.company_id), contents)


def add_files(
    rfq: RFQ, placed: Sequence[Placed], actor: Actor, *, clarification: Clarification | None = None
) -> list[UUID]:
    """Write rows of stored files to a locked request; two statements. Raises TooManyFiles."""
    if RequestFile.objects.filter(rfq=rfq).count() + len(placed) > MOST_FILES:
        raise TooManyFiles(field=FIELD, count=MOST_FILES)
    rows = [
        RequestFile(
            rfq=rfq,
            rfq_line_id=line_id,
            company_id=rfq.company_id,
            clarification=clarification,
            name=one.name,
            content_type=one.content_type,
            digest=one.digest,
            size=one.size,
            added_by_name=actor.name,
        )
        for one, line_id in placed
    ]
    return [row.pk for row in RequestFile.objects.bulk_create(rows)]


def files_of_lines(rfq: RFQ) -> list[RequestFile]:
    """A draft's drawings that belong to a line, which is about to be written anew; one statement."""
    return list(RequestFile.objects.select_related("rfq_line").filter(rfq=rfq, rfq_line__isnull=False))


def put_back(files: Sequence[RequestFile], lines: Sequence[RFQLine]) -> None:
    """Give drawings to the lines that replace theirs: the same article, else the same place, else the whole request."""
    named = {_article(line): line for line in reversed(lines)}
    placed = {line.position: line for line in lines}
    taken = {_article(file.rfq_line) for file in files if file.rfq_line is not None}
    for file in files:
        old = file.rfq_line
        if old is None:
            continue
        there = placed.get(old.position)
        free = there if there is not None and _article(there) not in taken else None
        file.rfq_line = named.get(_article(old), free)
    if files:
        RequestFile.objects.bulk_update(files, ["rfq_line"])


def _article(line: RFQLine) -> tuple[str, str, str]:
    return line.description, line.gtin, line.part_number


def line_of(rfq: RFQ, line_id: UUID | None) -> UUID | None:
    """A line of the request, or none. Raises NotFound for another request's."""
    if line_id is not None and not RFQLine.objects.filter(pk=line_id, rfq=rfq).exists():
        raise NotFound
    return line_id


def request_file(actor: Actor, rfq_id: UUID, file_id: UUID) -> Download:
    """A drawing of the company's own request. Raises NotFound."""
    return _download(RequestFile.objects.filter(pk=file_id, rfq__in=seen_rfqs(actor).filter(pk=rfq_id)))


def invited_file(actor: Actor, invitation_id: UUID, file_id: UUID) -> Download:
    """A drawing of a request that the tenant was invited to. Raises NotFound, NotAllowed."""
    invited = Invitation.objects.filter(pk=invitation_id, tenant_id=require_supplier(actor))
    return _download(RequestFile.objects.filter(pk=file_id, rfq__in=invited.values("rfq_id")))


def offered_file(actor: Actor, rfq_id: UUID, invitation_id: UUID, file_id: UUID) -> Download:
    """A file of an offer to the company's request, once it may read the offer. Raises NotFound."""
    rows = QuoteFile.objects.filter(pk=file_id, version__quote__invitation_id=invitation_id)
    return _download(rows.filter(rfq__in=seen_rfqs(actor).filter(pk=rfq_id)))


def own_offers_file(actor: Actor, invitation_id: UUID, file_id: UUID) -> Download:
    """A file of the tenant's own offer. Raises NotFound, NotAllowed."""
    rows = QuoteFile.objects.filter(pk=file_id, version__quote__invitation_id=invitation_id)
    return _download(rows.filter(tenant_id=require_supplier(actor)))


@atomic
def _added(rfq_id: UUID, stored: Sequence[VersionFile], line_id: UUID | None, actor: Actor) -> list[UUID]:
    rfq = _draft(rfq_id, actor)
    place = line_of(rfq, line_id)
    return add_files(rfq, [(file, place) for file in stored], actor)


def _draft(rfq_id: UUID, actor: Actor) -> RFQ:
    require_buyer(actor)
    rfq = RFQ.objects.select_for_update(of=("self",)).filter(pk=rfq_id, company_id=actor.require_company()).first()
    if rfq is None:
        raise NotFound
    if rfq.state != RFQState.DRAFT:
        raise FilesAreFixed
    return rfq


def _stored(folder: str, contents: Contents) -> list[VersionFile]:
    if len(contents) > MOST_AT_ONCE:
        raise TooManyFiles(field=FIELD, count=MOST_AT_ONCE)
    prepared = [attachments.prepare(name, content) for name, content in contents]
    for one in prepared:
        attached.store(folder, one)
    return [VersionFile(one.name, one.content_type, one.digest, len(one.content)) for one in prepared]


def _download(rows: QuerySet[RequestFile] | QuerySet[QuoteFile]) -> Download:
    row = rows.first()
    content = attached.content_of(_folder(row), row.digest) if row is not None else None
    if row is None or content is None:
        raise NotFound
    return Download(row.name, row.content_type, content)


def _folder(row: RequestFile | QuoteFile) -> str:
    if isinstance(row, QuoteFile):
        return attached.between(row.tenant_id, row.company_id)
    return attached.of_company(row.company_id)
