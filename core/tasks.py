"""Celery tasks know their scope: it travels in the message header; a task without one refuses to run."""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.exceptions import Reject
from django.apps import apps

from core.scope import HEADER, PLATFORM, UNSCOPED, Scope, current_scope
from core.tenancy import use_tenant


class MissingScope(Reject):
    """A message came without a scope: nobody said whose data it is about."""


class ScopedTask(Task):  # type: ignore[type-arg]
    """Base of all tasks. Tasks are doorbells: ids in, the row decides."""

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        scope, headers = current_scope(), dict(kwargs.pop("headers", None) or {})
        if scope != UNSCOPED:
            headers[HEADER] = scope.to_header()
        elif HEADER not in headers:  # the schedule names the scope itself
            raise MissingScope(f"{self.name} sent outside a scope")
        return super().apply_async(*args, headers=headers, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with use_tenant(self.message_scope()):
            return super().__call__(*args, **kwargs)

    def message_scope(self) -> Scope:
        """Scope of the message that is being worked on. Raises MissingScope."""
        headers = getattr(self.request, "headers", None) or {}
        header = headers.get(HEADER) or getattr(self.request, HEADER, None)
        if not header:
            raise MissingScope(f"{self.name} has no scope in its header")
        return Scope.from_header(header)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        headers = getattr(self.request, "headers", None) or {}
        with use_tenant(PLATFORM):
            apps.get_model("core", "TaskFailure").objects.create(
                task=self.name,
                scope=headers.get(HEADER) or {},
                arguments={"args": [str(a) for a in args], "kwargs": {k: str(v) for k, v in kwargs.items()}},
                error=str(einfo)[-4000:],
            )
