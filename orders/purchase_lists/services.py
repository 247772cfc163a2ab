"""Purchase lists are created, shared, filled, put in order, and ordered from. Every change locks the list's row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max, ProtectedError
from django.utils import timezone

from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import NotFound
from customers.queries import CustomerInfo
from orders import carts
from orders.cart_rows import row_of
from orders.enums import ListSharing, RecurringState
from orders.errors import LineProblem, LinesRefused
from orders.lines import NewLine, check_lines, merged
from orders.models import PurchaseList, PurchaseListLine
from orders.policies import require_order
from orders.purchase_lists.errors import (
    ListFull,
    ListInUse,
    NameMissing,
    NameTaken,
    NothingToKeep,
    NothingToSave,
    TooManyLists,
)
from orders.purchase_lists.policies import require_edit, require_manage, require_member, seen_lists

MOST_LISTS = 100
MOST_LINES = 1_000
LONGEST_NAME = 80
LONGEST_NOTE = 200
#: What keeps goods from being ordered today, and not from being in a list.
_PASSING = frozenset({"no_price", "sold_out"})


_Key = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line to be kept: ``wish`` with the usual quantity, and a note."""

    wish: NewLine
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines were taken, and what is wrong with those that were not."""

    count: int
    problems: tuple[LineProblem, ...] = ()


@atomic
def create_list(*, actor: Actor, customer: CustomerInfo, name: str, sharing: ListSharing = ListSharing.PRIVATE) -> UUID:
    """Create an empty list of the actor's. Raises NotFound, NameMissing, NameTaken, TooManyLists."""
    require_member(actor, customer)
    user_id = actor.require_user()
    if PurchaseList.objects.filter(customer_id=customer.id, owner_id=user_id).count() >= MOST_LISTS:
        raise TooManyLists(limit=formatting.number(MOST_LISTS))
    row = PurchaseList(customer_id=customer.id, owner_id=user_id, owner_name=actor.name[:120])
    _save(row, name, sharing)
    return row.pk


@atomic
def save_cart(
    *, actor: Actor, customer: CustomerInfo, name: str, sharing: ListSharing = ListSharing.PRIVATE
) -> tuple[UUID, Outcome]:
    """Create a list of what is in the actor's cart, as far as it is still sold; the cart stays as it is.

    Raises NotFound, NothingToSave, NameMissing, NameTaken, TooManyLists, ListFull.
    """
    require_member(actor, customer)
    wishes = [wish for _line_id, wish in carts.wishes_of(actor, customer)]
    return save_wishes(actor=actor, customer=customer, name=name, wishes=wishes, sharing=sharing)


@atomic
def save_wishes(
    *,
    actor: Actor,
    customer: CustomerInfo,
    name: str,
    wishes: Sequence[NewLine],
    sharing: ListSharing = ListSharing.PRIVATE,
) -> tuple[UUID, Outcome]:
    """Create a list of these lines, as far as they are still sold; days and addresses are not kept in lists.

    Raises NotFound, NothingToSave, NameMissing, NameTaken, TooManyLists, ListFull.
    """
    if not wishes:
        raise NothingToSave
    list_id = create_list(actor=actor, customer=customer, name=name, sharing=sharing)
    goods = [replace(wish, digest="", address_id=None, wanted_on=None, note="") for wish in wishes]
    notes = dict(zip((wish.key for wish in reversed(goods)), (wish.note for wish in reversed(wishes)), strict=True))
    lines = [ListLine(wish, notes[wish.key]) for wish in merged(goods)]
    return list_id, add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)


@atomic
def copy_list(*, actor: Actor, customer: CustomerInfo, list_id: UUID) -> UUID:
    """Make the actor's own of a list of its company that it need not see; whoever calls has asked whether it may.

    Raises NotFound, TooManyLists.
    """
    source = PurchaseList.objects.filter(customer_id=customer.id, pk=list_id).first()
    if source is None:
        raise NotFound
    copy_id = create_list(actor=actor, customer=customer, name=free_name(actor, customer, source.name))
    PurchaseListLine.objects.bulk_create(
        PurchaseListLine(
            purchase_list_id=copy_id,
            variant_id=line.variant_id,
            unit_code=line.unit_code,
            choice=line.choice,
            quantity=line.quantity,
            note=line.note,
            position=line.position,
        )
        for line in source.lines.all()
    )
    return copy_id


def free_name(actor: Actor, customer: CustomerInfo, name: str) -> str:
    """The name, or with a number behind it where the actor has such a list already."""
    rows = PurchaseList.objects.filter(customer_id=customer.id, owner_id=actor.require_user())
    taken = {known.casefold() for known in rows.values_list("name", flat=True)}
    names = (name[:LONGEST_NAME], *(f"{name[: LONGEST_NAME - 8]} ({number})" for number in range(2, 1_000)))
    return next((one for one in names if one.casefold() not in taken), name)


@atomic
def change_list(*, actor: Actor, customer: CustomerInfo, list_id: UUID, name: str, sharing: ListSharing) -> None:
    """Rename a list, and say who may open it. Raises NotFound, NotAllowed, NameMissing, NameTaken."""
    row = _locked(actor, customer, list_id)
    require_manage(actor, row)
    _save(row, name, sharing)


@atomic
def delete_list(*, actor: Actor, customer: CustomerInfo, list_id: UUID) -> None:
    """Delete a list with its lines, and the ended recurring orders of it. Raises NotFound, NotAllowed, ListInUse."""
    row = _locked(actor, customer, list_id)
    require_manage(actor, row)
    try:
        with savepoint():
            row.recurring_orders.filter(state=RecurringState.ENDED).delete()
            row.delete()
    except ProtectedError as error:
        raise ListInUse from error


@atomic
def add_lines(*, actor: Actor, customer: CustomerInfo, list_id: UUID, lines: Sequence[ListLine]) -> Outcome:
    """Keep lines at the end of a list; what is in it already in the same unit gets the new quantity, and note if any.

    Lines that are not possible are left out and answered. Raises NotFound, NotAllowed, ListFull. The number of
    statements does not depend on the lines.
    """
    row = _locked(actor, customer, list_id)
    require_edit(actor, row)
    checked = check_lines(customer, [line.wish for line in lines])
    problems = [line.problem for line in checked if line.problem is not None and line.problem.code not in _PASSING]
    wrong = {problem.index for problem in problems}
    there = {_key(line): line for line in row.lines.filter(variant_id__in={line.wish.variant_id for line in checked})}
    total, last = row.lines.count(), row.lines.aggregate(last=Max("position"))["last"] or 0
    kept: dict[_Key, PurchaseListLine] = {}
    for index, (given, line) in enumerate(zip(lines, checked, strict=True)):
        if index in wrong:
            continue
        key = row_of(line).key[:3]
        old = kept.get(key) or there.get(key)
        if old is None:
            last, total = last + 1, total + 1
            old = PurchaseListLine(purchase_list=row, variant_id=key[0], unit_code=key[1], choice=key[2], position=last)
        old.quantity, old.note = line.wish.quantity, given.note.strip()[:LONGEST_NOTE] or old.note
        kept[key] = old
    if total > MOST_LINES and kept.keys() - there.keys():
        raise ListFull(limit=formatting.number(MOST_LINES))
    PurchaseListLine.objects.bulk_create(
        kept.values(),
        update_conflicts=True,
        unique_fields=["purchase_list", "variant", "unit_code", "choice"],
        update_fields=["quantity", "note"],
    )
    _touch(row)
    return Outcome(len(kept), tuple(problems))


@atomic
def keep_lines(
    *, actor: Actor, customer: CustomerInfo, list_id: UUID | None, name: str = "", lines: Sequence[ListLine]
) -> UUID:
    """Keep lines in a list, or in a new one of this name, all or none; answers the list.

    Raises NotFound, NotAllowed, NothingToKeep, NameMissing, NameTaken, TooManyLists, ListFull, and LinesRefused, whose
    problems count the lines.
    """
    require_member(actor, customer)
    if not lines:
        raise NothingToKeep
    chosen = list_id or create_list(actor=actor, customer=customer, name=name)
    outcome = add_lines(actor=actor, customer=customer, list_id=chosen, lines=lines)
    if outcome.problems:
        raise LinesRefused(outcome.problems)
    return chosen


@atomic
def change_lines(
    *,
    actor: Actor,
    customer: CustomerInfo,
    list_id: UUID,
    quantities: Mapping[UUID, Decimal],
    notes: Mapping[UUID, str] | None = None,
) -> None:
    """Set usual quantities and notes, all or none; lines that are no longer in the list are passed over.

    Raises NotFound, NotAllowed, and LinesRefused, whose problems count the quantities given.
    """
    row = _locked(actor, customer, list_id)
    require_edit(actor, row)
    lines = {line.pk: line for line in row.lines.filter(pk__in={*quantities, *(notes or {})})}
    new = {
        key: (index, replace(_wish(lines[key]), quantity=quantity))
        for index, (key, quantity) in enumerate(quantities.items())
        if key in lines and lines[key].quantity != quantity
    }
    checked = check_lines(customer, [wish for _index, wish in new.values()])
    problems = [
        line.problem.at(index)
        for line, (index, _wish_of_line) in zip(checked, new.values(), strict=True)
        if line.problem is not None and line.problem.code not in _PASSING
    ]
    if problems:
        raise LinesRefused(problems)
    for key, (_index, wish) in new.items():
        lines[key].quantity = wish.quantity
    for key, note in (notes or {}).items():
        if key in lines:
            lines[key].note = note.strip()[:LONGEST_NOTE]
    PurchaseListLine.objects.bulk_update(lines.values(), ["quantity", "note"])
    _touch(row)


@atomic
def remove_lines(*, actor: Actor, customer: CustomerInfo, list_id: UUID, line_ids: Collection[UUID]) -> None:
    """Take lines out of a list. Raises NotFound, NotAllowed."""
    row = _locked(actor, customer, list_id)
    require_edit(actor, row)
    row.lines.filter(pk__in=line_ids).delete()
    _touch(row)


@atomic
def move_line(*, actor: Actor, customer: CustomerInfo, list_id: UUID, line_id: UUID, up: bool) -> None:
    """Change places with the line above (``up``) or below; the first and the last stay where they are.

    Raises NotFound, NotAllowed.
    """
    row = _locked(actor, customer, list_id)
    require_edit(actor, row)
    line = row.lines.filter(pk=line_id).first()
    if line is None:
        raise NotFound
    others = row.lines.filter(position__lt=line.position) if up else row.lines.filter(position__gt=line.position)
    other = others.order_by("-position" if up else "position").first()
    if other is not None:
        line.position, other.position = other.position, line.position
        PurchaseListLine.objects.bulk_update([line, other], ["position"])
        _touch(row)


@atomic
def put_in_cart(
    *,
    actor: Actor,
    customer: CustomerInfo,
    list_id: UUID,
    only: Collection[UUID] | None = None,
    quantities: Mapping[UUID, Decimal] | None = None,
) -> Outcome:
    """Add lines of a list to the actor's cart, as many as usual or as ``quantities`` say for this time (zero: none).

    What cannot be ordered is left out and answered; the list stays as it is. Raises NotFound, MayNotOrder, LinesRefused
    when there would be more in the cart than can be ordered at once.
    """
    require_order(actor, customer)
    row = seen_lists(actor, customer).filter(pk=list_id).first()
    if row is None:
        raise NotFound
    lines = row.lines.all() if only is None else row.lines.filter(pk__in=only)
    typed = quantities or {}
    wishes = [replace(_wish(line), quantity=typed.get(line.pk, line.quantity)) for line in lines]
    checked = check_lines(customer, [wish for wish in wishes if wish.quantity != 0])
    fine = merged(line.wish for line in checked if line.problem is None)
    count = carts.add_lines(actor=actor, customer=customer, lines=fine) if fine else 0
    return Outcome(count, tuple(line.problem for line in checked if line.problem is not None))


def _locked(actor: Actor, customer: CustomerInfo, list_id: UUID) -> PurchaseList:
    row = seen_lists(actor, customer).select_for_update(of=("self",)).filter(pk=list_id).first()
    if row is None:
        raise NotFound
    return row


def _save(row: PurchaseList, name: str, sharing: ListSharing) -> None:
    row.name, row.sharing, row.updated_at = name.strip(), sharing, timezone.now()
    if not row.name or len(row.name) > LONGEST_NAME:
        raise NameMissing(field="name", limit=formatting.number(LONGEST_NAME))
    try:
        with savepoint():
            row.save()
    except IntegrityError as error:
        raise NameTaken(field="name") from error


def _touch(row: PurchaseList) -> None:
    PurchaseList.objects.filter(pk=row.pk).update(updated_at=timezone.now())


def _wish(line: PurchaseListLine) -> NewLine:
    return NewLine(line.variant_id, line.unit_code, line.quantity, line.choice)


def _key(line: PurchaseListLine) -> _Key:
    return line.variant_id, line.unit_code, line.choice
