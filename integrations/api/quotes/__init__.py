"""Requests for quotation and their offers, for the systems of both sides."""
