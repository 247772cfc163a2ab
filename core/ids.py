"""Keys of rows: UUID version 7 (RFC 9562), ordered by time, meaningless to a neighbour."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new time-ordered key."""
    return _uuid7()
