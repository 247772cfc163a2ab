"""State machines: a table of moves, and one function that moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from core.actor import Actor
from core.errors import IllegalMove
from core.ids import uuid7


class Transition(models.Model):
    """One row of an aggregate's history; subclassed per app with a ``subject`` foreign key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    from_state = models.CharField(max_length=30)
    to_state = models.CharField(max_length=30)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ("at", "id")


@dataclass(frozen=True)
class Machine:
    """The moves that an aggregate's state may make: ``{from: {to, …}}``."""

    name: str
    moves: Mapping[str, frozenset[str]]
    history: type[Transition] | None = None
    field: str = "state"

    def may(self, state: str, to: str) -> bool:
        return to in self.moves.get(state, frozenset())

    def move(
        self, subject: Any, *, to: str, actor: Actor, note: str = "", history: type[Transition] | None = None
    ) -> None:
        """Put ``subject`` (a locked row) into ``to`` and write its history row. Raises IllegalMove."""
        before = getattr(subject, self.field)
        if not self.may(before, to):
            raise IllegalMove(field=self.field)
        setattr(subject, self.field, to)
        subject.save(update_fields=[self.field])
        rows = history or self.history
        if rows is not None:
            manager: Any = rows._default_manager  # noqa: SLF001  (Django's documented API)
            manager.create(
                subject=subject,
                from_state=before,
                to_state=to,
                actor_id=actor.user_id,
                actor_name=actor.name,
                note=note,
            )


def state_check(states: type[models.TextChoices], *, name: str, field: str = "state") -> models.CheckConstraint:
    """The CHECK constraint that lists an aggregate's states."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": states.values}), name=name)
