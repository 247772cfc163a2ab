"""The arithmetic and the contract of benches."""

from __future__ import annotations

import pytest

from bench import harness
from bench.__main__ import main, names


def test_medians_and_percentiles():
    timings = harness.Timings([0.010, 0.030, 0.020, 0.040, 0.100])
    assert timings.median_ms == 30.0
    assert timings.p95_ms == 88.0
    assert harness.percentile([1.0], 0.95) == 1.0


def test_runs_are_counted_and_warm_up_is_not():
    seen: list[int] = []
    timings = harness.Bench("trial", {}).time(seen.append, runs=5, warmup=2)
    assert seen == [-2, -1, 0, 1, 2, 3, 4]
    assert len(timings.seconds) == 5


def test_fewer_runs_than_five_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        harness.Bench("trial", {}).time(print, runs=4)


def test_transaction_control_is_no_statement():
    assert harness.CONTROL.match("BEGIN")
    assert harness.CONTROL.match("savepoint s1")
    assert not harness.CONTROL.match("SELECT 1")
    found = harness.STATEMENT.search("2030-01-01 UTC [1] LOG:  execute <unnamed>: SELECT 1")
    assert found is not None
    assert found.group(1) == "SELECT 1"


def test_the_list_names_every_bench_with_its_title(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == names()
    assert all(len(line.split()) > 1 for line in listed)


def test_an_unknown_bench_is_refused(capsys):
    assert main(["dance"]) == 2
    assert "no bench is called dance" in capsys.readouterr().err
