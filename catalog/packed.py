"""What a list shows of other tables, read in the same statement as its variants: JSON lists beside their columns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, Func, JSONField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast

from catalog.enums import MediaKind
from catalog.models import CustomerPartNumber, Media, OrderUnit

_MEDIA = ("pk", "kind", "digest", "title_fr", "title_en", "language", "content_type", "size")
_UNIT = ("code", "factor", "is_base", "minimum", "multiple", "maximum", "gtin")
_NUMBERS = frozenset({"factor", "minimum", "multiple", "maximum"})


def units() -> ArraySubquery:
    """The order units, smallest first: code, factor, whether it is the base, minimum, multiple, maximum, GTIN.

    Numbers are texts, so that nothing is lost.
    """
    columns = [Cast(name, TextField()) if name in _NUMBERS else F(name) for name in _UNIT]
    rows = OrderUnit.objects.filter(variant=OuterRef("pk")).order_by("factor", "code")
    return ArraySubquery(rows.values_list(_json(*columns), flat=True))


def image() -> Subquery:
    """The variant's first picture, else its product's, as a JSON list."""
    rows = Media.objects.filter(
        Q(variant__isnull=True) | Q(variant=OuterRef("pk")), product=OuterRef("product_id"), kind=MediaKind.IMAGE
    ).order_by(F("variant").asc(nulls_last=True), "position", "pk")
    return Subquery(rows.values_list(_packed(_MEDIA[:5]), flat=True)[:1])


def own_number(customer_id: UUID | None) -> Subquery | Value:
    """What the customer calls the variant; its first number where it has several."""
    if customer_id is None:
        return Value("")
    rows = CustomerPartNumber.objects.filter(customer_id=customer_id, variant=OuterRef("pk")).order_by("number")
    return Subquery(rows.values("number")[:1])


def media(sku: str) -> Case:
    """For the variant with this reference: its pictures and documents and those of its product, as JSON lists."""
    rows = Media.objects.filter(Q(variant__isnull=True) | Q(variant=OuterRef("pk")), product=OuterRef("product_id"))
    rows = rows.order_by(F("variant").asc(nulls_last=True), "position", "pk")
    return Case(When(sku=sku, then=ArraySubquery(rows.values_list(_packed(_MEDIA), flat=True))))


def _packed(columns: tuple[str, ...]) -> Func:
    return _json(*map(F, columns))


def _json(*values: Any) -> Func:
    return Func(*values, function="jsonb_build_array", output_field=JSONField())
