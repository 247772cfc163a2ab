"""Purchases: several suppliers' carts ordered at once, all or none (ADR 0017).

Public: ``services.place_purchase``; ``queries.purchase_of``, ``queries.purchases_of_orders``,
``queries.purchase_number``.
"""
