"""Recurring orders of the company."""
