"""Quoting: a supplier's own desk for requests — who answers, drafts, costs, limits, approvals, answers at once.

In the tenant's schema: nothing of it is in the exchange, and no buyer reads any of it (docs/adr/0030).
"""
