"""A customer orders: by quantity and unit, from a pasted list, at the checkout."""

from __future__ import annotations

from urllib.parse import urlsplit

from devkit.walk.journey import Journey, Step
from devkit.walk.pages import Unexpected


def fill_cart(journey: Journey) -> str:
    """Two boxes of screws go into the cart; a box is 100 pieces."""
    buyer = journey.person("buyer")
    journey.fact("account")
    page = buyer.get("/catalog/p/BF-1001/").expect("€0.52")
    form = page.form("cart-form")
    quantity, unit = form.names("quantity-")[0], form.names("unit-")[0]
    box = next(value for value, text in form.named(unit)[0].options if "100" in text)
    page = buyer.submit(page, form, {quantity: "2", unit: box}, press="Add to cart")
    page = buyer.get("/cart/")
    page.expect("BF-1001", "€104.00")
    journey.facts["cart"] = "filled"
    return f"BF-1001: {page.find(r'(€0[.]52)')} × 2 × 100 = €104.00"


def paste_lines(journey: Journey) -> str:
    """A list from a spreadsheet is pasted; its unknown line stays behind with a proposal."""
    buyer = journey.person("buyer")
    journey.fact("cart")
    page = buyer.get("/quick-order/")
    pasted = "BF-1003;400\nBF-1004\t1000\nBF-10005;50"
    page = buyer.submit(page, page.form("quick-form"), {"pasted": pasted}, press="Check the lines")
    page.expect("2 ready", "1 unknown")
    page = buyer.submit(page, page.form("quick-form"), press="Add the 2 lines")
    page.expect("2 lines are in the cart.", "No article has this reference.")
    text = page.find(r"(\d unknown)")
    cart = buyer.get("/cart/").expect("BF-1003", "BF-1004")
    net = cart.find(r"Total net (€[\d,.]+)")
    if net != "€236.00":
        raise Unexpected(f"the cart costs {net}, not €236.00")
    return f"2 lines added, {text} waits for correction; the cart is {net} net"


def check_out(journey: Journey) -> str:
    """The cart is ordered with the company's own number, to its address, at the amount that the button says."""
    buyer, number = journey.person("buyer"), f"CV-{journey.mark}"
    journey.fact("cart")
    page = buyer.get("/cart/")
    page = buyer.submit(page, page.form("cart-form"), press="Check out")
    page.expect("45 days")
    total = page.find(r"Order for (€[\d,.]+)")
    address = page.form("checkout-form").named("address")[0]
    values = {"po_number": number, "address": address.value}
    page = buyer.submit(page, page.form("checkout-form"), values, press="Order for")
    page.expect("your order is placed", number)
    if (placed := page.find(r"Total incl\. VAT (€[\d,.]+)")) != total:
        raise Unexpected(f"ordered for {total}, but the order says {placed}")
    journey.facts |= {"order": urlsplit(page.url).path, "po": number, "total": total}
    order = page.find(r"Order ([A-Z]\S+)")
    return f"order {order}, reference {number}, {total}, to {address.label}"


STEPS: tuple[Step, ...] = (
    ("Articles go into the cart", fill_cart),
    ("A list is pasted", paste_lines),
    ("The cart is ordered", check_out),
)
