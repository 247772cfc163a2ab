"""Files, questions and answers of a request, as each side reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import formatting
from core.actor import Actor
from core.errors import NotFound
from rfq.enums import LIVE_RFQ, RFQState
from rfq.models import RFQ, Invitation, QuoteVersion, RFQLine
from rfq.policies import can_buy, require_supplier, seen_rfqs
from rfq.talk.models import Clarification, Question, QuoteFile, RequestFile
from rfq.talk.presence import is_shown
from rfq.talk.questions import may_ask


@dataclass(frozen=True, slots=True)
class FileRow:
    id: UUID
    name: str
    size_text: str
    digest: str
    size: int
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line that may be spoken of: ``2 · Tige M10``."""

    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class ClarificationRow:
    """What all invited suppliers were told."""

    id: UUID
    at: datetime
    meta: str
    line_id: UUID | None
    line_text: str
    question: str
    text: str
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What one supplier asked; ``supplier`` is for the buyer, who alone knows it."""

    id: UUID
    invitation_id: UUID
    at: datetime
    supplier: str
    meta: str
    line_id: UUID | None
    line_text: str
    text: str
    answer: str
    answered_at: datetime | None
    answer_meta: str
    is_published: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """All that one side reads besides offers. ``files`` are the whole request's and its lines'."""

    rfq_id: UUID
    number: str
    title: str
    company_name: str
    is_draft: bool
    lines: tuple[LineChoice, ...]
    files: tuple[FileRow, ...]
    questions: tuple[QuestionRow, ...]
    clarifications: tuple[ClarificationRow, ...]
    may_speak: bool
    shows_presence: bool

    def files_of(self, line_id: UUID | None) -> list[FileRow]:
        """Those of a line, or of the request as a whole."""
        return [file for file in self.files if file.line_id == line_id]

    @property
    def choices(self) -> list[tuple[UUID, str]]:
        """Its lines, as a list of choices."""
        return [(line.id, line.text) for line in self.lines]

    @property
    def waiting(self) -> int:
        """How many questions have no answer."""
        return sum(not row.answer for row in self.questions)


def talk_of_request(actor: Actor, rfq_id: UUID) -> Talk:
    """What was sent, asked and told about a request of the actor's company; five statements. Raises NotFound."""
    rfq = seen_rfqs(actor).filter(pk=rfq_id).first()
    if rfq is None:
        raise NotFound
    questions = Question.objects.filter(rfq=rfq).select_related("invitation")
    return _talk(rfq, questions, may_speak=can_buy(actor) and rfq.state in LIVE_RFQ, shows_supplier=True)


def talk_of_invitation(actor: Actor, invitation_id: UUID) -> Talk:
    """The same as the invited tenant reads it: its own questions only; five statements. Raises NotFound."""
    row = Invitation.objects.select_related("rfq").filter(pk=invitation_id, tenant_id=require_supplier(actor)).first()
    if row is None:
        raise NotFound
    questions = Question.objects.filter(invitation=row)
    return _talk(row.rfq, questions, may_speak=may_ask(row), shows_supplier=False)


def files_of_draft(actor: Actor, rfq_id: UUID) -> list[FileRow]:
    """The drawings of a draft of the company; one statement."""
    drafts = seen_rfqs(actor).filter(pk=rfq_id, state=RFQState.DRAFT)
    return [_file(row) for row in RequestFile.objects.filter(rfq__in=drafts)]


def files_of_invitation(actor: Actor, invitation_id: UUID) -> list[FileRow]:
    """The drawings of a request that the tenant was invited to; one statement."""
    invited = Invitation.objects.filter(pk=invitation_id, tenant_id=require_supplier(actor))
    return [_file(row) for row in RequestFile.objects.filter(rfq__in=invited.values("rfq_id"))]


def files_of_versions(versions: Iterable[QuoteVersion]) -> dict[UUID, tuple[FileRow, ...]]:
    """The files of offers by version; one statement, sealed ones are not there."""
    found: dict[UUID, tuple[FileRow, ...]] = {}
    for row in QuoteFile.objects.filter(version__in=[version.pk for version in versions]):
        found[row.version_id] = (*found.get(row.version_id, ()), _file(row))
    return found


def _talk(rfq: RFQ, questions: QuerySet[Question], *, may_speak: bool, shows_supplier: bool) -> Talk:
    lines = {line.pk: LineChoice(line.pk, _line_text(line)) for line in RFQLine.objects.filter(rfq=rfq)}
    files = [(row.clarification_id, _file(row)) for row in RequestFile.objects.filter(rfq=rfq)]
    return Talk(
        rfq_id=rfq.pk,
        number=rfq.number,
        title=rfq.title,
        company_name=rfq.company_name,
        is_draft=rfq.state == RFQState.DRAFT,
        lines=tuple(lines.values()),
        files=tuple(file for _told, file in files),
        questions=tuple(_question(row, lines, shows_supplier) for row in questions.order_by("-pk")),
        clarifications=tuple(
            _clarification(row, lines, [file for told, file in files if told == row.pk])
            for row in Clarification.objects.filter(rfq=rfq).order_by("-pk")
        ),
        may_speak=may_speak,
        shows_presence=is_shown(rfq) and (shows_supplier or may_speak),
    )


def _question(row: Question, lines: dict[UUID, LineChoice], shows_supplier: bool) -> QuestionRow:  # noqa: FBT001
    return QuestionRow(
        id=row.pk,
        invitation_id=row.invitation_id,
        at=row.asked_at,
        supplier=row.invitation.tenant_name if shows_supplier else "",
        meta=f"{row.asked_by_name} · {formatting.moment(row.asked_at)}",
        line_id=row.rfq_line_id,
        line_text=_told_line(row.rfq_line_id, lines),
        text=row.text,
        answer=row.answer,
        answered_at=row.answered_at,
        answer_meta=f"{row.answered_by_name} · {formatting.moment(row.answered_at)}" if row.answered_at else "",
        is_published=row.published_as_id is not None,
    )


def _clarification(row: Clarification, lines: dict[UUID, LineChoice], files: Sequence[FileRow]) -> ClarificationRow:
    return ClarificationRow(
        id=row.pk,
        at=row.published_at,
        meta=f"{row.published_by_name} · {formatting.moment(row.published_at)}",
        line_id=row.rfq_line_id,
        line_text=_told_line(row.rfq_line_id, lines),
        question=row.question,
        text=row.text,
        files=tuple(files),
    )


def _told_line(line_id: UUID | None, lines: dict[UUID, LineChoice]) -> str:
    return lines[line_id].text if line_id in lines else ""


def _line_text(line: RFQLine) -> str:
    return f"{line.position} · {line.description}"


def _file(row: RequestFile | QuoteFile) -> FileRow:
    size = _("%(count)s kB") % {"count": formatting.number((row.size + 1023) // 1024)}
    return FileRow(
        row.pk, row.name, size, row.digest, row.size, row.rfq_line_id if isinstance(row, RequestFile) else None
    )
