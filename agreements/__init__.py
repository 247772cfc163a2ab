"""Framework agreements: prices and quantities agreed with a customer for a period, and what calls off from them.

Orders are written above: they say here what they take, and give back. Prices come from the agreement's own price list.
"""
