"""After commit: an e-mail to those who wait for goods that are back, once, only about what they may see and order."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from accounts.models import CompanyUser
from catalog.queries import VariantInfo, variants_by_id
from core.events import handles
from customers.queries import customer_of
from inventory.alerts import OpenAlert, mark_told, open_alerts
from inventory.events import BackInStock
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from tenants import directory


@handles(BackInStock)
def back_in_stock(event: BackInStock) -> None:
    """Write one letter per person, then note that they were told; whoever may not see the goods waits on."""
    alerts = sorted(open_alerts(event.variant_ids), key=_company_of)
    for company_id, of_company in groupby(alerts, key=_company_of):
        found = list(of_company)
        customer = customer_of(company_id)
        if customer is None or not customer.is_approved:
            continue
        seen = variants_by_id([alert.variant_id for alert in found], customer.view)
        members = CompanyUser.objects.filter(company_id=company_id, user_id__in=[alert.user_id for alert in found])
        member_ids = set(members.values_list("user_id", flat=True))
        ready = [a for a in found if a.user_id in member_ids and a.variant_id in seen and seen[a.variant_id].is_active]
        for user_id, of_user in groupby(sorted(ready, key=_user_of), key=_user_of):
            _write(event, company_id, user_id, list(of_user), seen)


def _write(
    event: BackInStock, company_id: UUID, user_id: UUID, alerts: list[OpenAlert], seen: dict[UUID, VariantInfo]
) -> None:
    tenant = directory.find_by_id(event.tenant_id)
    if tenant is None:
        raise LookupError(f"no tenant {event.tenant_id}")
    goods = [seen[alert.variant_id] for alert in alerts]
    mail.send(
        "back_in_stock",
        event=event,
        about=Subject(SubjectKind.GOODS, goods[0].id, goods[0].sku if len(goods) == 1 else "", company_id),
        to=recipients.user(user_id),
        values={
            "supplier": tenant.name,
            "count": len(goods),
            "goods": lambda: [(info.sku, info.name) for info in goods],
            "link": f"{mail.origin(tenant.primary_domain)}/stock-alerts/",
        },
    )
    mark_told(alert_ids=[alert.id for alert in alerts])


def _company_of(alert: OpenAlert) -> UUID:
    return alert.company_id


def _user_of(alert: OpenAlert) -> UUID:
    return alert.user_id
