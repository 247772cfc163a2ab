"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import letters, live, rfqs

__all__ = ["letters", "live", "rfqs"]
