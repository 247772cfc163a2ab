"""The exchange tables: a query that forgets its filter shows nobody else's row, not even to the tables' owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from core.scope import OPERATOR, PLATFORM
from core.tenancy import use_tenant
from marketplace.models import Document
from rfq.models import RFQ, Invitation
from tests.world import CompanyWorld, TenantWorld, World


def _request(company: CompanyWorld, *tenants: TenantWorld) -> None:
    with use_tenant(PLATFORM, company_id=company.id):
        request = RFQ.objects.create(
            company_id=company.id,
            company_name=company.name,
            number="DV-2026-00001",
            title="Vis",
            deadline_at=timezone.now() + timedelta(days=3),
            created_by_id=company.admin.id,
            created_by_name=company.admin.name,
        )
        for tenant in tenants:
            Invitation.objects.create(rfq=request, company_id=company.id, tenant_id=tenant.id, tenant_name=tenant.name)


def test_each_party_sees_its_own_rows_without_any_filter(world: World) -> None:
    _request(world.delmas, world.acme, world.bolt)
    _request(world.lecomte, world.acme)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        assert RFQ.objects.count() == 1
        assert Invitation.objects.count() == 2
    with use_tenant(world.bolt, party="tenant"):
        assert RFQ.objects.count() == 1
        assert [i.tenant_id for i in Invitation.objects.all()] == [world.bolt.id]
    with use_tenant(world.acme, party="tenant"):
        assert RFQ.objects.count() == 2
        assert {i.tenant_id for i in Invitation.objects.all()} == {world.acme.id}
    with use_tenant(PLATFORM, company_id=world.nouvelle.id):
        assert RFQ.objects.count() == 0
    with use_tenant(OPERATOR):
        assert RFQ.objects.count() == 2


def test_the_owner_of_the_tables_is_bound_too(world: World) -> None:
    _request(world.delmas, world.acme)
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT current_user = tableowner FROM pg_tables WHERE tablename = 'rfq_rfq'")
        assert cursor.fetchone()[0] is True
        cursor.execute("SELECT count(*) FROM rfq_rfq")
        assert cursor.fetchone()[0] == 0


def test_nobody_writes_in_anothers_name(world: World) -> None:
    with use_tenant(world.acme, party="tenant"), pytest.raises(ProgrammingError), transaction.atomic():
        Document.objects.create(
            company_id=world.delmas.id,
            tenant_id=world.bolt.id,
            tenant_name="x",
            kind="order",
            object_id=world.delmas.id,
            number="CO-1",
            state="placed",
        )


def test_every_exchange_table_is_behind_the_wall(world: World) -> None:
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
            "AND relkind = 'r' AND (relname LIKE 'rfq\\_%' OR relname LIKE 'marketplace\\_%') "
            "AND NOT (relrowsecurity AND relforcerowsecurity)"
        )
        assert cursor.fetchall() == []
