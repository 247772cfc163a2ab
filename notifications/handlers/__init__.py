"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import approvals, letters, live, rfqs, stock

__all__ = ["approvals", "letters", "live", "rfqs", "stock"]
