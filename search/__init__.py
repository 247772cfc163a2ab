"""Search: finding products by words, codes and facets, in one shop or over all of them.

Owns what a tenant's search has learnt: synonyms (:mod:`search.synonyms`) and what was looked for in vain
(:mod:`search.fruitless`). Besides, the port (:mod:`search.port`), the form of a searchable document
(:mod:`search.documents`), the one normaliser that both sides of a comparison go through (:mod:`search.normalise`) and
two engines behind the port: ``embedded`` on one machine, ``meilisearch`` in production.
:func:`search.engine.engine` gives the engine that the settings ask for.

An index orders, filters and counts. It never answers what something costs: prices shown come from
``pricing``.
"""
