"""The contract against a real Meilisearch server, when ``MEILISEARCH_URL`` names one."""

from __future__ import annotations

import os

import pytest

from search.backends.meilisearch import MeilisearchEngine
from search.port import SearchEngine
from tests.search.contract import EngineContract

URL = os.environ.get("MEILISEARCH_URL", "")


if URL:

    class TestContract(EngineContract):
        @pytest.fixture(scope="class")
        @classmethod
        def engine(cls) -> SearchEngine:
            return MeilisearchEngine(URL, os.environ.get("MEILISEARCH_KEY"), lock_wait_s=30)

else:

    def test_contract() -> None:
        pytest.skip("MEILISEARCH_URL is not set: no server to run the search contract against")
