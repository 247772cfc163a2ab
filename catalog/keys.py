"""Look-up keys: what is the same reference however people type it."""

from __future__ import annotations

import re
import unicodedata

_NOT_PART = re.compile(r"[^A-Za-z0-9]")
_NOT_KEY = re.compile(r"[^a-z0-9]+")


def sku_key(text: str) -> str:
    """A reference folded for look-ups: no case, no accents, no separators (``VN-104 82`` → ``vn10482``).

    A reference of separators only keeps its text, so that no key is empty.
    """
    plain = unicodedata.normalize("NFKD", text.strip()).encode("ascii", "ignore").decode().lower()
    return _NOT_KEY.sub("", plain) or text.strip().lower()


def part_number_key(text: str) -> str:
    """A manufacturer's part number as ``Variant.part_number_key`` folds it: ASCII letters and digits, lower case."""
    return _NOT_PART.sub("", text).lower()
