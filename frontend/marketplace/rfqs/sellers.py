"""Suppliers to ask by what they sell: those of a node of the taxonomy, as far as the buyer may see their goods."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import Request
from core import formatting
from frontend.marketplace.buying import views_of
from frontend.marketplace.rfqs.forms import RFQForm
from frontend.typed import choose
from marketplace.directory import suppliers
from marketplace.taxonomy import taxonomy
from rfq.asking import MOST_SUPPLIERS
from rfq.errors import TooManySuppliers
from search.documents import TAXONOMY, TENANT
from search.port import Query
from search.queries import find_on_marketplace


def node_choices() -> list[tuple[str, str]]:
    """The taxonomy as a list of choices, what is in a node behind it."""
    indent = "\N{EM SPACE}"
    return [("", _("any")), *((node.code, f"{indent * node.depth}{node.name}") for node in taxonomy().nodes.values())]


def sellers_of(request: Request, code: str) -> dict[UUID, int] | None:
    """How many products of a node the buyer sees at each supplier that has any; None when the engine cannot answer.

    One search, and what :func:`frontend.marketplace.buying.views_of` reads of the company's accounts.
    """
    query = Query(filters={TAXONOMY: (code,)}, facets=(TENANT,), size=0)
    found = find_on_marketplace(query, views_of(request, ""))
    if found is None:
        return None
    if TAXONOMY in found.ignored:  # nothing of any supplier stands in the taxonomy
        return {}
    known = {str(key): key for key in suppliers()}
    counted = found.result.facets.get(TENANT, ())
    return {known[value.value]: value.count for value in counted if value.value in known and value.count}


def with_all_ticked(request: Request) -> QueryDict:
    """What was posted, with all suppliers of the chosen node ticked, as many as may be asked at once."""
    data = request.POST.copy()
    node = taxonomy().nodes.get(str(data.get("node", "")))
    found = sellers_of(request, node.code) if node is not None else None
    both = dict.fromkeys([*data.getlist("suppliers"), *(key.hex for key in found or ())])
    data.setlist("suppliers", list(both)[:MOST_SUPPLIERS])
    return data


def narrow(request: Request, form: RFQForm) -> str:
    """Offer the suppliers of the chosen node and those that are ticked; answers what to say about that."""
    node = taxonomy().nodes.get(str(form["node"].value() or ""))
    if node is None:
        return ""
    found = sellers_of(request, node.code)
    if found is None:
        return _("The search does not answer at the moment: choose the suppliers by name.")
    ticked = set(form["suppliers"].value() or ())
    choose(form, "suppliers", _choices(found, ticked))
    said = ngettext("%(count)s supplier sells it: %(name)s.", "%(count)s suppliers sell it: %(name)s.", len(found))
    said %= {"count": formatting.number(len(found)), "name": taxonomy().full_name(node.code)}
    return said if len(found) <= MOST_SUPPLIERS else f"{said} {TooManySuppliers(most=MOST_SUPPLIERS)}"


def _choices(found: Mapping[UUID, int], ticked: set[str]) -> list[tuple[str, str]]:
    """Who sells the most first, then whoever is ticked besides."""
    rows = [(found.get(one.id, 0), one) for one in suppliers().values() if one.id in found or one.id.hex in ticked]
    return [(one.id.hex, _name(one.name, count)) for count, one in sorted(rows, key=lambda row: (-row[0], row[1].name))]


def _name(name: str, count: int) -> str:
    text = ngettext("%(count)s product", "%(count)s products", count) % {"count": formatting.number(count)}
    return f"{name} – {text}" if count else name
