"""Walks the main path through a running, freshly seeded platform as its people do: pages, forms, one websocket.

``python -m devkit.walk http://localhost:8000`` prints a line per step; the exit code says whether all went well.
Nothing here knows the product's code: it knows what pages show and which fields their forms have.
"""
