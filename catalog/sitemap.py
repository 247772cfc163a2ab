"""What is on sale, as a list of pages for search engines: in portions, by the order in which goods came."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.enums import ON_SALE
from catalog.models import Variant
from catalog.visibility import Viewpoint


def portions(view: Viewpoint, size: int) -> list[datetime]:
    """When each portion of ``size`` goods changed last; one statement. Goods that come later begin no earlier one."""
    if view.sees_nothing:
        return []
    rows = _on_sale(view).annotate(place=Window(RowNumber(), order_by=F("pk").asc())).values("place", "updated_at")
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(updated_at) FROM ({sql}) AS goods GROUP BY (place - 1) / %s ORDER BY (place - 1) / %s",  # noqa: S608 - of the ORM
            [*values, size, size],
        )
        return [changed_at for (changed_at,) in cursor.fetchall()]


def portion(view: Viewpoint, number: int, size: int) -> list[tuple[str, datetime]]:
    """References of a portion's goods (counted from 0) and when they changed last; one statement."""
    rows = _on_sale(view).order_by("pk").values_list("sku", "updated_at")
    return list(rows[number * size : (number + 1) * size])


def filled_categories(view: Viewpoint, most: int) -> list[str]:
    """Paths of categories that have goods, or have them below; one statement."""
    filled = _on_sale(view).order_by().values_list("product__category__path", flat=True).distinct()
    paths = {"/".join(parts[:depth]) for parts in _split(filled) for depth in range(1, len(parts) + 1)}
    return sorted(paths)[:most]


def _split(paths: QuerySet[Variant, str | None]) -> list[list[str]]:
    return [path.split("/") for path in paths if path]


def _on_sale(view: Viewpoint) -> QuerySet[Variant]:
    return Variant.objects.filter(view.condition(), state__in=ON_SALE)
