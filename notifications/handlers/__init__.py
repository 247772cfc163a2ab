"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import (
    agreements,
    approvals,
    clarifications,
    desks,
    digests,
    letters,
    live,
    messages,
    people,
    recurring,
    requests,
    returns,
    revisions,
    rfqs,
    security,
    stock,
)

__all__ = [
    "agreements",
    "approvals",
    "clarifications",
    "desks",
    "digests",
    "letters",
    "live",
    "messages",
    "people",
    "recurring",
    "requests",
    "returns",
    "revisions",
    "rfqs",
    "security",
    "stock",
]
