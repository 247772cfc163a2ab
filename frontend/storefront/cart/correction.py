"""Lines that could not be added: what was typed, what is wrong with it and how to repair it; nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.queries import VariantInfo, variants_by_id
from catalog.visibility import Viewpoint
from core.formatting import plain
from frontend.goods import UnitOption, unit_options
from frontend.storefront.cart.pack_links import configure_path
from frontend.storefront.cart.reading import Typed
from frontend.storefront.cart.wording import repairs
from orders.errors import LineProblem
from orders.packs import TO_CONFIGURE


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line to correct."""

    key: str
    sku: str
    name: str
    units: tuple[UnitOption, ...]
    quantity: str
    pack: str
    quantity_label: str
    unit_label: str
    drop_label: str
    error: str
    repairs: tuple[tuple[str, str], ...]
    choice: str = ""
    configure_href: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """The wrong lines, and the names and values of those that wait beside them."""

    wrong: tuple[WrongLine, ...]
    waiting: tuple[tuple[str, str, str, str], ...]


def correction_of(typed: Typed, problems: Mapping[str, LineProblem], view: Viewpoint) -> Correction:
    """What to show for lines that were typed; ``problems`` by key come from the rules. Two statements."""
    wrong = [key for key in typed.texts if key in typed.errors or key in problems]
    found = variants_by_id((typed.variant_of(key) for key in wrong), view)
    variants = {key: variant for key, variant in found.items() if variant.is_visible}
    return Correction(
        wrong=tuple(_wrong(key, typed, problems.get(key), variants.get(typed.variant_of(key))) for key in wrong),
        waiting=tuple(
            (key, text, typed.units[key], typed.packs.get(key, ""))
            for key, text in typed.texts.items()
            if key not in wrong
        ),
    )


def _wrong(key: str, typed: Typed, problem: LineProblem | None, variant: VariantInfo | None) -> WrongLine:
    sku = variant.sku if variant else "—"
    labels = {"sku": sku}
    unit = (variant.unit(typed.units[key]) or variant.base_unit) if variant else None
    return WrongLine(
        key=key,
        sku=sku,
        name=variant.name if variant else _("no longer sold"),
        units=unit_options(variant, typed.units[key]) if variant else (),
        quantity=typed.texts[key],
        pack=plain(unit.multiple) if unit else "1",
        quantity_label=_("Quantity of %(sku)s") % labels,
        unit_label=_("Unit of %(sku)s") % labels,
        drop_label=_("Leave %(sku)s out") % labels,
        error=typed.errors.get(key) or (problem.message if problem else ""),
        repairs=repairs(problem),
        choice=typed.packs.get(key, ""),
        configure_href=_configure_href(variant, problem, typed.choice_of(key)),
    )


def _configure_href(variant: VariantInfo | None, problem: LineProblem | None, choice: str) -> str:
    if variant is None or problem is None or problem.code not in TO_CONFIGURE:
        return ""
    return configure_path(variant.sku, choice)
