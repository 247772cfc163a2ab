"""Every websocket group, listened to by everybody from every host: news reach the two parties of it and nobody else.

A client names topics; the groups behind them carry the id of the company or tenant of its session. Foreign topics are
therefore not refused but silent: these tests listen to what is said to X and A, and to everybody else.
"""

from __future__ import annotations

import ast
import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer

from config.asgi import application
from core import live, outbox
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from notifications.centre.writing import NOTICES
from orders import fulfilment
from rfq.talk import questions
from tests.architecture import sources
from tests.tenancy import leaks
from tests.tenancy.leaks import PEOPLE, Seed

pytestmark = pytest.mark.xdist_group("leaks")


@dataclass(frozen=True)
class Topic:
    """A kind of topic: the id of the seed that it is about, and who hears what is said to X and to A."""

    about: str
    to_x: tuple[str, ...]
    to_a: tuple[str, ...]


BUYER, SUPPLIER = ("x@A", "x@B", "x@P"), ("portal:staffA@A",)
#: Whoever may open a socket hears what is said to its own company or tenant, and only that.
TOPICS = {
    "order": Topic("x_shipped", BUYER, SUPPLIER),
    "orders": Topic("", BUYER, SUPPLIER),
    "messages": Topic("x_confirmed", BUYER, SUPPLIER),
    "rfq": Topic("x_shared_rfq", BUYER, SUPPLIER),
    "presence": Topic("x_shared_rfq", BUYER, SUPPLIER),
    "rfqs": Topic("", BUYER, SUPPLIER),
    "todo": Topic("", BUYER, SUPPLIER),
    "import": Topic("import_checked", BUYER, SUPPLIER),
}
#: Where groups are named: with the id of a session or of an event, never with one that a client sent.
NAMING_GROUPS = {
    "core/live.py",
    "notifications/consumers.py",
    "notifications/centre/writing.py",
    "notifications/handlers/live.py",
    "integrations/catalog_import/jobs.py",
}
#: Who may open a socket at all, with ``side=portal`` in front.
ADMITTED = {*(f"{who}@{place}" for who in "xyz" for place in "ABP"), "portal:staffA@A", "portal:staffB@B"}
EVERYBODY = (*PEOPLE, *(f"portal:{label}" for label in PEOPLE))
END = "end"


@pytest.fixture(scope="module")
def shared_seed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Seed]:
    yield from leaks.seeded(django_db_blocker)


@pytest.fixture
def seed(shared_seed: Seed, db: None, monkeypatch: pytest.MonkeyPatch) -> Seed:
    """The world that all tests here share; sockets use the connection whose transaction is rolled back."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    return shared_seed


# --- The registry is complete -----------------------------------------------------------------------------------------
def test_every_kind_of_topic_has_a_case() -> None:
    kinds = {kind for path in sources.modules() for kind in _kinds_named_in(path)}
    assert "(not a literal)" not in kinds, "name kinds of topics in the call: topic('order', …), so that they are found"
    missing, gone = sorted(kinds - TOPICS.keys()), sorted(TOPICS.keys() - kinds)
    assert not missing, f"tests/tenancy/test_topic_leaks.py: TOPICS has no case for {missing}: say who hears it"
    assert not gone, f"tests/tenancy/test_topic_leaks.py: nobody speaks of {gone} any more: take it out of TOPICS"


def _kinds_named_in(path: Any) -> set[str]:
    """First words of ``topic(…)``, and the plain names that are pushed."""
    if sources.shown(path) in ("core/live.py", "bench/http.py"):
        return set()
    tree = sources.tree(path)
    constants = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        name = _called(node)
        if name == "topic" and isinstance(node, ast.Call):
            found |= {_literal(node.args[0], constants) or "(not a literal)"}
        elif name in ("tell_company", "tell_tenant") and isinstance(node, ast.Call):
            found |= {text for text in (_literal(argument, constants) for argument in node.args[1:]) if text}
    return found


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _literal(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    value = constants.get(node.id) if isinstance(node, ast.Name) else node
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def test_groups_are_named_in_few_places() -> None:
    by_hand = re.compile(r"group_send|group_add|(?<!def )\bpush\(|(?<!def )\b(company|tenant|user)_group\(")
    users = {sources.shown(path) for path in sources.modules() if by_hand.search(path.read_text())}
    assert users == NAMING_GROUPS, "look where the id in the group's name comes from, then name the module here"


# --- Listening --------------------------------------------------------------------------------------------------------
class Socket(ApplicationCommunicator):
    """A websocket on the application that servers run (the one of ``channels.testing`` needs another server)."""

    def __init__(self, topics: str, side: str, headers: list[tuple[bytes, bytes]]) -> None:
        query = urlencode({"topics": topics, "side": side}).encode()
        scope = {"type": "websocket", "path": "/live/", "query_string": query, "headers": headers, "subprotocols": []}
        super().__init__(application, scope)

    async def connect(self) -> Any:
        """True when it is let in, else the code that it was closed with."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(5)
        return True if answer["type"] == "websocket.accept" else answer["code"]

    async def receive(self) -> Any:
        return json.loads((await self.receive_output(5))["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


def _socket(seed: Seed, label: str, topics: str, *, host: str = "", origin: str = "") -> Socket:
    """A socket as a page opens it; ``portal:`` in front of a person says ``side=portal``."""
    side, _colon, person = label.rpartition(":")
    host = host or seed.host_of(person)
    headers = [(b"host", host.encode()), (b"origin", (origin or f"http://{host}").encode())]
    if person in seed.cookies:
        headers.append((b"cookie", f"session={seed.cookies[person]}".encode()))
    return Socket(topics, side, headers)


async def _answer(seed: Seed, label: str, topics: str = "orders", **options: str) -> Any:
    """True when the socket is let in, else the code that it was closed with."""
    socket = _socket(seed, label, topics, **options)
    answer = await socket.connect()
    await socket.disconnect()
    return answer


async def _listen(seed: Seed, topics: list[str], speak: Callable[[], Awaitable[None]]) -> dict[str, set[str]]:
    """Topics of which each person that may listen has heard, after ``speak``."""
    sockets = {label: _socket(seed, label, ",".join([*topics, END])) for label in sorted(ADMITTED)}
    for label, socket in sockets.items():
        assert await socket.connect() is True, label
        assert await socket.receive() == {"hello": [*topics, END]}
    await speak()
    for group in _parties(seed).values():
        await _say(group, END)
    heard = dict(zip(sockets, await asyncio.gather(*map(_until_the_end, sockets.values())), strict=True))
    for socket in sockets.values():
        await socket.disconnect()
    return heard


async def _until_the_end(socket: Socket) -> set[str]:
    heard: set[str] = set()
    while True:
        message = await socket.receive()
        assert list(message) == ["topic"], "a socket says which topic has news, and nothing else"
        if message["topic"] == END:
            return heard
        heard.add(message["topic"])


def _parties(seed: Seed) -> dict[str, Callable[[str], str]]:
    """How the groups of each company and tenant are named."""
    world = seed.world
    companies = {"X": world.delmas.id, "Y": world.lecomte.id, "Z": world.nouvelle.id}
    tenants = {"A": world.acme.id, "B": world.bolt.id}
    return {
        **{name: partial(live.company_group, key) for name, key in companies.items()},
        **{name: partial(live.tenant_group, key) for name, key in tenants.items()},
    }


async def _say(group: Callable[[str], str], topic: str) -> None:
    await sync_to_async(live.push)(group(topic), topic)


def _run(scenario: Callable[[], Awaitable[Any]]) -> Any:
    """Run in this thread, so that the transaction of the test is seen; leave no connection behind."""

    async def with_clean_end() -> Any:
        try:
            return await scenario()
        finally:
            layer: Any = get_channel_layer()
            await layer.flush()

    return async_to_sync(with_clean_end)()


# --- Who may listen ---------------------------------------------------------------------------------------------------
def test_sockets_open_for_members_of_a_company_and_staff_of_the_host_only(seed: Seed) -> None:
    async def scenario() -> dict[str, Any]:
        return {label: await _answer(seed, label) for label in EVERYBODY}

    assert _run(scenario) == {label: True if label in ADMITTED else 4401 for label in EVERYBODY}


@pytest.mark.parametrize(
    "options",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://bolt.localhost"},
        {"origin": "http://acme.localhost.evil.example"},
        {"host": "unknown.localhost"},
        {"host": "evil.example"},
    ],
    ids=str,
)
def test_pages_of_other_origins_and_unknown_hosts_get_nothing(seed: Seed, options: dict[str, str]) -> None:
    async def scenario() -> list[Any]:
        return [await _answer(seed, label, **options) for label in ("x@A", "portal:staffA@A")]

    assert _run(scenario) == [4404, 4404]


def test_a_session_that_names_another_company_listens_to_its_own(seed: Seed) -> None:
    seed = leaks.claiming(seed, "y@A", seed.world.delmas.id)

    async def speak() -> None:
        await _say(_parties(seed)["X"], "orders")

    heard = _run(lambda: _listen(seed, ["orders"], speak))
    assert heard["y@A"] == set()
    assert heard["x@A"] == {"orders"}


@pytest.mark.parametrize("forged", ["c.{company}.orders", "t.{tenant}.orders", "order-{company}.x", "*", "Orders"])
def test_a_groups_name_is_no_topic(seed: Seed, forged: str) -> None:
    world = seed.world
    name = forged.format(company=world.delmas.id.hex, tenant=world.acme.id.hex)

    async def scenario() -> Any:
        socket = _socket(seed, "y@A", f"{name},orders")
        await socket.connect()
        said = await socket.receive()
        await socket.disconnect()
        return said

    assert _run(scenario) == {"hello": ["orders"]}


# --- Who hears what ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", TOPICS)
def test_news_reach_their_party_and_nobody_else(seed: Seed, kind: str) -> None:
    case = TOPICS[kind]
    topic = live.topic(kind, seed.ids[case.about] if case.about else None)
    parties = _parties(seed)

    async def scenario() -> list[set[str]]:
        found = []
        for party in ("X", "A"):
            heard = await _listen(seed, [topic], partial(_say, parties[party], topic))
            found.append({label for label, topics in heard.items() if topics})
        return found

    assert _run(scenario) == [set(case.to_x), set(case.to_a)]


def test_what_happens_to_an_order_is_heard_by_its_buyer_and_its_supplier(seed: Seed) -> None:
    world, order_id = seed.world, seed.ids["x_placed"]

    def confirm() -> None:
        with use_tenant(world.acme.scope, party="tenant"):
            fulfilment.confirm_order(order_id=order_id, actor=world.acme.staff)
        outbox.drain()

    topics = [live.topic("order", order_id), "orders", "todo"]
    _only_heard_by(seed, topics, confirm, {"x@*": set(topics[:2]), "portal:staffA@A": set(topics)})


def test_what_one_is_told_is_heard_by_oneself_on_every_host(seed: Seed) -> None:
    """Not by colleagues, and not by what is said to the company or the tenant."""
    world = seed.world

    async def scenario() -> list[set[str]]:
        found = []
        groups: tuple[Callable[[str], str], ...] = (
            partial(live.user_group, world.delmas.admin.id),
            partial(live.user_group, world.delmas.viewer.id),
            partial(live.user_group, world.acme.owner.id),
            *(_parties(seed)[party] for party in ("X", "A")),
        )
        for group in groups:
            heard = await _listen(seed, [NOTICES], partial(_say, group, NOTICES))
            found.append({label for label, topics in heard.items() if topics})
        return found

    assert _run(scenario) == [set(BUYER), set(), set(SUPPLIER), set(), set()]


def test_a_competitor_does_not_learn_that_there_is_an_offer(seed: Seed) -> None:
    """Both suppliers were asked; what B offers is news for X and for B."""
    rfq_id = seed.ids["x_shared_rfq"]

    def offer() -> None:
        leaks._offer(seed, "x_shared_rfq", seed.world.bolt)
        outbox.drain()

    topics = [live.topic("rfq", rfq_id), "rfqs", "todo"]
    _only_heard_by(seed, topics, offer, {"x@*": set(topics[:2]), "portal:staffB@B": set(topics)})


def test_a_competitor_does_not_learn_that_somebody_asks_looks_or_writes(seed: Seed) -> None:
    """B is at the request that A was asked as well, asks, and is answered; the buyer is at B's negotiation."""
    ids, b, x = seed.ids, seed.world.bolt, seed.world.delmas
    rfq_id, invitation_id = ids["x_shared_rfq"], ids["x_shared_rfq_B"]

    def talk() -> None:
        seed.visit("staffB@B", "GET", f"/portal/rfqs/{invitation_id}/presence/", {"doing": "writing"})
        with use_tenant(b.scope, party="tenant"):
            asked = questions.ask(invitation_id=invitation_id, text="?", token=uuid7(), actor=b.staff)
        seed.visit("x@P", "GET", f"/rfqs/{rfq_id}/presence/", {"with": invitation_id.hex})
        with use_tenant(PLATFORM, company_id=x.id):
            questions.answer(rfq_id=rfq_id, question_id=asked, text="!", actor=x.buyer)
        outbox.drain()

    topics = [live.topic("rfq", rfq_id), "rfqs", live.topic("presence", rfq_id), "todo"]
    _only_heard_by(seed, topics, talk, {"x@*": set(topics[:3]), "portal:staffB@B": set(topics)})


def test_what_all_are_told_is_heard_by_all_invited(seed: Seed) -> None:
    rfq_id, x = seed.ids["x_shared_rfq"], seed.world.delmas

    def tell() -> None:
        with use_tenant(PLATFORM, company_id=x.id):
            questions.announce(rfq_id=rfq_id, text="Plan", token=uuid7(), actor=x.buyer)
        outbox.drain()

    topics = [live.topic("rfq", rfq_id), "rfqs", "todo"]
    heard = {"x@*": set(topics[:2]), "portal:staffA@A": set(topics), "portal:staffB@B": set(topics)}
    _only_heard_by(seed, topics, tell, heard)


def test_a_request_for_an_account_is_heard_by_the_supplier_that_was_asked(seed: Seed) -> None:
    def ask() -> None:
        leaks._account(seed.world.bolt, seed.world.lecomte)
        outbox.drain()

    _only_heard_by(seed, ["todo", "orders"], ask, {"portal:staffB@B": {"todo"}})


def _only_heard_by(seed: Seed, topics: list[str], act: Callable[[], None], expected: dict[str, set[str]]) -> None:
    outbox.drain()
    heard = _run(lambda: _listen(seed, topics, sync_to_async(act)))
    wanted = {label: next((v for p, v in expected.items() if leaks.matches(label, (p,))), set()) for label in ADMITTED}
    assert heard == wanted


def test_a_session_that_ends_hangs_up_its_own_sockets(seed: Seed) -> None:
    async def end() -> tuple[Any, Any]:
        ended, other = _socket(seed, "x@A", "orders"), _socket(seed, "y@A", "orders")
        for socket in (ended, other):
            assert await socket.connect() is True
            await socket.receive()
        await sync_to_async(live.hang_up)(seed.cookies["x@A"])
        closed = await ended.receive_output(5)
        is_quiet = await other.receive_nothing()
        await ended.wait()
        await other.disconnect()
        return closed, is_quiet

    assert async_to_sync(end)() == ({"type": "websocket.close", "code": 4401}, True)
