"""The Meilisearch engine and buyers: own prices, what is seen, what is meant, with a fake in place of the server."""

from __future__ import annotations

import pytest

from search.port import SearchEngine
from tests.search.buyer_contract import BuyerContract
from tests.search.fake_meilisearch import FakeMeilisearch


class TestBuyers(BuyerContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> SearchEngine:
        return FakeMeilisearch()
