"""Changing many products at once: a grid of cells saved together, or one change for everything that a filter finds.

``finding`` is the filter, ``standing`` what the cells hold, ``saving`` writes a page of cells, ``changing`` makes one
change to everything found, portion by portion in the background when there is much. Prices are never changed here: they
go into a price batch, which shows whom they concern before it is published.
"""
