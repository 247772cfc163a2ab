"""What endpoints share: for whom they act, what they may answer, how what was sent is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.scope import Scope, current_scope
from core.tenancy import use_tenant
from customers.queries import CustomerInfo
from integrations.api import cursors, inputs, outputs
from integrations.api.authentication import CompanyKeyAuthentication
from integrations.api.permissions import IsCompany, IsSupplier
from integrations.api.representations import Json
from integrations.idempotency import once
from rfq.policies import require_supplier

_PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), outputs.Problem)
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 120 visible ASCII characters, new for each order and offer. Sent again, the answer comes again.",
)


class Listed(Protocol):
    """A row of a list by the moment at which it was created."""

    pk: UUID
    created_at: datetime


Row = TypeVar("Row", bound=Listed)


class KeyView(APIView):
    """Acts for whoever the key belongs to, in the scope of that company or of the supplier itself."""

    actor: Actor

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as self._scopes:
            return super().dispatch(*args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = request.user  # type: ignore[assignment]  # the authentication makes an Actor of it
        self._scopes.enter_context(use_tenant(_scope_of(self.actor)))

    def answer_once(
        self,
        request: Request,
        wanted: object,
        act: Callable[[], tuple[int, Json]],
        location: Callable[[Json], str] | None = None,
    ) -> Response:
        """Do what creates something, or answer again what was answered under this Idempotency-Key.

        ``location`` says where the thing of an answer is read.
        """
        owner_id = self.actor.company_id or require_supplier(self.actor)
        key = request.headers.get("Idempotency-Key", "")
        answer = once(company_id=owner_id, key=key, request=wanted, act=act)
        headers = {"Idempotency-Replayed": "true" if answer.is_replay else "false"}
        if location is not None:
            headers["Location"] = location(answer.body)
        return Response(answer.body, status=answer.status, headers=headers)


class CompanyView(KeyView):
    """A company at this supplier."""

    customer: CustomerInfo


class MarketplaceView(KeyView):
    """A company on the marketplace, where it deals with all of its suppliers."""

    authentication_classes = (CompanyKeyAuthentication,)
    permission_classes = (IsCompany,)


class SupplierView(KeyView):
    """The supplier itself."""

    permission_classes = (IsSupplier,)


def _scope_of(actor: Actor) -> Scope:
    scope = current_scope()
    return scope.as_company(actor.company_id) if actor.company_id else scope.as_party("tenant")


def answer_page(rows: Sequence[Row], limit: int, write: Callable[[Row], Json]) -> Response:
    """A page of rows that are listed by when they were created; one more than ``limit`` says that others follow."""
    page = rows[:limit]
    next_cursor = cursors.after_moment(page[-1].created_at, page[-1].pk) if len(rows) > limit else None
    return Response({"items": [write(row) for row in page], "next_cursor": next_cursor})


def answers(**by_status: Any) -> dict[int, Any]:
    """What an operation may answer, ``http200=…``, besides its problems."""
    return {int(status.removeprefix("http")): body for status, body in by_status.items()} | _PROBLEMS


def read(serializer: inputs.StrictSerializer) -> dict[str, Any]:
    """The checked values. Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
