"""Numbers that people see: one gapless counter per document kind and year in each tenant."""

from __future__ import annotations

from django.db import connection, models
from django.utils import timezone


class Counter(models.Model):
    """Abstract counter row; a document app makes it concrete."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


def next_number(counter: type[Counter], prefix: str, *, owner: str = "", digits: int = 5) -> str:
    """The next number of ``prefix`` in the current year, such as ``CO-2026-00042``.

    ``owner`` keeps one counter each for several owners in one table. Takes the counter's row lock until the end of the
    transaction, so that numbers have no gap and no double: take it as late as possible.
    """
    year = timezone.localdate().year
    number = f"{prefix}-{year}"
    key = f"{owner}:{number}" if owner else number
    table = connection.ops.quote_name(counter._meta.db_table)  # noqa: SLF001  (Django's documented API)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, value) VALUES (%s, 1) "  # noqa: S608  (our own table name)
            f"ON CONFLICT (key) DO UPDATE SET value = {table}.value + 1 RETURNING value",
            [key],
        )
        value = cursor.fetchone()[0]
    return f"{number}-{value:0{digits}d}"
