"""Requests that nobody should have to read: limits, reports of spam, companies that may not ask any more."""
