"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import letters, live, recurring, rfqs, stock

__all__ = ["letters", "live", "recurring", "rfqs", "stock"]
