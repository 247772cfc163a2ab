"""Counting in dates."""

from __future__ import annotations

from datetime import date


def whole_years(since: date | None, until: date) -> int:
    """Whole years from one day to another; none without a beginning, or when it lies ahead."""
    if since is None or since > until:
        return 0
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))
