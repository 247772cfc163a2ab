"""Why this price: on the product's page, in the cart, and for any quantity; the conditions and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.visibility import Target
from catalog.visibility_rules import save_visibility_rule
from core.tenancy import use_tenant
from customers.queries import require_approved
from orders import carts
from orders.lines import NewLine
from pricing.parties import Party
from pricing.rules import RuleData, save_rule
from pricing.settings import Cost, set_costs
from tests.world import BOT, World

SECRETS = ("RULE-SECRET", "0.31", "0.2222", "floor", "margin", "Tarif Lecomte")


@pytest.fixture
def discounted(world: World) -> World:
    """Delmas gets 60 % off from 100 pieces on, held by a floor; the name of the rule is nobody's business."""
    with use_tenant(world.acme.scope, party="tenant"):
        rule = RuleData("RULE-SECRET", rate=Decimal("0.6"), min_quantity=Decimal(100))
        save_rule(data=rule, actor=BOT)
        save_rule(data=RuleData("RULE-SECRET 2", rate=Decimal("0.7"), min_quantity=Decimal(5000)), actor=BOT)
        cost = Cost(Decimal("0.2222"), Decimal("0.31"))
        set_costs(costs={world.acme.variants["VN-1001"]: cost}, currency="EUR", actor=BOT)
        hidden = Party(customer_id=world.acme.customers["lecomte"])
        save_rule(data=RuleData("RULE-SECRET 3", rate=Decimal("0.9"), party=hidden), actor=BOT)
    return world


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_products_page_says_it(discounted: World, browser: Any) -> None:
    page = text(browser(discounted.acme.host, discounted.delmas.admin).get("/catalog/p/VN-1001/"))
    assert "Why this price?" in page
    assert "Price list Tarif public" in page
    reasons = page.partition('id="why"')[2].partition("</details>")[0]
    for secret in (*SECRETS, "−90", "90%"):
        assert secret not in reasons
    assert "from 100 pieces" in reasons, "what a larger order would reach"
    assert "Why this price?" not in text(browser(discounted.acme.host).get("/catalog/p/VN-1001/"))


def test_any_quantity(discounted: World, browser: Any) -> None:
    buyer = browser(discounted.acme.host, discounted.delmas.admin)
    path = f"/catalog/price/{discounted.acme.variants['VN-1001']}/"
    page = text(buyer.get(f"{path}?quantity=200"))
    main = page.partition("<main")[2]
    assert "Discount −38%" in main, "what the floor leaves of 60 %"
    assert "€0.31" in main, "the price itself"
    for secret in ("RULE-SECRET", "0.2222", "floor", "margin", "60%"):
        assert secret not in main
    assert "5,000 pieces" in main
    wrong = buyer.get(f"{path}?quantity=abc")
    assert (wrong.status_code, "This is not a number." in text(wrong)) == (422, True)
    french = browser(discounted.acme.host, discounted.delmas.admin, language="fr")
    assert french.get(f"{path}?quantity=12,5").status_code == 200


def test_the_cart_says_it_in_a_line(discounted: World, browser: Any) -> None:
    buyer = discounted.delmas.buyer
    with use_tenant(discounted.acme.scope, company_id=discounted.delmas.id):
        lines = [NewLine(discounted.acme.variants["VN-1001"], "", Decimal(600))]
        carts.add_lines(actor=buyer, customer=require_approved(buyer), lines=lines)
    page = text(browser(discounted.acme.host, discounted.delmas.admin).get("/cart/"))
    assert "Tarif public, from 500 pieces, −22.5%" in page
    assert f"/catalog/price/{discounted.acme.variants['VN-1001']}/?quantity=600" in page
    assert "RULE-SECRET" not in page


def test_nobody_without_prices_and_nothing_that_is_hidden(world: World, browser: Any) -> None:
    path = f"/catalog/price/{world.acme.variants['VN-1001']}/"
    assert browser(world.acme.host).get(path).status_code == 303
    assert browser(world.acme.host, world.nouvelle.admin).get(path).status_code == 404
    buyer = browser(world.acme.host, world.delmas.admin)
    assert buyer.get(path).status_code == 200
    with use_tenant(world.acme.scope, party="tenant"):
        customer_id = world.acme.customers["delmas"]
        save_visibility_rule(target=Target.EVERYTHING, is_visible=False, customer_id=customer_id, actor=BOT)
    assert buyer.get(path).status_code == 404
