"""Goods that come back: asked for by the buyer, decided and received by the supplier, credited or replaced."""
