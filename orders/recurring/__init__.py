"""Recurring orders: a purchase list that is ordered by itself on the days of a schedule."""
