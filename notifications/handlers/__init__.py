"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import letters, live, revisions, rfqs, stock

__all__ = ["letters", "live", "revisions", "rfqs", "stock"]
