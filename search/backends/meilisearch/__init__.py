"""The engine in production: a Meilisearch server (1.15 or later), spoken to through its Python client.

What is tested here: every request that we build and everything we make of an answer, against recorded shapes
(``tests/search/test_meilisearch.py``). **What has not been run: a real server.** The contract of
``tests/search/contract.py`` runs against one when ``MEILISEARCH_URL`` is set; do that before trusting the
ranking, and look first at: typing errors in stemmed words, ``estimatedTotalHits`` against the true number,
the depth of nested names in ``facets``, and the time that a change of ``filterableAttributes`` takes on a
large index.

``payloads`` builds requests and is pure, ``engine`` sends them.
"""

from search.backends.meilisearch.engine import MeilisearchEngine

__all__ = ["MeilisearchEngine"]
