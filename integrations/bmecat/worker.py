"""Reads one catalogue in a process of its own, with limits on memory and time.

``python -m integrations.bmecat.worker CATALOGUE OUTPUT TODAY`` writes JSON lines: first a description, then
``[number, cells]``; number 0 holds the names of the columns, the others count the products. TODAY (as 2026-01-31) says
which prices hold: the caller's date, since this process does not know the time zone. Nothing of Django is loaded here.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from integrations.bmecat import columns
from integrations.bmecat.stream import BrokenXmlError, HostileXmlError
from integrations.bmecat.table import Table, TooManyProductsError
from integrations.catalog_import import limits

EXIT_UNREADABLE = 3
EXIT_TOO_MANY_ROWS = 4
EXIT_HOSTILE = 5
EXIT_BROKEN = 6
EXIT_EMPTY = 7


def main(arguments: list[str]) -> int:
    """Read, write, say by the exit code how it ended; of a broken file the line on stderr."""
    path, output, today = Path(arguments[0]), Path(arguments[1]), arguments[2]
    resource.setrlimit(resource.RLIMIT_AS, (limits.WORKER_MEMORY, limits.WORKER_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.WORKER_CPU_SECONDS, limits.WORKER_CPU_SECONDS))
    table = Table(path, output.with_suffix(".items"), limits.MAX_ROWS, today)
    try:
        table.read()
        return _write(table, output) if table.seen.count else EXIT_EMPTY
    except BrokenXmlError as error:
        sys.stderr.write(str(error.line))
        return EXIT_BROKEN
    except HostileXmlError:
        return EXIT_HOSTILE
    except TooManyProductsError:
        return EXIT_TOO_MANY_ROWS
    except (ValueError, MemoryError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return EXIT_UNREADABLE


def _write(table: Table, output: Path) -> int:
    headers = table.headers()
    with output.open("w", encoding="utf-8") as file:
        json.dump({"sheets": [], "sheet": "", "formulas": 0, "about": about(table, headers)}, file)
        file.write("\n")
        json.dump([0, headers], file, ensure_ascii=False)
        file.write("\n")
        for number, cells in table.rows():
            while cells and cells[-1] == "":
                cells.pop()
            json.dump([number, cells], file, ensure_ascii=False)
            file.write("\n")
    return 0


def about(table: Table, headers: list[str]) -> dict[str, Any]:
    """What the page says about the catalogue."""
    catalogue, seen = table.catalogue, table.seen
    net = table.net_kinds()
    chosen = seen.kinds[net[0]].currency if len(net) == 1 else ""
    names = columns.languages(headers, columns.SHORT)
    return {
        "version": catalogue.version,
        "transaction": catalogue.transaction,
        "catalogue": catalogue.name,
        "supplier": catalogue.supplier,
        "currency": chosen or catalogue.currency,
        "products": seen.count,
        "name_languages": sorted(names),
        "price_kinds": sorted(seen.kinds),
        "net_kinds": net,
        "has_content": seen.has_content,
        "features_left": seen.features.left_count,
        "references": sorted(seen.references),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
