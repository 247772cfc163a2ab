"""Celery entry points."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task

from core.tenancy import use_tenant
from customers.vat import checks, numbers
from tenants.directory import active_tenants


@shared_task
def check_vat_everywhere() -> None:
    """On the schedule: let each tenant ask about the VAT numbers of its customers that are due."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            check_vat_due.delay()


@shared_task
def check_vat_due() -> None:
    """Each number of the current tenant that is due gets a task: one that fails stops no other."""
    for customer_id in checks.due():
        check_vat_number.delay(str(customer_id), int(timedelta(hours=1).total_seconds()))


@shared_task
def take_vat_number(company_id: str, number: str, before: str) -> None:
    """A company has another VAT number: all its suppliers take it over."""
    for tenant in active_tenants():
        with use_tenant(tenant.scope, party="tenant"):
            numbers.take_number(company_id=UUID(company_id), number=number, before=before)


@shared_task
def check_vat_number(customer_id: str, older_than_seconds: int = 0) -> None:
    """Ask the register about a customer's VAT number."""
    checks.ask(UUID(customer_id), older_than=timedelta(seconds=older_than_seconds))
