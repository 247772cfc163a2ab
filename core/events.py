"""Events: what happened, told once and in the transaction in which it happened.

A service calls :func:`emit`; handlers are registered with :func:`handles` in an app's ``handlers.py``. A handler runs
after commit from the outbox (at least once, so it must be idempotent), or, with ``in_transaction=True``, at once in the
same transaction, for rows that must never disagree with what happened.
"""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, get_type_hints
from uuid import UUID

from django.db import connection

from core.db import in_service
from core.models import OutboxEvent
from core.scope import current_scope


@dataclass(frozen=True)
class Event:
    """Base of events: frozen dataclasses of ids and plain values, named in the past tense."""

    NAME: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.NAME = f"{cls.__module__.split('.', 1)[0]}.{cls.__name__}"
        _classes[cls.NAME] = cls

    def payload(self) -> dict[str, Any]:
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

_classes: dict[str, type[Event]] = {}
_inline: dict[str, list[Handler]] = defaultdict(list)
_queued: dict[str, dict[str, Handler]] = defaultdict(dict)


def emit(event: Event) -> None:
    """Write the event to the outbox and run its in-transaction handlers. Only inside a service's transaction."""
    if not in_service():
        raise RuntimeError(f"{event.NAME} emitted outside a service")
    handlers = _queued.get(event.NAME)
    if handlers:
        scope = current_scope()
        OutboxEvent.objects.create(name=event.NAME, payload=event.payload(), scope=scope.to_header())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('outbox', '')")
    for handler in _inline.get(event.NAME, ()):
        handler(event)


def handles(
    event_class: type[E], *, in_transaction: bool = False
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler of ``event_class``.

    A queued handler runs in the scope in which the event was emitted, outside any transaction, and may run again.
    """

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if in_transaction:
            _inline[event_class.NAME].append(handler)
        else:
            _queued[event_class.NAME][f"{handler.__module__}.{handler.__qualname__}"] = handler
        return handler

    return register


def queued_handlers(name: str) -> dict[str, Handler]:
    """Handlers of an event's name by their dotted names."""
    return _queued.get(name, {})


def restore(name: str, payload: dict[str, Any]) -> Event:
    """The event that :meth:`Event.payload` described."""
    cls = _classes[name]
    hints = get_type_hints(cls)
    return cls(**{key: _typed(hints[key], value) for key, value in payload.items() if key in hints})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


_PARSERS: dict[Any, Callable[[Any], Any]] = {
    UUID: UUID,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    text = str(hint)
    for kind, parse in _PARSERS.items():
        if hint is kind or text == f"{kind.__module__}.{kind.__name__} | None":
            return parse(value)
    if text == "tuple[uuid.UUID, ...]":
        return tuple(UUID(item) for item in value)
    if isinstance(value, list):
        return tuple(value)
    return value


def dump(payload: dict[str, Any]) -> str:
    """Canonical JSON of a payload."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
