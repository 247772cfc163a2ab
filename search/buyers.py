"""From what the catalogue says about a buyer to what an engine has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils import translation

from catalog import visibility
from catalog.visibility import Viewpoint
from pricing.prices import TargetedTerms
from search.port import BuyerContext, Target, TargetField, Visibility, VisibilityRule
from search.terms import shop_terms

_FIELDS: Mapping[visibility.Target, TargetField] = {
    visibility.Target.PRODUCT: "product",
    visibility.Target.FAMILY: "family",
    visibility.Target.BRAND: "brand",
    visibility.Target.CATEGORY: "category",
}


@dataclass(frozen=True, slots=True)
class Looker:
    """A buyer at one supplier: what it sees, what it pays (None: no prices), what its company has ordered before."""

    view: Viewpoint
    terms: TargetedTerms | None = None
    bought: tuple[UUID, ...] = ()


def buyer_context(lookers: Mapping[UUID, Looker] | None = None) -> BuyerContext:
    """Who is looking, in the active language, by tenant; of tenants that are not named they see what is public."""
    locale: Literal["fr", "en"] = "fr" if (translation.get_language() or "en").startswith("fr") else "en"
    known = lookers or {}
    shops = (shop_terms(looker.terms) for looker in known.values() if looker.terms is not None)
    return BuyerContext(
        shops=tuple(shop for shop in shops if shop),
        visibility={str(tenant_id): visibility_of(looker.view) for tenant_id, looker in known.items()},
        bought=tuple(str(variant_id) for looker in known.values() for variant_id in looker.bought),
        locale=locale,
    )


def visibility_of(view: Viewpoint) -> Visibility:
    """The same rules in an engine's words; one about everything is what holds after those before it."""
    rules: list[VisibilityRule] = []
    for rule in view.rules:
        if rule.target is visibility.Target.EVERYTHING:
            return Visibility(rule.is_visible, tuple(rules))
        rules.append(VisibilityRule(Target(_FIELDS[rule.target], rule.value), rule.is_visible))
    return Visibility(view.default, tuple(rules))
