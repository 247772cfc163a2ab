"""A request to two suppliers of the example world, offers, a counter-offer, an order at the agreed price."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from devkit.walk.browser import Browser
from devkit.walk.joining import ARTICLE, RESELLER, SEEDED_NAME
from devkit.walk.journey import Journey, Step
from devkit.walk.pages import Page, Unexpected

RESELLER_NAME = "Quincaillerie du Rhône"
SPECIAL = "Équerre pliée 3 mm inox 304, plan 4471-B"


def ask(journey: Journey) -> str:
    """From the marketplace's search the buyer asks two suppliers for an article and for a part after a drawing."""
    buyer = journey.person("buyer")
    journey.fact("second account")
    title = f"Châssis de cuve {journey.mark}"
    page = buyer.get(f"{journey.site.url('/search/')}?{urlencode({'q': ARTICLE})}")
    form = page.form("pick-form")
    pick = form.choice("line", f"of {SEEDED_NAME}")
    page = buyer.submit(page, form, {"line": pick}, press="Request a quote")
    form = page.form("rfq-form")
    values = {
        "title": title,
        "suppliers": [form.choice("suppliers", name) for name in (SEEDED_NAME, RESELLER_NAME)],
        "line-description": [form.named("line-description")[0].value, SPECIAL],
        "line-quantity": ["5000", "120"],
        "note": "Livraison en une fois.",
    }
    page = buyer.submit(page, form, values, press="Send the request")
    page.expect("Your request is sent", ARTICLE, SPECIAL)
    journey.facts |= {"rfq": page.url, "rfq title": title}
    return f"“{title}” goes to {SEEDED_NAME} and {RESELLER_NAME}"


def answer(journey: Journey) -> str:
    """Both suppliers answer from their portals; one offers everything, one a part of it."""
    seller = journey.person("seller")
    reseller = Browser(journey.site, shop=RESELLER)
    reseller.sign_in("/portal/", email=journey.email_of(f"//{RESELLER}.", "owner"), password=journey.password)
    _offer(journey, seller, ["0.55", "6.40"], freight="45")
    _offer(journey, reseller, ["0.61", ""], freight="0")
    page = journey.person("buyer").get(journey.fact("rfq"))
    page.expect("€3,563.00", "€3,050.00", "incomplete")
    journey.facts["answered"] = "both"
    return f"{SEEDED_NAME} €3,563.00 with transport; {RESELLER_NAME} €3,050.00, incomplete"


def counter(journey: Journey) -> str:
    """The buyer names the price it would pay; the supplier sends a new version between the two."""
    buyer, seller = journey.person("buyer"), journey.person("seller")
    journey.fact("answered")
    page = _negotiation(journey)
    form = page.form("counter-form")
    values = {form.names("price-")[0]: "0.49", "message": "À ce prix nous commandons aujourd’hui."}
    page = buyer.submit(page, form, values, press="Send the counter-offer")
    page.expect("Your counter-offer is sent")
    _offer(journey, seller, ["0.51", "6.40"], freight="45", sees="buyer asks for €0.49")
    page = _negotiation(journey)
    journey.facts["agreed"] = page.find(r"Accept for (€[\d,.]+) net")
    version = page.find(r"· V(\d+) ·")
    return f"asked for €0.49, offered €0.51: version {version}, {journey.fact('agreed')} net"


def accept(journey: Journey) -> str:
    """The new version is accepted: an order at exactly the quoted total is there, the other supplier is told."""
    buyer, agreed = journey.person("buyer"), journey.fact("agreed")
    page = _negotiation(journey)
    page = buyer.submit(page, page.form("/accept/"), {"po_number": f"CV-{journey.mark}-2"}, press="Accept for")
    page.expect(f"Ordered from {SEEDED_NAME} at the quoted prices.")
    order = buyer.get(page.link("/orders/", text="See the order"))
    net = order.find(r"Total net (€[\d,.]+)")
    if net != agreed:
        raise Unexpected(f"quoted {agreed}, ordered {net}")
    number = order.find(r"Order ([A-Z]\S+)")
    return f"order {number} at {urlsplit(order.url).hostname}: {net} net, as quoted"


def _offer(journey: Journey, seller: Browser, prices: list[str], *, freight: str, sees: str = "") -> None:
    """Answer the request in the portal with a price per line; "" is not offered."""
    page = seller.get("/portal/rfqs/")
    page = seller.get(page.link("/portal/rfqs/", text=journey.fact("rfq title")))
    page.expect(SPECIAL, sees)
    form = page.form("quote-form")
    values = dict(zip(form.names("price-"), prices, strict=True))
    values |= dict.fromkeys(form.names("lead-"), "6")
    values |= {"freight": freight, "message": "Avec plaisir."}
    seller.submit(page, form, values, press="Send the offer").expect("Your offer is sent")


def _negotiation(journey: Journey) -> Page:
    buyer = journey.person("buyer")
    page = buyer.get(journey.fact("rfq"))
    return buyer.get(page.link("/rfqs/", text=f"Negotiate or accept – {SEEDED_NAME}"))


STEPS: tuple[Step, ...] = (
    ("A request to two suppliers", ask),
    ("Both answer", answer),
    ("A counter-offer and a new version", counter),
    ("The offer is accepted", accept),
)
