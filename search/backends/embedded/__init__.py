"""The engine inside our own processes: tantivy, one folder per index, nothing to install or start.

``storage`` keeps versions of an index on disk and hands out readers, ``schema`` says what a document looks
like to tantivy, ``matching`` turns words into a query, ``engine`` is the port.
"""

from search.backends.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
