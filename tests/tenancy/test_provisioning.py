"""A tenant's schema is a copy: complete, identical to a migrated one, and only its own role's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection

from core.errors import IllegalMove
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import clone, template
from tenants.enums import TenantState
from tenants.errors import SlugTaken
from tenants.models import Tenant
from tenants.revision import expected_revision, tenant_app_labels
from tenants.services import change_state, provision_tenant, request_tenant
from tests.world import BOT, World


def test_a_clone_is_identical_to_a_migrated_schema(world: World) -> None:
    with use_tenant(template.schema_only(settings.TENANT_TEMPLATE_SCHEMA)):
        migrated = clone.describe_structure(settings.TENANT_TEMPLATE_SCHEMA)
    schema = world.acme.scope.schema_name
    with use_tenant(template.schema_only(schema)):
        copied = clone.describe_structure(schema)
    assert all(migrated.values())
    assert copied == migrated


def test_requested_tenants_are_provisioned_by_the_job(world: World, drain: Callable[[], int]) -> None:
    with use_tenant(PLATFORM):
        tenant_id = request_tenant(slug="neuf", name="Neuf", kind="distributor", primary="#aa0000", actor=BOT)
        assert Tenant.objects.get(pk=tenant_id).state == TenantState.PROVISIONING
    assert drain() >= 1
    with use_tenant(PLATFORM):
        tenant = Tenant.objects.get(pk=tenant_id)
        assert (tenant.state, tenant.schema_revision) == (TenantState.ACTIVE, expected_revision())
        assert tenant.schema_name.startswith("t_")
        assert [t.to_state for t in tenant.transitions.all()] == ["active"]
    with use_tenant(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 8


def test_provisioning_twice_changes_nothing(world: World) -> None:
    with use_tenant(PLATFORM):
        provision_tenant(tenant_id=world.acme.id, actor=BOT)
        assert Tenant.objects.get(pk=world.acme.id).transitions.count() == 1


@pytest.mark.parametrize("slug", ["acme", "www", "portal"])
def test_a_taken_or_reserved_slug_is_refused(world: World, slug: str) -> None:
    with use_tenant(PLATFORM), pytest.raises(SlugTaken) as refusal:
        request_tenant(slug=slug, name="x", kind="supplier", primary="#114b5f", actor=BOT)
    assert refusal.value.field == "slug"
    with use_tenant(PLATFORM):
        assert Tenant.objects.count() == 2


def test_a_suspended_tenant_is_closed_and_can_reopen(world: World, browser: Callable[..., object]) -> None:
    with use_tenant(PLATFORM):
        change_state(tenant_id=world.acme.id, to=TenantState.SUSPENDED, actor=BOT, reason="unpaid")
    assert browser(world.acme.host).get("/sign-in/").status_code == 403  # type: ignore[attr-defined]
    with use_tenant(PLATFORM):
        change_state(tenant_id=world.acme.id, to=TenantState.ACTIVE, actor=BOT, reason="paid")
    assert browser(world.acme.host).get("/sign-in/").status_code == 200  # type: ignore[attr-defined]
    with use_tenant(PLATFORM), pytest.raises(IllegalMove):
        change_state(tenant_id=world.acme.id, to=TenantState.PROVISIONING, actor=BOT, reason="no")


def test_app_lists_are_disjoint(world: World) -> None:
    assert not set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        public = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [settings.TENANT_TEMPLATE_SCHEMA])
        tenant = {name for (name,) in cursor.fetchall()}
    assert public & tenant == {"django_migrations"}
    assert {name.split("_")[0] for name in tenant - {"django_migrations"}} == tenant_app_labels()
