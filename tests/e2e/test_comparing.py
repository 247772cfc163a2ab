"""Products side by side on a phone: nothing is cut and nothing scrolls sideways."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import People
from tests.e2e.test_pages import TOURS, faults_of, show_all

pytestmark = pytest.mark.browser

WIDTH = 360
CUT = """width => [...document.querySelectorAll('.compare, .compare *:not(.vh, .vh *)')]
  .filter(one => one.getBoundingClientRect().width && !one.closest('caption'))
  .filter(one => (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      && getComputedStyle(one).display !== 'inline'
    || one.getBoundingClientRect().right > width)
  .map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("count", [2, 5])
def test_a_comparison_is_read_on_a_phone_without_scrolling_sideways(person: People, count: int) -> None:
    buyer = person(TOURS["marketplace"].email, width=WIDTH, start="/search/?q=vis")
    lines = [box.input_value() for box in buyer.locator("[name=line]").all()[:count]]
    buyer.goto(f"/compare/?{urlencode({'line': lines}, doseq=True)}")
    expect(buyer.get_by_role("columnheader")).to_have_count(count)
    expect(buyer.get_by_role("rowheader").first).to_be_visible()
    assert buyer.evaluate(CUT, WIDTH) == []
    assert _labels_stand_above(buyer)
    show_all(buyer, WIDTH)
    assert faults_of(buyer, lang="en", width=WIDTH) == []


def _labels_stand_above(page: Page) -> bool:
    row = page.locator(".compare tbody tr").first
    label, value = row.locator("th").bounding_box(), row.locator("td").first.bounding_box()
    return bool(label and value and label["y"] + label["height"] <= value["y"] + 1)
