"""Requests that a company begins again from, under a name of its own."""
