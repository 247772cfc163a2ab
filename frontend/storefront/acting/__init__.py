"""Somebody of the supplier orders for the company."""
