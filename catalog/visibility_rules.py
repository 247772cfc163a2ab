"""Use cases of visibility: what visitors and customers see by default, and the rules that make it more or less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from catalog.enums import ON_SALE
from catalog.events import CatalogChanged
from catalog.models import Brand, CatalogSettings, Category, Family, Product, Variant, VisibilityRule
from catalog.policies import require_manage
from catalog.services import announce
from catalog.structure import hold_visibility
from catalog.visibility import Target, Viewpoint
from core import formatting
from core.actor import Actor
from core.db import atomic
from core.errors import InvalidInput, NotFound
from core.events import emit
from core.scope import current_scope

_COLUMNS: dict[Target, tuple[str, Any]] = {
    Target.PRODUCT: ("product_id", Product),
    Target.FAMILY: ("family_id", Family),
    Target.BRAND: ("brand_id", Brand),
    Target.CATEGORY: ("category_id", Category),
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """Who sees the catalogue when no rule says otherwise."""

    visitors_see: bool = True
    customers_see: bool = True


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as the supplier sees it; an audience without ids is everybody."""

    id: UUID
    is_visible: bool
    audience_ids: tuple[UUID | None, UUID | None, UUID | None]
    target: Target
    target_text: str


@dataclass(frozen=True, slots=True)
class Share:
    """Of the products on sale in a category (none: without one), how many are seen."""

    path: str
    seen: int
    total: int


def defaults_now() -> Defaults:
    """The defaults that hold; one statement."""
    row = CatalogSettings.objects.first()
    return Defaults(row.visitors_see, row.customers_see) if row else Defaults()


def visibility_rules() -> list[RuleInfo]:
    """All rules, the closest target first; one statement."""
    rows = VisibilityRule.objects.select_related("product", "family", "brand", "category")
    order = list(Target)
    return sorted((_info(row) for row in rows), key=lambda info: (order.index(info.target), info.target_text))


def shares(view: Viewpoint) -> list[Share]:
    """What of the catalogue is seen from a viewpoint, by category in the order of the tree; two statements."""
    on_sale = Variant.objects.filter(state__in=ON_SALE)
    totals, seen = _by_category(on_sale), _by_category(on_sale.filter(view.condition()))
    return [Share(path, seen.get(path, 0), total) for path, total in sorted(totals.items())]


@atomic
def save_defaults(*, defaults: Defaults, actor: Actor) -> None:
    """Say what visitors and customers see where no rule decides. Raises NotAllowed. Emits CatalogChanged."""
    require_manage(actor)
    hold_visibility()
    before = defaults_now()
    values = {"visitors_see": defaults.visitors_see, "customers_see": defaults.customers_see}
    CatalogSettings.objects.update_or_create(singleton=True, defaults=values)
    if before.visitors_see != defaults.visitors_see:
        _everything_changed()


def prices_are_public() -> bool:
    """Whether visitors see what everybody pays; one statement."""
    return CatalogSettings.objects.filter(prices_are_public=True).exists()


@atomic
def save_public_prices(*, are_public: bool, actor: Actor) -> None:
    """Show what everybody pays to visitors, or to customers only. Raises NotAllowed."""
    require_manage(actor)
    hold_visibility()
    CatalogSettings.objects.update_or_create(singleton=True, defaults={"prices_are_public": are_public})


@atomic
def save_visibility_rule(
    *,
    target: Target,
    target_id: UUID | None = None,
    is_visible: bool,
    customer_id: UUID | None = None,
    group_id: UUID | None = None,
    segment_id: UUID | None = None,
    actor: Actor,
) -> UUID:
    """Show or hide goods to a party, or (none named) to everybody; the same goods and party again change the rule.

    Raises NotAllowed, InvalidInput. Emits CatalogChanged when visitors see more or less.
    """
    require_manage(actor)
    party = {"customer_id": customer_id, "group_id": group_id, "segment_id": segment_id}
    named = [name for name, value in party.items() if value is not None]
    if len(named) > 1:
        raise InvalidInput(field=named[1], reason=_("Name a customer, a group or a segment, not several."))
    goods = _goods(target, target_id)
    hold_visibility()
    row, created = VisibilityRule.objects.get_or_create(**party, **goods, defaults={"is_visible": is_visible})
    changed = created or row.is_visible != is_visible
    if changed and not created:
        row.is_visible = is_visible
        row.save(update_fields=["is_visible"])
    if changed and not named:
        _goods_changed(target, target_id)
    return row.pk


@atomic
def remove_visibility_rule(*, rule_id: UUID, actor: Actor) -> None:
    """Let other rules and the defaults decide again. Raises NotAllowed, NotFound. Emits CatalogChanged."""
    require_manage(actor)
    hold_visibility()
    row = VisibilityRule.objects.filter(pk=rule_id).first()
    if row is None:
        raise NotFound
    row.delete()
    if row.customer_id is None and row.group_id is None and row.segment_id is None:
        _goods_changed(*_target_of(row))


def _goods(target: Target, target_id: UUID | None) -> dict[str, UUID | None]:
    """Values of the four columns that name goods. Raises InvalidInput."""
    columns: dict[str, UUID | None] = {column: None for column, _model in _COLUMNS.values()}
    if target is Target.EVERYTHING:
        return columns
    column, model = _COLUMNS[target]
    if target_id is None or not model.objects.filter(pk=target_id).exists():
        raise InvalidInput(field="target", reason=_("Say which one."))
    return columns | {column: target_id}


def _target_of(row: VisibilityRule) -> tuple[Target, UUID | None]:
    for target, (column, _model) in _COLUMNS.items():
        if (target_id := getattr(row, column)) is not None:
            return target, target_id
    return Target.EVERYTHING, None


def _goods_changed(target: Target, target_id: UUID | None) -> None:
    """What an index knows of visitors has changed for these goods."""
    if target is Target.PRODUCT and target_id is not None:
        announce(Variant.objects.filter(product_id=target_id).values_list("pk", flat=True))
    else:
        _everything_changed()


def _everything_changed() -> None:
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(CatalogChanged(tenant_id=tenant_id))


def _by_category(rows: QuerySet[Variant]) -> dict[str, int]:
    counted = rows.order_by().values_list("product__category__path").annotate(count=Count("pk"))
    return {path or "": count for path, count in counted}


def _info(row: VisibilityRule) -> RuleInfo:
    target, _target_id = _target_of(row)
    named = row.product or row.family or row.category
    text = formatting.localised(named.name_fr, named.name_en) if named else row.brand.name if row.brand else ""
    return RuleInfo(row.pk, row.is_visible, (row.customer_id, row.group_id, row.segment_id), target, text)
