"""A company comes to the marketplace: it registers, and asks several suppliers for an account at once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from accounts.services import CompanyData, create_user
from core.db import atomic
from core.tenancy import use_tenant
from customers.services import Login, register_buyer, request_account
from orders.errors import SupplierClosed
from tenants.directory import find_by_id, is_open


@atomic
def register_and_ask(*, data: CompanyData, user_id: UUID, tenant_ids: Collection[UUID], message: str = "") -> UUID:
    """Register a company, make the user its administrator and ask these suppliers for an account; the company's id.

    All or nothing. Raises SupplierClosed at ``suppliers``, MissingLegalNumber, InvalidLegalNumber,
    CompanyExists. Emits CompanyRegistered, AccountRequested at each supplier.
    """
    actor = register_buyer(data=data, user_id=user_id)
    for tenant in map(find_by_id, sorted(tenant_ids)):
        if tenant is None or not is_open(tenant):
            raise SupplierClosed(field="suppliers")
        with use_tenant(tenant.scope, company_id=actor.company_id):
            request_account(company_id=actor.require_company(), actor=actor, message=message)
    return actor.require_company()


@atomic
def register_newcomer_and_ask(
    *, login: Login, data: CompanyData, tenant_ids: Collection[UUID], message: str = ""
) -> UUID:
    """The same with a login for who has none; answers the user's id. Raises EmailTaken, too."""
    user_id = create_user(email=login.email, password=login.password, name=login.name, language=login.language)
    register_and_ask(data=data, user_id=user_id, tenant_ids=tenant_ids, message=message)
    return user_id
