"""How far a change to many products is. Kept in the cache for a day: what was done stands in the catalogue itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.core.cache import cache

_DAY = 24 * 3600
_NAMED = 20


@dataclass
class Progress:
    """``cursor`` is the reference up to which the change is made; refusals are counted, the first ones named."""

    total: int
    done: int = 0
    changed: int = 0
    refused: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)
    cursor: str = ""
    batch_id: UUID | None = None
    is_over: bool = False
    is_cancelled: bool = False
    error: str = ""

    def refuse(self, refusals: list[tuple[str, str]]) -> None:
        """Count products that were left as they are, with why."""
        self.refused += len(refusals)
        self.refusals = [*self.refusals, *refusals][:_NAMED]


def keep(change_id: UUID, progress: Progress) -> None:
    """Write down how far it is."""
    cache.set(_key(change_id), progress, _DAY)


def progress_of(change_id: UUID) -> Progress | None:
    """How far it is; None a day later, and where nothing was started."""
    found: Progress | None = cache.get(_key(change_id))
    return found


def ask_to_stop(change_id: UUID) -> None:
    """Let it stop after the portion that is being worked on."""
    cache.set(_stop(change_id), 1, _DAY)


def is_asked_to_stop(change_id: UUID) -> bool:
    return cache.get(_stop(change_id)) is not None


def _key(change_id: UUID) -> str:
    return f"bulk:{change_id.hex}"


def _stop(change_id: UUID) -> str:
    return f"bulk:{change_id.hex}:stop"
