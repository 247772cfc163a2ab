"""How the walk reads pages and tells what it saw; the walk itself is ``./dev demo --check``."""

from __future__ import annotations

import pytest
from stdnum.fr import siren as numbers

from devkit.announce import LOGINS
from devkit.walk import journey as way
from devkit.walk.browser import Site
from devkit.walk.journey import Journey
from devkit.walk.pages import Unexpected, amounts, read

PAGE = """
<nav><a href="/orders/">Orders</a></nav><script>var x = "€9.99";</script>
<form id="cart" method="post" action="/cart/"><input type="hidden" name="csrf" value="t">
  <label for="n">Number</label><input id="n" name="number" value="1">
  <textarea name="note">
a
 b</textarea>
  <select name="unit"><option value="H87">piece</option><option value="XBX" selected>box of 100</option></select>
  <label><input type="checkbox" name="to" value="1"> Acme</label>
  <label><input type="checkbox" name="to" value="2" checked> Bolt</label>
  <input name="off" value="x" disabled>
  <button name="remove" value="7">✕</button>
</form>
<button form="cart" formaction="/later/">Put aside</button>
<table><tr id="r"><td data-label="Price">€1,204.50</td><td><a href="p/1/">BF-1</a></td></tr></table>
<section data-live-topics="order-1 orders">Total net €3.00</section>
"""


@pytest.fixture
def page():
    return read("http://shop.localhost/cart/", 200, PAGE)


def test_a_form_is_sent_as_a_browser_sends_it(page):
    form = page.form("cart")
    form.fill({"number": "5", "to": [form.choice("to", "Acme")]})
    assert form.data(form.button("remove=7")) == [
        ("csrf", "t"),
        ("number", "5"),
        ("note", "a\n b"),
        ("unit", "XBX"),
        ("to", "1"),
        ("remove", "7"),
    ]
    assert form.button("Put aside").action == "/later/"
    assert form.choice("unit", "box") == "XBX"


@pytest.mark.parametrize("values", [{"off": "1"}, {"unit": "XPX"}, {"to": "3"}, {"number": ["1", "2"]}])
def test_what_a_person_could_not_do_is_refused(page, values):
    with pytest.raises(Unexpected):
        page.form("cart").fill(values)


def test_which_button_must_be_said_where_there_are_several(page):
    with pytest.raises(Unexpected):
        page.form("cart").button("")


def test_text_links_rows_and_topics_are_read(page):
    assert page.find(r"Total net (€[\d.]+)") == "€3.00"
    assert "€9.99" not in page.text
    assert page.link("/orders/") == "http://shop.localhost/orders/"
    assert page.row("BF-1").links == ["http://shop.localhost/cart/p/1/"]
    assert list(amounts(page.row("BF-1").text)) == ["€1,204.50"]
    assert page.topics == ["order-1", "orders"]
    with pytest.raises(Unexpected, match="does not say"):
        page.expect("Thank you")


def test_a_step_that_fails_is_told_and_those_that_need_it_are_not_walked(tmp_path, capsys):
    def fail(journey):
        raise Unexpected("the page is empty")

    steps = [("One", fail), ("Two", lambda journey: journey.fact("order")), ("Three", lambda _journey: "fine")]
    assert not way.walk(Journey(Site("localhost", 1), tmp_path), steps)
    said = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in said] == ["✗ One", "✗ Two", "✓ Thr"]
    assert "the page is empty" in said[0]
    assert "not walked: order is not there" in said[1]


def test_logins_are_read_from_what_the_demo_prints(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path))
    lines = "Password of everybody: secret\n  o@x.example   operator   http://localhost:1/operator/\n"
    (tmp_path / LOGINS).write_text(lines)
    journey = way.prepare(Site("localhost", 1))
    assert journey.password == "secret"
    assert journey.email_of("operator") == "o@x.example"
    with pytest.raises(Unexpected):
        journey.email_of("owner")


def test_company_numbers_are_valid():
    assert all(numbers.is_valid(way.siren()) for _n in range(20))
