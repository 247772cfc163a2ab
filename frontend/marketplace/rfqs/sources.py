"""A request that begins with articles: those that an address names, a cart's, a purchase list's, a file's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.files.base import File
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.goods import GoodsKeys
from catalog.packs.snapshots import PackSnapshot
from catalog.queries import ListedVariant, VariantInfo, listed_variants
from core import formatting
from core.actor import Actor
from core.tenancy import use_tenant
from customers.queries import CustomerInfo, customer_of
from frontend.marketplace.offers import read_picks
from frontend.marketplace.rfqs.forms import LineRow, packs_of
from frontend.storefront.buyer import read_buyer
from integrations.line_files import read_file
from orders import carts
from orders.purchase_lists.queries import list_wishes
from orders.quick import Typed, settled
from orders.wishes import NewLine
from rfq.asking import MOST_LINES
from tenants.directory import TenantInfo, find_by_id
from tenants.enums import TenantState

Read = Callable[[Actor, CustomerInfo], Sequence[NewLine]]
_MOST_SOURCES = 20
#: Colons in the name of a pack with its options.
_OF_A_PACK = 2


@dataclass(slots=True)
class Begun:
    """Lines that a request begins with, and the suppliers to ask.

    ``gone`` articles are not among them because they are not sold to the buyer (any more), ``over`` lines because a
    request has no more, ``unread`` carts and lists because no more are read at once.
    """

    rows: list[LineRow] = field(default_factory=list)
    suppliers: list[UUID] = field(default_factory=list)
    gone: int = 0
    over: int = 0
    unread: int = 0

    @property
    def left_out(self) -> list[str]:
        """What of its beginnings is not among the lines, and why."""
        most = formatting.number(MOST_LINES)
        texts = (
            (
                self.gone,
                ngettext(
                    "%(count)s article is left out: it is not sold to you any more.",
                    "%(count)s articles are left out: they are not sold to you any more.",
                    self.gone,
                ),
            ),
            (
                self.over,
                ngettext(
                    "%(count)s line is left out: a request has %(most)s at most.",
                    "%(count)s lines are left out: a request has %(most)s at most.",
                    self.over,
                ),
            ),
            (
                self.unread,
                ngettext(
                    "%(count)s cart or list is left out: begin another request with it.",
                    "%(count)s carts and lists are left out: begin another request with them.",
                    self.unread,
                ),
            ),
        )
        return [text % {"count": formatting.number(count), "most": most} for count, text in texts if count]


def from_goods(query: QueryDict, actor: Actor) -> Begun:
    """Articles that an address names, and what is in carts at some suppliers and on purchase lists."""
    sources = [(read, key) for name, read in (("cart", from_cart), ("list", from_list)) for key in query.getlist(name)]
    parts = [_prefilled(query.getlist("line"), actor), *(read(key, actor) for read, key in sources[:_MOST_SOURCES])]
    rows = [row for part in parts for row in part.rows]
    return Begun(
        rows[:MOST_LINES],
        list(dict.fromkeys(tenant_id for part in parts for tenant_id in part.suppliers)),
        gone=sum(part.gone for part in parts),
        over=sum(part.over for part in parts) + len(rows[MOST_LINES:]),
        unread=len(sources[_MOST_SOURCES:]),
    )


def from_cart(key: str, actor: Actor) -> Begun:
    """Rows for what the actor has in its cart at a supplier, and that supplier; nothing where there is no account."""
    return _read(_tenant(key), actor, lambda who, customer: [wish for _id, wish in carts.wishes_of(who, customer)])


def from_list(key: str, actor: Actor) -> Begun:
    """As :func:`from_cart` for a purchase list that the actor may open, ``<tenant hex>:<list hex>``."""
    tenant, _colon, name = key.partition(":")
    try:
        list_id = UUID(hex=name)
    except ValueError:
        return Begun()
    return _read(_tenant(tenant), actor, lambda who, customer: list_wishes(who, customer, list_id))


def from_file(file: File[bytes]) -> list[LineRow]:
    """Rows for the lines of a CSV, XLSX or ODS file; a line without a note is described by its reference.

    Raises UnreadableFile and its kinds, NoReferences, BadCells, TooManyLines.
    """
    return [_typed_row(typed) for typed in read_file(file, with_notes=True)]


def _typed_row(typed: Typed) -> LineRow:
    """Without a unit where the file names one that is not known."""
    is_known = not typed.unit or typed.unit in formatting.UNIT_CODES
    return LineRow(
        typed.note or typed.code,
        typed.quantity,
        (typed.unit or "H87") if is_known else "",
        typed.code,
        error="" if is_known else _("“%(text)s” is not a unit that is known: choose one.") % {"text": typed.unit},
    )


def _tenant(key: str) -> TenantInfo | None:
    try:
        found = find_by_id(UUID(hex=key))
    except ValueError:
        return None
    return found if found is not None and found.state == TenantState.ACTIVE else None


def _read(tenant: TenantInfo | None, actor: Actor, read: Read) -> Begun:
    if tenant is None:
        return Begun()
    with use_tenant(tenant.scope, company_id=actor.require_company()):
        customer = customer_of(actor.require_company())
        if customer is None or not customer.is_approved:
            return Begun()
        every = read(actor, customer)
        wishes = every[:MOST_LINES]
        listed = listed_variants([wish.variant_id for wish in wishes], customer.view)
    rows = [_row(wish, listed[wish.variant_id], tenant) for wish in wishes if wish.variant_id in listed]
    return Begun(rows, [tenant.id], gone=len(wishes) - len(rows), over=len(every) - len(wishes))


def _row(wish: NewLine, goods: ListedVariant, tenant: TenantInfo) -> LineRow:
    """In the unit of the cart, whether the article still has it or not: it is asked for as it was chosen."""
    info = goods.info
    return LineRow(
        info.name,
        settled(wish.quantity),
        wish.unit_code or info.base_unit.code,
        info.gtin or info.sku,
        requested_on=wish.wanted_on.isoformat() if wish.wanted_on else "",
        pack=f"{tenant.id.hex}:{info.id.hex}:{wish.choice}" if info.is_pack else "",
    )


def _prefilled(keys: Sequence[str], actor: Actor) -> Begun:
    """Articles that lists name (:func:`read_picks`).

    A pack that can be had with the options behind it (``…:A2-B1``) is asked for with them.
    """
    named = [one for several in keys for one in several.split(",")]
    packs = packs_of(named, actor)
    wanted: dict[UUID, list[UUID]] = {}
    composed = [(UUID(hex=key.partition(":")[0]), pack.variant_id) for key, pack in packs.items()]
    for tenant_id, variant_id in dict.fromkeys([*read_picks(named), *composed]):
        wanted.setdefault(tenant_id, []).append(variant_id)
    begun = Begun(gone=len({key for key in named if key.count(":") == _OF_A_PACK and key not in packs}))
    rows: dict[UUID, LineRow] = {}
    for tenant_id, variant_ids in wanted.items():
        info = find_by_id(tenant_id)
        if info is None or info.state != TenantState.ACTIVE:
            begun.gone += len(variant_ids)
            continue
        begun.suppliers.append(tenant_id)
        with use_tenant(info.scope, company_id=actor.company_id):
            listed = listed_variants(variant_ids, read_buyer(actor, actor.company_id).view)
        begun.gone += len(variant_ids) - len(listed)
        packed = [(key, pack) for key, pack in packs.items() if pack.variant_id in listed]
        begun.rows += [_pack_row(key, pack, listed[pack.variant_id].info) for key, pack in packed]
        for variant in listed.values():
            if variant.info.id not in {pack.variant_id for _key, pack in packed}:
                _add_row(rows, variant)
    begun.rows = [*rows.values(), *begun.rows]
    return begun


def _add_row(rows: dict[UUID, LineRow], variant: ListedVariant) -> None:
    """The same goods of several suppliers are one line, under a code that all of them know."""
    info, part_number = variant.info, variant.manufacturer_part_number
    key = GoodsKeys.of(gtin=info.gtin, brand=variant.brand, part_number=part_number).goods_id or info.id
    if key in rows:
        rows[key].code = info.gtin or part_number
    else:
        rows[key] = LineRow(info.name, "", info.base_unit.code, info.gtin or info.sku)


def _pack_row(key: str, pack: PackSnapshot, info: VariantInfo) -> LineRow:
    return LineRow(info.name, "", info.base_unit.code, info.sku, pack=key, reference=pack.reference)
