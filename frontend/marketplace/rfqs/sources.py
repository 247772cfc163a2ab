"""A request that begins with what is in a cart or on a purchase list, in its quantities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.core.files.base import File

from catalog.queries import ListedVariant, listed_variants
from core.actor import Actor
from core.formatting import plain
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, customer_of
from frontend.marketplace.rfqs.forms import MAX_LINES, UNITS, LineRow
from integrations.line_files import read_file
from orders import carts
from orders.purchase_lists.queries import list_wishes
from orders.wishes import NewLine
from tenants.directory import TenantInfo, find_by_id
from tenants.enums import TenantState

Read = Callable[[Actor, CustomerInfo], Sequence[NewLine]]


def from_cart(key: str, actor: Actor) -> tuple[list[LineRow], list[UUID]]:
    """Rows for what the actor has in its cart at a supplier, and that supplier; nothing where there is no account."""
    return _rows(_tenant(key), actor, lambda who, customer: [wish for _id, wish in carts.wishes_of(who, customer)])


def from_list(key: str, actor: Actor) -> tuple[list[LineRow], list[UUID]]:
    """As :func:`from_cart` for a purchase list that the actor may open, ``<tenant hex>:<list hex>``."""
    tenant, _colon, name = key.partition(":")
    try:
        list_id = UUID(hex=name)
    except ValueError:
        return [], []
    return _rows(_tenant(tenant), actor, lambda who, customer: list_wishes(who, customer, list_id))


def from_file(file: File[bytes]) -> list[LineRow]:
    """Rows for the lines of a CSV, XLSX or ODS file; a line without a note is described by its reference.

    Raises UnreadableFile and its kinds, NoReferences, BadCells, TooManyLines.
    """
    return [
        LineRow(
            (typed.note or typed.code)[:240],
            typed.quantity,
            typed.unit if typed.unit in UNITS else "H87",
            typed.code[:80],
        )
        for typed in read_file(file, with_notes=True)
    ]


def _tenant(key: str) -> TenantInfo | None:
    try:
        found = find_by_id(UUID(hex=key))
    except ValueError:
        return None
    return found if found is not None and found.state == TenantState.ACTIVE else None


def _rows(tenant: TenantInfo | None, actor: Actor, read: Read) -> tuple[list[LineRow], list[UUID]]:
    if tenant is None:
        return [], []
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        customer = customer_of(actor.require_company())
        if customer is None or not customer.is_approved:
            return [], []
        wishes = read(actor, customer)[:MAX_LINES]
        listed = listed_variants([wish.variant_id for wish in wishes], customer.view)
    rows = [_row(wish, listed[wish.variant_id], tenant) for wish in wishes if wish.variant_id in listed]
    return rows, [tenant.id]


def _row(wish: NewLine, goods: ListedVariant, tenant: TenantInfo) -> LineRow:
    """In the unit of the cart; in the base unit where a request knows no such unit."""
    info = goods.info
    unit, quantity = info.unit(wish.unit_code) if wish.unit_code else info.base_unit, wish.quantity
    if unit is None or unit.code not in UNITS:
        quantity *= unit.factor if unit is not None else 1
        unit = info.base_unit
    return LineRow(
        info.name,
        plain(quantity),
        unit.code,
        info.gtin or info.sku,
        requested_on=wish.wanted_on.isoformat() if wish.wanted_on else "",
        pack=f"{tenant.id.hex}:{info.id.hex}:{wish.choice}" if info.is_pack else "",
    )
