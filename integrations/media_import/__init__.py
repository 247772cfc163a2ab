"""Pictures and documents of many goods at once: from a ZIP, or from addresses that a file names.

A ZIP is looked at without unpacking (``archive``); its names say which goods they belong to (``names``). Every file is
an item with an outcome of its own: a job takes one after the other (``jobs``), so that it can stop and go on anywhere,
and the same file again writes nothing. ``services`` are the use cases, ``queries`` what pages show.
"""
