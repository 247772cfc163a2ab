"""Supplier files into catalogue, prices and stock.

A file is uploaded and looked at (``reading``, ``detection``), its columns get targets (``mapping``), every row is
checked in the background (``checking``: the dry run), then applied in chunks (``applying``). ``services`` are the use
cases, ``queries`` what pages show, ``report`` the downloads. Nothing is guessed: what can be read in two ways is an
issue of its row and column, and a bad row never blocks the good ones.
"""
