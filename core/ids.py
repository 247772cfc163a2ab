"""Keys of rows: UUID version 7 (RFC 9562), ordered by time, meaningless to a neighbour."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7

_RANDOM_A, _RANDOM_B = 12, 62  # bits, on both sides of the variant


def uuid7() -> UUID:
    """A new time-ordered key.

    Keys of one process and millisecond count up by one: whoever reads two of them knows how many lie between.
    """
    return _uuid7()


def unlinked_uuid7() -> UUID:
    """A new key that is ordered by its millisecond alone: it tells nothing of the keys that were made around it."""
    until_then = _uuid7().int >> 80 << 80
    random_a, random_b = secrets.randbits(_RANDOM_A), secrets.randbits(_RANDOM_B)
    return UUID(int=until_then | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
