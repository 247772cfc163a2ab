"""Everybody asks everywhere, in turns, over kept connections and several threads; each answer is searched for secrets.

An answer that should show something of its reader's own and does not is a mistake: a door that never shows anything
would prove nothing.
"""

from __future__ import annotations

import http.client
import random
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.http import Answer, Site
from bench.leak_scene import CATEGORY, CUSTOMERS, PASSWORD, PUBLIC, SHARED, Customer, Scene, X, Y

ORDER = 7
"""Seed of the order in which is asked."""


@dataclass(frozen=True)
class Reader:
    """Who asks: a customer, or a visitor of ``slug``."""

    name: str
    slug: str
    customer: Customer | None = None

    @property
    def price(self) -> str:
        return self.customer.price if self.customer else PUBLIC[self.slug]


READERS = (*(Reader(one.name, one.slug, one) for one in CUSTOMERS), Reader("visitor", "alpha"))
Texts = tuple[str, ...]


@dataclass(frozen=True)
class Door:
    """A page. ``shows`` are texts that a reader must find there; ``is_public``: the same for everybody of its host."""

    name: str
    path: str
    shows: Callable[[Reader], Texts]
    host: str = "shop"
    headers: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False


def doors(scene: Scene) -> list[Door]:
    """All doors of both hosts."""
    alpha, beta = (scene.tenants[slug].hex for slug in CATEGORY)
    shared = {slug: goods[SHARED] for slug, goods in scene.variants.items()}
    lines = f"line={alpha}:{shared['alpha'].hex}&line={beta}:{shared['beta'].hex}"
    part = {"HX-Request": "true"}
    return [
        Door("home", "/", lambda reader: (reader.customer.name,) if reader.customer else ("Alpha",)),
        Door("list", "/catalog/", _price_and_word),
        Door("part of the list", "/catalog/?sort=name", _price_and_word, headers=part),
        Door("by own price", "/catalog/?sort=price", _price_and_word),
        Door("own price range", "/catalog/?price_min=0.70&price_max=0.72", _in_the_range_of_x),
        Door("category", "/catalog/?category=goods&stock=1", _price_and_word),
        Door("facet", "/catalog/?f-brand=Brand+canary", _price),
        Door("search", "/catalog/?q=canary", _price_and_word),
        Door("search for what X sees", "/catalog/?q=CX-00", _only(X)),
        Door("search for what Y sees", "/catalog/?q=CY-00", _only(Y)),
        Door("suggestions", "/search/suggest/?q=canary", lambda _reader: ("Canary",)),
        Door("suggestions for what X sees", "/search/suggest/?q=CX-00", _only(X)),
        Door("suggestions for what Y sees", "/search/suggest/?q=CY-00", _only(Y)),
        Door("product", f"/catalog/p/{SHARED}/", _price),
        Door("product that X sees", "/catalog/p/CX-001/", _only(X)),
        Door("product that Y sees", "/catalog/p/CY-001/", _only(Y)),
        Door("why this price", f"/catalog/price/{shared['alpha']}/", _price_at("alpha")),
        Door("why this price at the other", f"/catalog/price/{shared['beta']}/", _price_at("beta")),
        Door("cart", "/cart/", _own),
        Door("cart file", "/cart/download/", _own),
        Door("quick order", "/quick-order/", _word),
        Door("own numbers", "/company/part-numbers/", _number),
        Door("own numbers file", "/company/part-numbers/export/", _number),
        Door("API list", "/api/v1/products/?limit=50", _own, host="api"),
        Door("API product", f"/api/v1/products/{SHARED}/", _own_price, host="api"),
        Door("sitemap", "/sitemap.xml?part=1", lambda _reader: (SHARED,), is_public=True),
        Door("marketplace", "/", lambda _reader: ("Alpha", "Beta"), host="market"),
        Door("marketplace search", "/search/?q=canary", _own_price, host="market"),
        Door("marketplace by own price", "/search/?q=canary&sort=price", _own_price, host="market"),
        Door("marketplace comparison", f"/compare/?{lines}", _own_price, host="market"),
    ]


def _price(reader: Reader) -> Texts:
    return (reader.price,)


def _word(reader: Reader) -> Texts:
    return (reader.customer.word,) if reader.customer else ()


def _price_and_word(reader: Reader) -> Texts:
    return (*_price(reader), *_word(reader))


def _own_price(reader: Reader) -> Texts:
    return (reader.customer.price,) if reader.customer else ()


def _own(reader: Reader) -> Texts:
    return (*_own_price(reader), *_word(reader))


def _number(reader: Reader) -> Texts:
    return (reader.customer.number,) if reader.customer else ()


def _in_the_range_of_x(reader: Reader) -> Texts:
    """Bounds count for who has own prices; nobody but X has one within."""
    return _price(reader) if reader.customer in (X, None) else ()


def _only(customer: Customer) -> Callable[[Reader], Texts]:
    return lambda reader: (customer.word,) if reader.customer == customer else ()


def _price_at(slug: str) -> Callable[[Reader], Texts]:
    return lambda reader: (reader.customer.price,) if reader.customer and reader.slug == slug else ()


# --- What nobody else may read ---------------------------------------------------------------------------------------
def forbidden(reader: Reader, door: Door) -> dict[str, re.Pattern[str]]:
    """What this reader must not find behind this door, by what it is."""
    secrets: dict[str, str] = {}
    for customer in CUSTOMERS:
        if customer != reader.customer:
            secrets[f"price of {customer.name}"] = _number_text(customer.price)
            secrets[f"name of {customer.name}"] = re.escape(customer.name)
            secrets[f"goods for {customer.name} alone"] = rf"\b{customer.word}\b"  # four letters also turn up in tokens
            secrets[f"number of {customer.name}"] = re.escape(customer.number)
    if reader.customer is not None and (reader.slug == "alpha" or door.host != "market"):
        secrets["public price beside an own one"] = _number_text(PUBLIC["alpha"])
    secrets["public price that is not public"] = _number_text(PUBLIC["beta"])
    if door.host != "market":
        (other,) = (name for slug, name in CATEGORY.items() if slug != reader.slug)
        secrets["category of the other supplier"] = other
    return {name: re.compile(text, re.IGNORECASE) for name, text in secrets.items()}


def _number_text(price: str) -> str:
    return rf"\b{price.replace('.', '[.,]')}"


# --- Asking ----------------------------------------------------------------------------------------------------------
@dataclass
class Report:
    """What was found in how many answers."""

    requests: int = 0
    seconds: float = 0.0
    leaks: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def add(self, others: Iterable[Report]) -> None:
        for other in others:
            self.requests += other.requests
            self.leaks += other.leaks
            self.mistakes += other.mistakes


@dataclass(frozen=True)
class Everybody:
    """The readers' cookies by name and place, and their keys."""

    site: Site
    scene: Scene
    cookies: dict[tuple[str, str], str]

    def headers(self, reader: Reader, door: Door) -> dict[str, str]:
        """What a reader sends to a door."""
        domain = self.site.platform_domain if door.host == "market" else f"{reader.slug}.{self.site.platform_domain}"
        sent = {"Host": f"{domain}:{self.site.port}", "Accept-Language": "en", **door.headers}
        if door.host == "api":
            return sent | (
                {"Authorization": f"Bearer {self.scene.keys[reader.customer.email]}"} if reader.customer else {}
            )
        cookie = self.cookies.get((reader.name, door.host))
        return sent | ({"Cookie": cookie} if cookie else {})


def signed_in(site: Site, scene: Scene) -> Everybody:
    """Sign everybody in at the own supplier and at the marketplace."""
    cookies: dict[tuple[str, str], str] = {}
    for reader in READERS:
        if reader.customer is not None:
            for place, slug in (("shop", reader.slug), ("market", None)):
                cookies[reader.name, place] = _session(site, slug, reader.customer.email)
    return Everybody(site, scene, cookies)


def _session(site: Site, slug: str | None, email: str) -> str:
    client = site.client(slug)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', client.get("/sign-in/").text)
    assert found is not None, "no form to sign in"
    form = {"username": email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    answer = client.post("/sign-in/", form)
    client.close()
    assert answer.status == 303, answer.status
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def ask_everywhere(everybody: Everybody, *, requests: int, threads: int, only: Collection[str] = ()) -> Report:
    """Ask ``requests`` times, every reader at every door (of those named) as often as every other, mixed."""
    asked_doors = [door for door in doors(everybody.scene) if not only or door.name in only]
    pairs = [(reader, door) for door in asked_doors for reader in READERS]
    asked = (pairs * -(-requests // len(pairs)))[:requests]
    random.Random(ORDER).shuffle(asked)
    report = Report()
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        report.add(pool.map(lambda number: _ask(everybody, asked[number::threads]), range(threads)))
    report.seconds = time.perf_counter() - began
    return report


def _ask(everybody: Everybody, asked: list[tuple[Reader, Door]]) -> Report:
    """One kept connection that everybody shares."""
    report = Report()
    connection = http.client.HTTPConnection("127.0.0.1", everybody.site.port, timeout=60)
    for reader, door in asked:
        connection.request("GET", door.path, headers=everybody.headers(reader, door))
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, headers, response.read())
        report.requests += 1
        _search(report, reader, door, answer)
    connection.close()
    return report


def _search(report: Report, reader: Reader, door: Door, answer: Answer) -> None:
    where = f"{reader.name} at {door.name}"
    text = f"{answer.headers}\n{answer.text}"
    report.leaks += [f"{where}: {name}" for name, secret in forbidden(reader, door).items() if secret.search(text)]
    missing = [shown for shown in door.shows(reader) if shown not in text]
    if missing or answer.status not in (200, 302, 303, 401, 404):
        report.mistakes.append(f"{where}: {answer.status}, without {missing}")
    kept = answer.headers.get("cache-control", "")
    if not door.is_public and "private" not in kept and "no-store" not in kept:
        report.leaks.append(f"{where}: may be kept for others ({kept!r})")
    if not door.is_public and door.host != "api" and "cookie" not in answer.headers.get("vary", "").lower():
        report.leaks.append(f"{where}: does not vary by cookie")
