"""Figures about the product, measured through its public doors.

``./dev bench`` lists the benches, ``./dev bench NAME`` runs one: progress on standard error, and as the last line of
standard output one JSON object (``bench``, ``metrics``, ``data``, ``runs``, ``environment``).

A bench is a module ``bench/bench_<name>.py`` whose docstring's first line says what it measures, with one function::

    def run(bench: Bench) -> Outcome: ...

It finds a bootstrapped, empty platform on servers of its own, builds its own data, times at least five runs, and
asserts that the answers it timed were right. Names of metrics are kept for ever: ``…_ms`` and ``…_s`` are medians,
``…_p95_ms`` says so, ``…_sql`` counts statements. The tools are in ``bench.harness`` and ``bench.http``.
"""
