"""A company becomes a customer: it registers, waits, gets its conditions and sees its prices."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from devkit.walk.browser import Browser
from devkit.walk.journey import Journey, Step, siren
from devkit.walk.pages import Unexpected, amounts

BUYER_PASSWORD = "chaudrons-et-cuves"  # noqa: S105  (of a person that lives as long as the walk)
SEEDED, RESELLER = "visserie-nord", "quincaillerie-rhone"
SEEDED_NAME = "Visserie Nord"
ARTICLE = "Socket cap screw M8×40 A4 stainless"


def register(journey: Journey) -> str:
    """A buyer registers its company on the new storefront; there is no price yet."""
    journey.fact("catalogue")
    buyer = Browser(journey.site, shop=journey.fact("slug"))
    company, email = f"Chaudronnerie Vasseur {journey.mark}", f"yann@vasseur-{journey.mark}.example"
    page = buyer.get("/register/")
    values = {
        "name": "Yann Vasseur",
        "email": email,
        "password": BUYER_PASSWORD,
        "legal_name": company,
        "country": "FR",
        "siren": siren(),
        "street": "31 quai du Rivage",
        "postal_code": "62100",
        "city": "Calais",
        "message": "Cuves inox, deux livraisons par semaine.",
    }
    page = buyer.submit(page, page.form_with("legal_name"), values, press="Ask for an account")
    page.expect("Waiting for approval: no prices yet.")
    listing = buyer.get("/catalog/").expect("BF-1001")
    if list(amounts(listing.text)):
        raise Unexpected(f"a price is shown before the approval: {', '.join(amounts(listing.text))}")
    journey.people["buyer"] = buyer
    journey.facts |= {"company": company, "buyer email": email}
    return f"{company} waits and sees {len(listing.rows) - 1} articles without any price"


def open_account(journey: Journey) -> str:
    """The supplier opens the account: group, price lists where it has any, payment term, credit limit."""
    owner, company = journey.person("owner"), journey.fact("company")
    terms = _decide(owner, company, {"new_group": "Industrie"}, term="45", limit="20000")
    page = journey.person("buyer").get("/account/request/").expect("Your account is open.", "Industrie")
    journey.facts["account"] = "open"
    return f"{terms}; the buyer reads: {page.find(r'Payment term (.+?) Price group')}"


def open_second_account(journey: Journey) -> str:
    """From the marketplace the buyer asks a seeded supplier too, which grants a group and its own price list."""
    buyer, company = journey.person("buyer"), journey.fact("company")
    page = buyer.get(f"/go/platform/?{urlencode({'next': f'/search/?q={quote(ARTICLE)}'})}")
    row = page.row(SEEDED_NAME)
    page = buyer.get(row.link("account%2Frequest"))
    page = buyer.submit(page, page.form_with("message"), {"message": "Pour nos châssis."}, press="Ask for an account")
    page.expect("Waiting for approval")
    seller = Browser(journey.site, shop=SEEDED)
    seller.sign_in("/portal/", email=journey.email_of(f"//{SEEDED}.", "owner"), password=journey.password)
    journey.people["seller"] = seller
    choices = {"group": "Industrie 62", "list_1": "Accord-cadre 2026"}
    terms = _decide(seller, company, {}, choices=choices, term="30", limit="15000")
    buyer.get(page.url).expect("Your account is open.", "Industrie 62")
    journey.facts["second account"] = "open"
    return f"{SEEDED_NAME}: {terms}"


def _decide(
    owner: Browser,
    company: str,
    values: dict[str, str],
    *,
    choices: dict[str, str] | None = None,
    term: str,
    limit: str,
) -> str:
    """Approve a company's request in the portal; answers the conditions in words."""
    page = owner.get("/portal/customers/")
    page = owner.get(page.row(company).link("/customers/"))
    form = page.form("/approve/")
    filled = {name: form.choice(name, text) for name, text in (choices or {}).items()}
    filled |= {**values, "term": form.choice("term", term), "limit": limit}
    page = owner.submit(page, form, filled, press="Open the account")
    page.expect("The account is open")
    chosen = [*values.values(), *(choices or {}).values()]
    return f"{', '.join(chosen)}, {term} days, limit €{limit}"


def search(journey: Journey) -> str:
    """A typo finds the article all the same, now with the buyer's price."""
    buyer = journey.person("buyer")
    journey.fact("account")
    page = buyer.get(f"/catalog/?{urlencode({'q': 'goujn ancrage'})}")
    row = page.row("BF-1005")
    price = next(amounts(row.text), "")
    if price != "€1.15":
        raise Unexpected(f"the price of BF-1005 is {price or 'not there'}: {row.text}")
    return f"“goujn ancrage” finds BF-1005 at {price}"


def compare(journey: Journey) -> str:
    """The marketplace puts two suppliers' articles side by side, each at the buyer's own price."""
    buyer = journey.person("buyer")
    journey.fact("second account")
    shop = journey.fact("shop")
    found = f"{journey.site.url('/search/')}?{urlencode({'q': ARTICLE})}"
    page = buyer.wait_for(found, lambda page: shop in page.text, seconds=60, what=f"{shop} in the marketplace's search")
    form = page.form("pick-form")
    picks = [form.choice("line", f"of {name}") for name in (shop, SEEDED_NAME)]
    page = buyer.submit(page, form, {"line": picks}, press="Compare")
    prices = list(amounts(page.row("My net price").text))
    if len(prices) != 2:
        raise Unexpected(f"not two prices side by side: {page.row('My net price').text}")
    page.expect("lowest")
    return f"{ARTICLE} at {' and '.join(prices)} ({urlsplit(page.url).path})"


STEPS: tuple[Step, ...] = (
    ("A company registers", register),
    ("The supplier opens the account", open_account),
    ("A second supplier opens one", open_second_account),
    ("A search with a typo", search),
    ("The marketplace compares", compare),
)
