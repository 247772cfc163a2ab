"""The API of customers' systems, ``/api/v1/`` on a supplier's host: own prices, orders, their progress."""
