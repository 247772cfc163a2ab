"""Agreements for tests: signed as an accepted offer signs them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from agreements.models import AgreementLine
from agreements.services import NewAgreement, NewLine, Period, sign
from core.tenancy import use_tenant
from customers.queries import require_approved
from tests.world import CompanyWorld, TenantWorld


def period(days: int = 365, *, begins_in: int = 0) -> Period:
    """From today, or some days later, on."""
    today = timezone.localdate()
    return Period(today + timedelta(days=begins_in), today + timedelta(days=days))


def line(tenant: TenantWorld, sku: str, price: str, quantity: int, *, factor: int = 1, **more: Any) -> NewLine:
    """An article at a price per base unit; ``factor`` is what the quoted unit holds."""
    unit = "H87" if factor == 1 else "XBX"
    quoted, committed = Decimal(price) * factor, Decimal(quantity)
    goods = (tenant.variants[sku], sku, sku, unit, Decimal(factor), "H87")
    return NewLine(*goods, quoted, Decimal(price), committed, **more)


def new_agreement(*lines: NewLine, **changes: Any) -> NewAgreement:
    net = sum((one.unit_price * one.committed_quantity for one in lines), Decimal(0))
    values: dict[str, Any] = {
        "rfq_id": uuid4(),
        "quote_version_id": uuid4(),
        "content_hash": "a" * 64,
        "currency": "EUR",
        "net_amount": net,
        "lines": lines,
    }
    return NewAgreement(**{**values, **changes})


def signed(
    tenant: TenantWorld, company: CompanyWorld, *lines: NewLine, within: Period | None = None, **more: Any
) -> UUID:
    """An agreement of a company with a supplier."""
    with use_tenant(tenant.scope, company_id=company.id):
        customer = require_approved(company.buyer)
        data = new_agreement(*lines, **more)
        return sign(data=data, period=within or period(), customer=customer, actor=company.buyer)


def left(tenant: TenantWorld, sku: str) -> Decimal:
    """What is left of an article."""
    with use_tenant(tenant.scope, party="tenant"):
        return AgreementLine.objects.get(sku=sku).remaining
