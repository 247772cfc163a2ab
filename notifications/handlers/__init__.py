"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import letters, live, people, recurring, revisions, rfqs, stock

__all__ = ["letters", "live", "people", "recurring", "revisions", "rfqs", "stock"]
