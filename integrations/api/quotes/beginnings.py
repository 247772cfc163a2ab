"""What a company's request may begin with: a template of the company, or the lines of a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.formatting import plain
from core.parsing import AmbiguousNumber, parse_decimal
from integrations.api import cursors
from integrations.api.base import MarketplaceView, answers, read
from integrations.api.inputs import PageQuery, StrictSerializer
from integrations.api.outputs import Serializer
from integrations.api.quotes import inputs, outputs, representations
from integrations.api.representations import Json
from integrations.line_files import FileLine, read_rows
from integrations.requesting import send_from_template
from rfq.exchange import requested
from rfq.policies import require_buyer
from rfq.reuse.models import RFQTemplate
from rfq.reuse.services import templates_after


class TemplateRequest(StrictSerializer):
    """What a request from a template says otherwise."""

    template = serializers.UUIDField()
    deadline_at = serializers.DateTimeField()
    title = serializers.CharField(max_length=160, required=False, default="", help_text="Left out, the template's.")
    suppliers = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=50,
        help_text="Left out, the template's.",
    )


class LineFile(StrictSerializer):
    file = serializers.FileField(
        help_text="CSV, XLSX or ODS; its columns are called “Reference”, “Quantity”, “Unit”, “Note”, "
        "or are in this order."
    )


class Template(Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    request_id = serializers.UUIDField(help_text="The request that it says again.")
    request_number = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()


class TemplatePage(Serializer):
    items = Template(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ReadLine(Serializer):
    """A line as a request takes it, with the row of the file that it comes from."""

    row = serializers.IntegerField()
    description = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=13, decimal_places=4)
    unit = serializers.CharField()
    gtin = serializers.CharField()
    part_number = serializers.CharField()


class WrongRow(Serializer):
    row = serializers.IntegerField()
    field = serializers.CharField(help_text="`quantity`, `unit`, `description`, …; or the column, of a spoilt cell.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ReadLines(Serializer):
    lines = ReadLine(many=True)
    errors = WrongRow(many=True)  # type: ignore[assignment]  # as the problems of RFC 9457 are called


class Templates(MarketplaceView):
    @extend_schema(
        operation_id="list_templates",
        summary="Your company's templates of requests, newest first",
        parameters=[PageQuery],
        responses=answers(http200=TemplatePage),
    )
    def get(self, request: Request) -> Response:
        query = read(PageQuery(data=request.query_params))
        limit, after = query["limit"], cursors.read_key(query["cursor"])
        rows = templates_after(self.actor, after, limit=limit + 1)
        next_cursor = cursors.after_key(rows[limit - 1].pk) if len(rows) > limit else None
        return Response({"items": [_template(row) for row in rows[:limit]], "next_cursor": next_cursor})


class FromTemplate(MarketplaceView):
    @extend_schema(
        operation_id="send_request_from_template",
        summary="Ask again what a template asks",
        description="Under a UUID that you choose: a request that is there already is answered as it is (200).",
        request=TemplateRequest,
        responses=answers(http200=outputs.RequestDetail, http201=outputs.RequestDetail),
    )
    def put(self, request: Request, rfq_id: UUID) -> Response:
        wanted = read(TemplateRequest(data=request.data))
        is_new = send_from_template(rfq_id=rfq_id, wanted=wanted, actor=self.actor)
        body = representations.request_detail(requested(self.actor, rfq_id))
        headers = {"Location": reverse("api_request", args=[rfq_id])}
        return Response(body, status=201 if is_new else 200, headers=headers)


class Lines(MarketplaceView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="read_request_lines",
        summary="Read the lines of a file, to ask for them",
        description="Nothing is kept. Numbers are read as the language of Accept-Language writes them.",
        request={"multipart/form-data": LineFile},
        responses=answers(http200=ReadLines),
    )
    def post(self, request: Request) -> Response:
        require_buyer(self.actor)
        wanted = read(LineFile(data=request.data))
        lines: list[Json] = []
        errors: list[Json] = []
        for found in read_rows(wanted["file"], with_notes=True):
            line, wrong = _read(found)
            lines += [line] if line else []
            errors += wrong
        return Response({"lines": lines, "errors": errors})


def _template(row: RFQTemplate) -> Json:
    return {
        "id": str(row.pk),
        "name": row.name,
        "request_id": str(row.rfq_id),
        "request_number": row.rfq.number,
        "created_at": row.created_at.isoformat(),
        "created_by": row.created_by_name,
    }


def _read(found: FileLine) -> tuple[Json | None, list[Json]]:
    """A row as a line of a request; or what is wrong with it, as sending it would say."""
    if found.reason:
        return None, [_wrong(found, found.column, "bad_cell", found.problem)]
    typed = found.typed
    try:
        quantity = plain(parse_decimal(typed.quantity, decimal_separator=_separator()))
    except AmbiguousNumber:
        return None, [_wrong(found, "quantity", "ambiguous", _("Write it without thousands separators."))]
    except ValueError:
        return None, [_wrong(found, "quantity", "invalid", _("This is not a number."))]
    is_gtin = typed.code.isdigit() and len(typed.code) in (8, 12, 13, 14)
    line = {
        "description": typed.note or typed.code,
        "quantity": quantity,
        "unit": typed.unit or "H87",
        "gtin": typed.code if is_gtin else "",
        "part_number": "" if is_gtin else typed.code,
    }
    checked = inputs.NewRequestLine(data=line)
    if checked.is_valid():
        return {"row": found.row, **line}, []
    problems: dict[str, Any] = checked.errors
    return None, [_wrong(found, name, said[0].code, str(said[0])) for name, said in problems.items()]


def _separator() -> str:
    return "," if (get_language() or "").startswith("fr") else "."


def _wrong(found: FileLine, field: str, code: str, detail: str) -> Json:
    return {"row": found.row, "field": field, "code": code, "detail": detail}
