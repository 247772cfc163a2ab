"""Migrating all tenants: canary first, the rest in parallel, and from where it stopped."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from bench.extra_migration import added_column
from core.scope import PLATFORM
from core.tenancy import use_tenant
from inventory.models import Stock
from tenants import fleet, template
from tenants.models import Tenant
from tests.world import TenantWorld, World


def _columns(tenant: TenantWorld) -> list[str]:
    with use_tenant(tenant), connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = 'inventory_stock'",
            [tenant.scope.schema_name],
        )
        return [name for (name,) in cursor.fetchall()]


def _break(tenant: TenantWorld) -> None:
    """Make the migration fail in this schema only: the column is there already."""
    with use_tenant(template.schema_only(tenant.scope.schema_name)), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_stock ADD COLUMN colour varchar(20)")


def _repair(tenant: TenantWorld) -> None:
    with use_tenant(template.schema_only(tenant.scope.schema_name)), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_stock DROP COLUMN colour")


def test_every_tenant_gets_the_column_and_keeps_its_rows(committed_world: World) -> None:
    with use_tenant(committed_world.acme):
        before = Stock.objects.count()
    with added_column("inventory", "stock", "colour"):
        assert fleet.behind() == ["acme", "bolt"]
        report = fleet.migrate_fleet()
        assert sorted(report.migrated) == ["acme", "bolt"]
        assert fleet.behind() == []
        again = fleet.migrate_fleet()
        assert (again.migrated, sorted(again.unchanged)) == ([], ["acme", "bolt"])
    for tenant in (committed_world.acme, committed_world.bolt):
        assert "colour" in _columns(tenant)
    with use_tenant(committed_world.acme):
        assert Stock.objects.count() == before


def test_a_failing_canary_stops_everything(committed_world: World) -> None:
    _break(committed_world.bolt)
    with added_column("inventory", "stock", "colour"):
        with pytest.raises(fleet.CanaryFailed):
            fleet.migrate_fleet(canary="bolt")
        assert fleet.behind() == ["acme", "bolt"]
    assert "colour" not in _columns(committed_world.acme)


def test_one_tenant_behind_is_reported_and_caught_up_later(committed_world: World, browser: Any) -> None:
    _break(committed_world.bolt)
    with added_column("inventory", "stock", "colour"):
        report = fleet.migrate_fleet(canary="acme")
        assert (report.migrated, list(report.behind)) == (["acme"], ["bolt"])
        assert browser(committed_world.bolt.host).get("/sign-in/").status_code == 503
        assert browser(committed_world.acme.host).get("/sign-in/").status_code == 200
        _repair(committed_world.bolt)
        assert fleet.migrate_fleet(canary="acme").migrated == ["bolt"]
        assert browser(committed_world.bolt.host).get("/sign-in/").status_code == 200
    with use_tenant(PLATFORM):
        assert Tenant.objects.values("schema_revision").distinct().count() == 1
