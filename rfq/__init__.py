"""Requests for quotation: one request to several suppliers, versions of quotes, counter-offers, the award.

Its tables are the exchange (schema ``public``): behind row-level security, every row names its company and its tenant.
"""
