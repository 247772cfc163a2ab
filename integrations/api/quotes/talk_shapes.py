"""What is sent and answered about requests for quotation, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from integrations.api.inputs import StrictSerializer
from rfq.talk.queries import FileRow, Talk
from rfq.talk.questions import MOST_CHARACTERS, MOST_IN_ANSWERS

Serializer = serializers.Serializer[Any]
Json = dict[str, Any]


class NewAnswer(StrictSerializer):
    text = serializers.CharField(max_length=MOST_IN_ANSWERS)
    to = serializers.ChoiceField(
        ("supplier", "all"), help_text="`all`: every invited supplier reads it, and not who asked."
    )
    question = serializers.CharField(
        max_length=MOST_CHARACTERS,
        required=False,
        default="",
        allow_blank=True,
        help_text="With `all`: the question in words that do not say who asked.",
    )


class NewQuestion(StrictSerializer):
    text = serializers.CharField(max_length=MOST_CHARACTERS)
    line = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`id` of the line that it is about; null: the request."
    )


class RequestFile(Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    line_id = serializers.UUIDField(allow_null=True)
    href = serializers.CharField()


class Question(Serializer):
    id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    line_id = serializers.UUIDField(allow_null=True)
    supplier = serializers.CharField(help_text="Who asked; empty for the supplier itself.")
    text = serializers.CharField()
    answer = serializers.CharField(help_text="Empty while it waits for one.")
    answered_at = serializers.DateTimeField(allow_null=True)
    is_published = serializers.BooleanField(help_text="Whether all invited suppliers were told.")


class Clarification(Serializer):
    id = serializers.UUIDField()
    published_at = serializers.DateTimeField()
    line_id = serializers.UUIDField(allow_null=True)
    question = serializers.CharField(help_text="Empty for news of the buyer's own.")
    text = serializers.CharField()
    files = serializers.ListField(child=serializers.UUIDField(), help_text="Ids of `files`.")


class RequestTalk(Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    files = RequestFile(many=True)
    questions = Question(many=True, help_text="A supplier's own; of all for the buyer. Latest first.")
    clarifications = Clarification(many=True, help_text="What all invited suppliers were told, latest first.")


def talk(found: Talk, href: Callable[[UUID], str]) -> Json:
    """All that was sent, asked and told; ``href`` says where a file is."""
    return {
        "id": str(found.rfq_id),
        "number": found.number,
        "title": found.title,
        "files": [_file(row, href(row.id)) for row in found.files],
        "questions": [
            {
                "id": str(row.id),
                "asked_at": row.at.isoformat(),
                "line_id": _key(row.line_id),
                "supplier": row.supplier,
                "text": row.text,
                "answer": row.answer,
                "answered_at": row.answered_at.isoformat() if row.answered_at else None,
                "is_published": row.is_published,
            }
            for row in found.questions
        ],
        "clarifications": [
            {
                "id": str(row.id),
                "published_at": row.at.isoformat(),
                "line_id": _key(row.line_id),
                "question": row.question,
                "text": row.text,
                "files": [str(file.id) for file in row.files],
            }
            for row in found.clarifications
        ],
    }


def _file(row: FileRow, href: str) -> Json:
    return {
        "id": str(row.id),
        "name": row.name,
        "size": row.size,
        "sha256": row.digest,
        "line_id": _key(row.line_id),
        "href": href,
    }


def _key(value: UUID | None) -> str | None:
    return str(value) if value is not None else None
