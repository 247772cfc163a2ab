"""How Ateliers Delmas limits its spending: a ceiling for Julien, a rule of two steps, a cost centre with a budget."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from accounts.spending import services
from accounts.spending.rules import Predicate
from accounts.spending.services import BudgetData, CeilingData, TierData
from core.scope import PLATFORM
from core.tenancy import use_tenant
from demo.world import DemoWorld

#: Above this net amount an order needs its two approvals.
LIMIT = Decimal(5000)


def limit_spending(world: DemoWorld) -> None:
    """Set it up as Claire, who administers the company."""
    people = world.firms["Ateliers Delmas"].people
    claire, julien, helene = (people[f"{name}@delmas.example"] for name in ("claire", "julien", "helene"))
    with use_tenant(PLATFORM, company_id=claire.require_company()):
        services.add_ceiling(data=CeilingData("order", LIMIT, user_id=julien.user_id), actor=claire)
        tiers = [TierData(user_ids=[person.require_user()]) for person in (helene, claire)]
        predicate = Predicate(minimum=LIMIT, role="buyer")
        services.add_rule(name="Achats importants", predicate=predicate, tiers=tiers, actor=claire)
        centre = services.add_cost_centre(code="MAINT", name="Maintenance", actor=claire)
        year = BudgetData("year", timezone.localdate().replace(month=1, day=1), Decimal(40_000), "warn")
        services.add_budget(cost_centre_id=centre, data=year, actor=claire)
