"""Reactions to events: news for open pages, e-mails."""

from notifications.handlers import approvals, letters, live, people, recurring, revisions, rfqs, stock

__all__ = ["approvals", "letters", "live", "people", "recurring", "revisions", "rfqs", "stock"]
