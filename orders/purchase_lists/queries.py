"""Purchase lists as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, Value, When

from catalog.queries import VariantInfo
from core.actor import Actor
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders.enums import ListSharing
from orders.lines import CheckedLine, NewLine, check_lines
from orders.models import PurchaseList, PurchaseListLine
from orders.purchase_lists.policies import can_edit, can_manage, seen_lists
from orders.quick import replacements_of


@dataclass(frozen=True, slots=True)
class ListInfo:
    """A list, how long it is, and what its reader may do with it."""

    id: UUID
    name: str
    owner_name: str
    sharing: ListSharing
    updated_at: datetime
    line_count: int
    is_own: bool
    may_edit: bool
    may_manage: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line at the prices and stock of this moment; ``instead`` replaces what is no longer sold."""

    id: UUID
    note: str
    checked: CheckedLine
    instead: VariantInfo | None = None


def lists_page(actor: Actor, customer: CustomerInfo, *, limit: int, offset: int = 0) -> tuple[list[ListInfo], int]:
    """Lists that the actor may open, its own first, last changed first, and how many there are; two statements."""
    lists = seen_lists(actor, customer)
    own_first = Case(When(owner_id=actor.require_user(), then=Value(0)), default=Value(1))
    rows = lists.annotate(line_count=Count("lines")).order_by(own_first, "-updated_at", "-pk")[offset : offset + limit]
    return [_info(actor, row, row.line_count) for row in rows], lists.count()


def lists_to_fill(actor: Actor, customer: CustomerInfo, *, limit: int) -> list[tuple[UUID, str]]:
    """Lists whose lines the actor may change, its own first, by name; one statement. Raises NotFound."""
    own_first = Case(When(owner_id=actor.require_user(), then=Value(0)), default=Value(1))
    rows = seen_lists(actor, customer).order_by(own_first, "name", "pk")
    return [(row.pk, row.name) for row in rows if can_edit(actor, row)][:limit]


def list_info(actor: Actor, customer: CustomerInfo, list_id: UUID) -> ListInfo:
    """One list; one statement. Raises NotFound."""
    row = seen_lists(actor, customer).filter(pk=list_id).annotate(line_count=Count("lines")).first()
    if row is None:
        raise NotFound
    return _info(actor, row, row.line_count)


def lines_page(
    actor: Actor, customer: CustomerInfo, list_id: UUID, *, limit: int | None = None, offset: int = 0
) -> list[ShownLine]:
    """Lines in their order; five statements for any number, eight more with packs, three where something is replaced.

    Raises NotFound.
    """
    seen = seen_lists(actor, customer).filter(pk=list_id)
    rows = list(
        PurchaseListLine.objects.filter(purchase_list__in=seen)[offset : None if limit is None else offset + limit]
    )
    wishes = [NewLine(row.variant_id, row.unit_code, row.quantity, row.choice) for row in rows]
    checked = check_lines(customer, wishes) if wishes else []
    ended = {line.variant.id for line in checked if line.variant and line.variant.is_visible and _is_gone(line)}
    instead = replacements_of(ended, customer.view) if ended else {}
    return [
        ShownLine(row.pk, row.note, line, instead.get(row.variant_id)) for row, line in zip(rows, checked, strict=True)
    ]


def list_wishes(actor: Actor, customer: CustomerInfo, list_id: UUID) -> list[NewLine]:
    """What a list holds, in its order, as wishes; one statement, nothing for a list that the actor may not open."""
    rows = PurchaseListLine.objects.filter(purchase_list__in=seen_lists(actor, customer).filter(pk=list_id))
    return [NewLine(row.variant_id, row.unit_code, row.quantity, row.choice) for row in rows]


def _is_gone(line: CheckedLine) -> bool:
    return line.variant is None or not line.variant.is_active


def _info(actor: Actor, row: PurchaseList, line_count: int) -> ListInfo:
    return ListInfo(
        id=row.pk,
        name=row.name,
        owner_name=row.owner_name,
        sharing=ListSharing(row.sharing),
        updated_at=row.updated_at,
        line_count=line_count,
        is_own=row.owner_id == actor.user_id,
        may_edit=can_edit(actor, row),
        may_manage=can_manage(actor, row),
    )
