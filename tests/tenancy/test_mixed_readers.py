"""Two customers of one supplier, a customer of another and a visitor ask everywhere at once; nobody reads another's.

Over sockets, kept connections and threads, with the caches on: what ``./dev bench leaks`` does with 10,000 requests.
The planted leaks show that one would be found.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from django.utils.cache import patch_cache_control

from bench.http import Site
from bench.leak_doors import READERS, Everybody, ask_everywhere, doors, signed_in
from bench.leak_scene import build
from core.scope import current_scope
from frontend import render
from frontend.storefront import buyer
from frontend.storefront.catalog import rows, views
from pricing.queries import resolve
from search.engine import MARKETPLACE, engine
from search.queries import suggest_in_shop
from tenants import cache, directory
from tests.conftest import _maintenance, _state

pytestmark = pytest.mark.xdist_group("mixed-readers")
Plant = Callable[[pytest.MonkeyPatch], None]
THREADS = 4
ROUNDS = 3


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: Any) -> Iterator[Everybody]:
    """The scene in committed rows, a server that answers each connection in a thread, everybody signed in."""
    with django_db_blocker.unblock():
        connections.close_all()
        directory.forget_all()
        engine().drop(MARKETPLACE)
        scene = build()
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(WSGIHandler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield signed_in(Site(server.server_port, "localhost"), scene)
        server.shutdown()
        server.server_close()
        thread.join()
        connections.close_all()
        directory.forget_all()
        engine().drop(MARKETPLACE)
        _maintenance(f'DROP DATABASE "{_state["name"]}" WITH (FORCE)')
        _maintenance(f'CREATE DATABASE "{_state["name"]}" TEMPLATE "{_state["name"]}_base"')


def test_nobody_reads_anothers(everybody: Everybody) -> None:
    requests = ROUNDS * len(READERS) * len(doors(everybody.scene))
    report = ask_everywhere(everybody, requests=requests, threads=THREADS)
    assert report.leaks == []
    assert report.mistakes == []
    assert report.requests == requests > 300


# --- Planted ---------------------------------------------------------------------------------------------------------
def remembered(real: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    """A cache whose key forgets something, of what is not empty."""
    known: dict[Any, Any] = {}

    def cached(*args: Any, **more: Any) -> Any:
        found = key(*args)
        known[found] = known.get(found) or real(*args, **more)
        return known[found]

    return cached


def _prices_without_customer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rows, "resolve", remembered(resolve, lambda _context, quantities: frozenset(quantities)))


def _buyer_without_company(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(buyer, "read_buyer", remembered(buyer.read_buyer, lambda *_who: current_scope().schema_name))


def _suggestions_without_buyer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(views, "suggest_in_shop", remembered(suggest_in_shop, lambda tenant, text, *_: (tenant, text)))


def _cache_without_tenant(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cache, "make_key", lambda key, prefix, version: f"{prefix}:{version}:{key}")


def _kept_for_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(render, "patch_cache_control", lambda response, **_how: patch_cache_control(response, public=True))


#: What forgets something, the doors to try, and what is said of the leak.
PLANTED = [
    (_prices_without_customer, ("product", "list"), "price"),
    (_buyer_without_company, ("list", "marketplace comparison"), "price"),
    (_suggestions_without_buyer, ("suggestions for what X sees",), "goods for Xenon SA alone"),
    (_cache_without_tenant, ("list", "category"), "category of the other supplier"),
    (_kept_for_all, ("cart",), "may be kept for others"),
]


@pytest.mark.parametrize(("plant", "where", "found"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_leak_would_be_found(
    everybody: Everybody, monkeypatch: pytest.MonkeyPatch, plant: Plant, where: tuple[str, ...], found: str
) -> None:
    plant(monkeypatch)
    requests = 2 * ROUNDS * len(READERS) * len(where)
    report = ask_everywhere(everybody, requests=requests, threads=THREADS, only=where)
    assert [text for text in report.leaks if found in text] != []
