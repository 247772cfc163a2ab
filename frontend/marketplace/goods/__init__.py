"""Goods that several suppliers sell: their offers side by side."""
