"""From what the catalogue says about a buyer to what an engine has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils import translation

from catalog import visibility
from catalog.visibility import Viewpoint
from pricing.prices import TargetedTerms
from search.port import BuyerContext, Locale, Target, TargetField, Visibility, VisibilityRule
from search.terms import shop_terms

_FIELDS: Mapping[visibility.Target, TargetField] = {
    visibility.Target.PRODUCT: "product",
    visibility.Target.FAMILY: "family",
    visibility.Target.BRAND: "brand",
    visibility.Target.CATEGORY: "category",
}


@dataclass(frozen=True, slots=True)
class Meant:
    """What one supplier makes of a text: ``pins`` are the products that the buyer calls by it, then other wordings."""

    pins: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


NOTHING_MEANT = Meant()


@dataclass(frozen=True, slots=True)
class Looker:
    """A buyer at one supplier: what it sees, what it pays (None: no prices), what its company has ordered before, and
    what its text means there.
    """

    view: Viewpoint
    terms: TargetedTerms | None = None
    bought: tuple[UUID, ...] = ()
    meant: Meant = NOTHING_MEANT


def active_locale() -> Locale:
    """The language that is looked for in."""
    return "fr" if (translation.get_language() or "en").startswith("fr") else "en"


def buyer_context(lookers: Mapping[UUID, Looker] | None = None) -> BuyerContext:
    """Who is looking, in the active language, by tenant; of tenants that are not named they see what is public."""
    known = lookers or {}
    shops = (shop_terms(looker.terms) for looker in known.values() if looker.terms is not None)
    return BuyerContext(
        shops=tuple(shop for shop in shops if shop),
        visibility={str(tenant_id): visibility_of(looker.view) for tenant_id, looker in known.items()},
        bought=tuple(str(variant_id) for looker in known.values() for variant_id in looker.bought),
        locale=active_locale(),
    )


def visibility_of(view: Viewpoint) -> Visibility:
    """The same rules in an engine's words; one about everything is what holds after those before it."""
    rules: list[VisibilityRule] = []
    for rule in view.rules:
        if rule.target is visibility.Target.EVERYTHING:
            return Visibility(rule.is_visible, tuple(rules))
        field = _FIELDS[rule.target]
        rules += [VisibilityRule(Target(field, value), rule.is_visible) for value in rule.values]
    return Visibility(view.default, tuple(rules))
