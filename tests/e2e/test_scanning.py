"""A phone's camera reads labels into the quick order; Chromium films them for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from demo.goods import gtin
from devkit import browser
from devkit.walk.journey import Journey
from tests.e2e.acts import press, row
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.labels import code128, ean13, film
from tests.e2e.people import PATIENCE, People
from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

Filmed = Callable[[str], People]
PHONE = 390
VN_10104 = gtin("3760101", 104)


@pytest.fixture
def before_the_camera(stack: Stack, tmp_path: Path) -> Iterator[Filmed]:
    """Opens phones whose camera sees one label."""
    with ExitStack() as until_the_end:
        expect.set_options(timeout=PATIENCE)
        playwright = until_the_end.enter_context(sync_playwright())
        opened: list[People] = []

        def see(modules: str) -> People:
            camera = [
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film(tmp_path / 'label.mjpeg', modules)}",
            ]
            engine = playwright.chromium.launch(executable_path=browser.find(), args=[*ARGUMENTS, *camera])
            until_the_end.callback(engine.close)
            opened.append(People(engine, stack))
            return opened[-1]

        yield see
        complaints = [text for people in opened for text in people.close()]
        assert complaints == []


def scan(page: Page, said: str) -> None:
    """Press the button, wait until the label was read, go back with Esc."""
    page.get_by_role("button", name="Scan with the camera").click()
    dialog = page.get_by_role("dialog", name="Scan barcodes")
    expect(dialog.get_by_role("status")).to_contain_text(said)
    page.wait_for_timeout(2500)  # the label stays before the camera: it counts once
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.querySelector('[data-scan-video]').srcObject") is None, "the camera is off"


def test_a_phone_scans_and_orders(before_the_camera: Filmed, customer: Journey) -> None:
    person = before_the_camera(code128("BF-1003"))
    email, slug = customer.fact("buyer email"), customer.fact("slug")
    page = person(email, shop=slug, password=customer.password, start="/quick-order/", width=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert not [url for url in asked if "zxing" in url or "scan" in url], (
        "nothing of it is loaded before it is asked for"
    )
    scan(page, "1 · BF-1003")
    expect(page.locator("[name=pasted]")).to_have_value("BF-1003;1\n")
    press(page, "Check the lines")
    press(page, "Add the line that is ready")
    page.goto("/checkout/")
    page.get_by_role("radio").first.check()
    press(page, "Order for")
    expect(page.locator("main")).to_contain_text("Thank you, your order is placed.")
    expect(row(page, "BF-1003")).to_be_visible()


def test_a_trade_items_number_is_read(before_the_camera: Filmed) -> None:
    page = before_the_camera(ean13(VN_10104))(
        "claire@delmas.example", shop="visserie-nord", start="/quick-order/", width=PHONE
    )
    scan(page, f"1 · {VN_10104}")
    press(page, "Check the lines")
    expect(page.locator("#quick-form")).to_contain_text("1 ready")


def test_a_logistic_label_brings_its_quantity(before_the_camera: Filmed) -> None:
    label = f"020{VN_10104}37200\x1d10L2611"
    page = before_the_camera(code128(label, gs1=True))(
        "claire@delmas.example", shop="visserie-nord", start="/quick-order/", width=PHONE
    )
    scan(page, VN_10104)
    press(page, "Check the lines")
    form = page.locator("#quick-form")
    expect(form).to_contain_text("ready")
    expect(form).to_contain_text("lot L2611")
    expect(page.locator("[name=quantity]").last).to_have_value("200")
