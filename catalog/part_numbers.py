"""What customers call goods in their own systems: kept by the customer's people, found wherever a code is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog.errors import NumbersRefused, NumberTaken
from catalog.keys import sku_key
from catalog.models import CustomerPartNumber
from catalog.policies import require_name_goods
from catalog.queries import VariantInfo, variants_by_code
from catalog.visibility import Viewpoint
from core import formatting
from core.actor import Actor
from core.db import atomic, savepoint
from core.errors import InvalidInput, NotFound

MOST_ROWS = 20_000
MOST_CHARACTERS = 80
_BATCH = 2000


class Owner(Protocol):
    """What of a customer matters here."""

    @property
    def id(self) -> UUID: ...
    @property
    def company_id(self) -> UUID: ...
    @property
    def view(self) -> Viewpoint: ...


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A line of a file or of pasted text: the customer's number, and any code of the supplier's goods."""

    line: int
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class NumberProblem:
    """What is wrong with a line."""

    line: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number in the customer's list."""

    id: UUID
    number: str
    sku: str
    name: str


@atomic
def save_number(*, owner: Owner, number: str, code: str, actor: Actor) -> UUID:
    """Give goods one more number. Raises NotAllowed, InvalidInput, NumberTaken."""
    require_name_goods(actor, owner.company_id)
    variant = _meant([code], owner.view)[code]
    if isinstance(variant, str):
        raise InvalidInput(field="code", reason=variant)
    row = CustomerPartNumber(customer_id=owner.id, variant_id=variant.id)
    return _write(row, number)


@atomic
def rename(*, owner: Owner, number_id: UUID, number: str, actor: Actor) -> None:
    """Write one of the customer's numbers differently. Raises NotAllowed, NotFound, InvalidInput, NumberTaken."""
    require_name_goods(actor, owner.company_id)
    row = CustomerPartNumber.objects.select_for_update(of=("self",)).filter(customer_id=owner.id, pk=number_id).first()
    if row is None:
        raise NotFound
    _write(row, number)


@atomic
def remove(*, owner: Owner, number_id: UUID, actor: Actor) -> None:
    """Forget one of the customer's numbers. Raises NotAllowed, NotFound."""
    require_name_goods(actor, owner.company_id)
    if not CustomerPartNumber.objects.filter(customer_id=owner.id, pk=number_id).delete()[0]:
        raise NotFound


@atomic
def take_over(*, owner: Owner, rows: Sequence[NumberRow], actor: Actor) -> int:
    """Set many numbers at once, all or none; a number that is known names the goods of its line from now on.

    Answers how many are new or different. Raises NotAllowed, InvalidInput, NumbersRefused, which names every wrong
    line. The number of statements grows with thousands of lines only.
    """
    require_name_goods(actor, owner.company_id)
    if len(rows) > MOST_ROWS:
        raise InvalidInput(field="text", reason=_("At most %(count)s lines at once.") % {"count": MOST_ROWS})
    meant = _meant([row.code for row in rows], owner.view)
    problems: list[NumberProblem] = []
    wanted: dict[str, CustomerPartNumber] = {}
    for row in rows:
        variant, before = meant[row.code], wanted.get(sku_key(row.number))
        message = _wrong(row.number) or (variant if isinstance(variant, str) else "")
        if not message and before is not None and not isinstance(variant, str) and before.variant_id != variant.id:
            message = _("The same number stands for another product above.")
        if message:
            problems.append(NumberProblem(row.line, f"{row.number} → {row.code}"[:120], message))
        elif not isinstance(variant, str):
            key = sku_key(row.number)
            wanted[key] = CustomerPartNumber(
                customer_id=owner.id, variant_id=variant.id, number=row.number.strip(), number_key=key
            )
    if problems:
        raise NumbersRefused(problems)
    return _store(owner.id, wanted)


def part_numbers(owner: Owner, *, search: str, limit: int, offset: int) -> tuple[list[NumberLine], int]:
    """The customer's numbers, found by their beginning or by that of the reference; two statements."""
    rows = _of(owner)
    if text := search.strip():
        rows = rows.filter(Q(number_key__startswith=sku_key(text)) | Q(variant__sku_key__startswith=sku_key(text)))
    return [_line(row) for row in rows[offset : offset + limit]], rows.count()


def all_part_numbers(owner: Owner) -> Iterator[NumberLine]:
    """All numbers of the customer, for a file."""
    return map(_line, _of(owner).iterator(chunk_size=_BATCH))


def _of(owner: Owner) -> QuerySet[CustomerPartNumber]:
    """The numbers of goods that the customer sees."""
    seen = owner.view.condition("variant__")
    return CustomerPartNumber.objects.filter(seen, customer_id=owner.id).select_related("variant")


def _line(row: CustomerPartNumber) -> NumberLine:
    variant = row.variant
    return NumberLine(row.pk, row.number, variant.sku, formatting.localised(variant.name_fr, variant.name_en))


def _meant(codes: Sequence[str], view: Viewpoint) -> dict[str, VariantInfo | str]:
    """The goods that each code means; a text that says why there are none. Three statements."""
    found = variants_by_code(codes, view)
    meant: dict[str, VariantInfo | str] = {}
    for code in codes:
        candidates = found.get(code, [])
        if len(candidates) == 1:
            meant[code] = candidates[0]
        elif candidates:
            skus = ", ".join(candidate.sku for candidate in candidates[:3])
            meant[code] = _("This can mean several products: %(skus)s.") % {"skus": skus}
        else:
            meant[code] = _("There is no product with this reference.")
    return meant


def _wrong(number: str) -> str:
    """Why this can be no part number; "" when it can."""
    text = number.strip()
    if not text:
        return _("The part number is missing.")
    if len(text) > MOST_CHARACTERS or len(sku_key(text)) > MOST_CHARACTERS:
        return _("At most %(count)s characters.") % {"count": MOST_CHARACTERS}
    return ""


def _write(row: CustomerPartNumber, number: str) -> UUID:
    if message := _wrong(number):
        raise InvalidInput(field="number", reason=message)
    row.number, row.number_key = number.strip(), sku_key(number)
    try:
        with savepoint():
            row.save()
    except IntegrityError as error:
        taken = CustomerPartNumber.objects.select_related("variant").filter(
            customer_id=row.customer_id, number_key=row.number_key
        )
        raise NumberTaken(field="number", sku=", ".join(other.variant.sku for other in taken)) from error
    return row.pk


def _store(customer_id: UUID, wanted: dict[str, CustomerPartNumber]) -> int:
    """Insert and change what differs from what is stored."""
    stored = CustomerPartNumber.objects.filter(customer_id=customer_id, number_key__in=list(wanted)).values_list(
        "number_key", "number", "variant_id"
    )
    known = {key: (number, variant_id) for key, number, variant_id in stored}
    rows = [row for key, row in wanted.items() if known.get(key) != (row.number, row.variant_id)]
    CustomerPartNumber.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["customer_id", "number_key"],
        update_fields=["number", "variant"],
    )
    return len(rows)
