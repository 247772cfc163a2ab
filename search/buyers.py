"""From what the catalogue says about a buyer to what an engine has to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from django.utils import translation

from catalog import visibility
from catalog.visibility import Viewpoint
from search.port import BuyerContext, Target, TargetField, Visibility, VisibilityRule

_FIELDS: Mapping[visibility.Target, TargetField] = {
    visibility.Target.PRODUCT: "product",
    visibility.Target.FAMILY: "family",
    visibility.Target.BRAND: "brand",
    visibility.Target.CATEGORY: "category",
}


def buyer_context(views: Mapping[UUID, Viewpoint] | None = None) -> BuyerContext:
    """Who is looking, in the active language; ``views`` are what they see, by tenant, of others what is public."""
    locale: Literal["fr", "en"] = "fr" if (translation.get_language() or "en").startswith("fr") else "en"
    seen = {str(tenant_id): visibility_of(view) for tenant_id, view in (views or {}).items()}
    return BuyerContext(visibility=seen, locale=locale)


def visibility_of(view: Viewpoint) -> Visibility:
    """The same rules in an engine's words; one about everything is what holds after those before it."""
    rules: list[VisibilityRule] = []
    for rule in view.rules:
        if rule.target is visibility.Target.EVERYTHING:
            return Visibility(rule.is_visible, tuple(rules))
        rules.append(VisibilityRule(Target(_FIELDS[rule.target], rule.value), rule.is_visible))
    return Visibility(view.default, tuple(rules))
