"""``python -m devkit.walk BASE_URL``."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from devkit.walk import buying, delivering, integrating, joining, negotiating, paying, supplying
from devkit.walk.browser import Site
from devkit.walk.journey import prepare, walk

CHAPTERS = (supplying, joining, buying, negotiating, delivering, paying, integrating)


def main(base_url: str) -> int:
    """Walk the main path through the platform at ``base_url``; 0 when every step was right."""
    address = urlsplit(base_url)
    site = Site(address.hostname or "localhost", address.port or 80)
    return 0 if walk(prepare(site), [step for chapter in CHAPTERS for step in chapter.STEPS]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
