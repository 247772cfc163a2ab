"""What a buyer of the example world orders again and again: a purchase list, and a recurring order of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import CompanyAddress
from core.tenancy import use_tenant
from customers.queries import require_approved
from demo.world import DemoWorld
from orders.enums import Frequency, ListSharing
from orders.lines import NewLine
from orders.purchase_lists import services as lists
from orders.purchase_lists.services import ListLine
from orders.recurring import services as recurring
from orders.recurring.schedule import Schedule
from orders.recurring.services import Wanted

HABITS = (
    ("visserie-nord", "Ateliers Delmas", "Atelier soudure", ((3, 400), (17, 200), (80, 500)), 1),
    ("visserie-nord", "BatiNord", "Chantier type", ((120, 600), (210, 400), (300, 800)), 2),
)


def settle(world: DemoWorld) -> None:
    """Each buyer's first person keeps a list that its company may read, and has it ordered every so many weeks."""
    for seller, buyer, name, goods, weeks in HABITS:
        shop, firm = world.shops[seller], world.firms[buyer]
        actor = next(iter(firm.people.values()))
        with use_tenant(shop.scope, company_id=firm.company_id):
            customer = require_approved(actor)
            list_id = lists.create_list(actor=actor, customer=customer, name=name, sharing=ListSharing.READ)
            lines = [
                ListLine(NewLine(shop.variants[shop.goods[place].row.sku], "", Decimal(quantity)))
                for place, quantity in goods
            ]
            lists.add_lines(actor=actor, customer=customer, list_id=list_id, lines=lines)
            today = timezone.localdate()
            address_id = CompanyAddress.objects.filter(company_id=firm.company_id).values_list("pk", flat=True)[0]
            schedule = Schedule(Frequency.WEEKS, weeks, today + timedelta(days=5))
            wanted = Wanted(
                list_id,
                schedule,
                address_id,
                po_number="ABO",
                price_guard=Decimal("0.05"),
                cost_centre_code="MAINT" if name == "Atelier soudure" else "",
            )
            recurring.create(actor=actor, customer=customer, wanted=wanted, today=today)
