"""An order on its way: two parcels that the buyer sees leave, delivery, invoice, payment."""

from __future__ import annotations

import time
from collections.abc import Sequence

from devkit.walk.journey import Journey, Step
from devkit.walk.live import listening
from devkit.walk.pages import Page, Unexpected

WAY = ("handed_over", "in_transit", "delivered")
FIRST, SECOND = "XY100200300FR", "XY100200301FR"


def confirm(journey: Journey) -> str:
    """The supplier finds the order by the buyer's number and confirms it."""
    owner, number = journey.person("owner"), journey.fact("po")
    page = owner.get("/portal/orders/")
    page = owner.get(page.row(number).link("/portal/orders/"))
    page.expect(journey.fact("company"), journey.fact("total"))
    journey.facts["portal order"] = page.url
    page = owner.submit(page, page.form("/confirm/"), press="Confirm the order")
    return page.find(r"(The order is confirmed[^.]*)")


def ship_first(journey: Journey) -> str:
    """The first parcel leaves: the buyer's open page is told through its websocket, and fetches what is new."""
    buyer, order = journey.person("buyer"), journey.fact("order")
    page = buyer.get(order).expect("Nothing has left yet.")
    with listening(buyer, page) as news:
        began = time.monotonic()
        _ship(journey, ["200", "150", ""], FIRST)
        milliseconds = news.hear(_topic(page), since=began)
    buyer.get(order, part=True).expect("Chronopost", FIRST)
    return f"200 + 150 pieces; the websocket told the buyer {milliseconds:.0f} ms after the supplier opened the page"


def ship_rest(journey: Journey) -> str:
    """The second parcel leaves, too: a buyer without websocket sees it by asking again."""
    journey.person("buyer").get(journey.fact("order")).expect(FIRST)
    _ship(journey, ["250", "1000"], SECOND)
    part = journey.person("buyer").get(journey.fact("order"), part=True).expect(FIRST, SECOND)
    if "<html" in part.html:
        raise Unexpected("the whole page came instead of what changes")
    return "250 + 1000 pieces; asking again shows both parcels"


def deliver(journey: Journey) -> str:
    """Both parcels travel and arrive; the buyer is told of every step."""
    buyer, order = journey.person("buyer"), journey.fact("order")
    journey.person("owner").get(journey.fact("portal order")).expect(SECOND)
    page = buyer.get(order)
    heard: list[float] = []
    with listening(buyer, page) as news:
        for code in WAY:
            for _parcel in range(2):
                began = time.monotonic()
                _track(journey, code)
                heard.append(news.hear(_topic(page), since=began))
    state = buyer.get(order).find(r"Order [A-Z][\w-]+ (?:\W )?(\w+)")
    return f"{len(heard)} steps heard of, each within {max(heard):.0f} ms; the order is: {state}"


def _topic(page: Page) -> str:
    return next(topic for topic in page.topics if topic.startswith("order-"))


def _ship(journey: Journey, quantities: Sequence[str], tracking: str) -> None:
    """Send a parcel with these quantities of the lines that have something left."""
    owner = journey.person("owner")
    page = owner.get(journey.fact("portal order"))
    form = page.form("/ship/")
    values = dict(zip(form.names("line-"), quantities, strict=True))
    values |= {"carrier": "Chronopost", "tracking_number": tracking}
    owner.submit(page, form, values, press="Ship this parcel").expect("The parcel is entered")


def _track(journey: Journey, code: str) -> None:
    """Say in the portal that this has happened to the first parcel that it has not happened to."""
    owner = journey.person("owner")
    page = owner.get(journey.fact("portal order"))
    button = f"-code={code}"
    form = next((form for form in page.forms if "/parcels/" in form.action and form.has_button(button)), None)
    if form is None:
        raise Unexpected(f"no parcel can be {code}: {page.excerpt()}")
    owner.submit(page, form, press=button).expect("Recorded")


STEPS: tuple[Step, ...] = (
    ("The supplier confirms the order", confirm),
    ("A first parcel leaves", ship_first),
    ("A second parcel leaves", ship_rest),
    ("Both arrive", deliver),
)
