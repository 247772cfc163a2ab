"""What a person is told about a catalogue before anything is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting
from integrations.bmecat import columns


def notices(about: Mapping[str, Any]) -> tuple[str, ...]:
    """What was understood, what is missing, what has to be chosen; empty for another kind of file."""
    return tuple(_notices(about)) if about else ()


def title(about: Mapping[str, Any]) -> str:
    """One line about the file, or an empty text."""
    if not about:
        return ""
    products = ngettext("%(count)s product", "%(count)s products", about["products"]) % {
        "count": formatting.number(about["products"])
    }
    kinds = {
        "T_NEW_CATALOG": _("whole catalogue"),
        "T_UPDATE_PRODUCTS": _("changed products"),
        "T_UPDATE_PRICES": _("prices only"),
    }
    parts = (
        f"BMEcat {about['version']}".strip(),
        kinds.get(about["transaction"], ""),
        products,
        about["supplier"],
        about["catalogue"],
    )
    return " · ".join(part for part in parts if part)


def _notices(about: Mapping[str, Any]) -> Iterator[str]:
    yield _("Lines are counted by product, column names are those of BMEcat.")
    yield from _about_names(about["name_languages"])
    yield from _about_prices(about)
    if about["has_content"]:
        yield _(
            "Some goods are sold in packages (NO_CU_PER_OU): prices are for a package and are divided by its content. "
            "If this supplier means the price of one unit, choose the columns “PRICE_AMOUNT per CONTENT_UNIT” instead."
        )
    if any(kind in columns.RELATED for kind in about.get("references", ())):
        yield _(
            "Products refer to others (REFERENCE): a line is refused when one of them is neither in your catalogue nor "
            "in the file. Leave these columns out if the file refers to goods that you do not sell."
        )
    if about["features_left"]:
        count = about["features_left"]
        text = ngettext(
            "%(count)s rare attribute is left out: there are too many of them.",
            "%(count)s rare attributes are left out: there are too many of them.",
            count,
        )
        yield text % {"count": formatting.number(count)}


def _about_names(languages: list[str]) -> Iterator[str]:
    named = [language for language in languages if language]
    if named and not {"fra", "eng"} & set(named):
        yield _("The file has neither French nor English names: those in “%(language)s” are taken as they are.") % {
            "language": named[0]
        }


def _about_prices(about: Mapping[str, Any]) -> Iterator[str]:
    if not about["price_kinds"]:
        yield _("The file holds no prices: products are taken without, prices that are stored stay.")
    elif len(about["net_kinds"]) > 1:
        yield _(
            "The file holds several kinds of net prices: %(kinds)s. Choose the one to take in the columns below as "
            "“Tiers”; until then no prices are taken."
        ) % {"kinds": ", ".join(about["net_kinds"])}
    elif not about["net_kinds"]:
        yield _("The file holds only prices that are not net: %(kinds)s. They are not taken by themselves.") % {
            "kinds": ", ".join(about["price_kinds"])
        }
