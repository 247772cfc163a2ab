"""Look-up keys: what is the same reference however people type it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from core.errors import InvalidInput

_NOT_PART = re.compile(r"[^A-Za-z0-9]")
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def sku_key(text: str) -> str:
    """A reference folded for look-ups: no case, no accents, no separators (``VN-104 82`` → ``vn10482``).

    A reference of separators only keeps its text, so that no key is empty.
    """
    plain = unicodedata.normalize("NFKD", text.strip()).encode("ascii", "ignore").decode().lower()
    return _NOT_KEY.sub("", plain) or text.strip().lower()


def part_number_key(text: str) -> str:
    """A manufacturer's part number as ``Variant.part_number_key`` folds it: ASCII letters and digits, lower case."""
    return _NOT_PART.sub("", text).lower()


def code_of(name: str) -> str:
    """A code made from a name: ``Diamètre tête`` is ``diametre_tete``; "" when nothing of it can be used."""
    plain = unicodedata.normalize("NFKD", name.strip()).encode("ascii", "ignore").decode().lower()
    return _NOT_KEY.sub("_", plain).strip("_")[:60]


def require_code(text: str, *, field: str = "code") -> str:
    """A code that addresses and indexes can carry. Raises InvalidInput."""
    code = text.strip()
    if not _CODE.fullmatch(code):
        reason = _("Small letters, digits, “-” and “_” only, such as “diametre_tete”.")
        raise InvalidInput(field=field, reason=reason)
    return code


def any_of(keys: Iterable[UUID]) -> RawSQL:
    """Keys for an ``__in`` look-up as one parameter: ten thousand of them cost more to bind than to find."""
    return RawSQL("SELECT unnest(%s::uuid[])", [uuid_array(keys)])


def any_id_of(ids: Iterable[str]) -> RawSQL:
    """Keys that are texts for an ``__in`` look-up as one parameter."""
    return RawSQL("SELECT unnest(%s::uuid[])", [f"{{{','.join(ids)}}}"])


def any_text_of(texts: Iterable[str]) -> RawSQL:
    """Texts for an ``__in`` look-up as one parameter."""
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])


def uuid_array(keys: Iterable[UUID | None]) -> str:
    """Keys as PostgreSQL writes an array of them: one text to bind, not thousands of values."""
    return f"{{{','.join(['NULL' if key is None else key.hex for key in keys])}}}"
