"""How long a new tenant takes, and how long one added column takes on a hundred tenants."""

from __future__ import annotations

import time
from uuid import UUID

from django.conf import settings
from django.db import connection

from bench.extra_migration import added_column
from bench.harness import Bench, Outcome, Timings
from core.actor import system
from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import fleet, template
from tenants.enums import TenantState
from tenants.models import Tenant
from tenants.revision import expected_revision
from tenants.services import provision_tenant, request_tenant

TENANTS = 100
MIGRATION_RUNS = 5
ACTOR = system("bench")


def run(bench: Bench) -> Outcome:
    """Provision a hundred tenants, each timed; then migrate them all, several times, with one more column each time."""
    clones = Timings([_provision(n) for n in range(TENANTS)])
    bench.say(f"{TENANTS} tenants provisioned")
    with use_tenant(PLATFORM):
        assert Tenant.objects.filter(state=TenantState.ACTIVE).count() == TENANTS
    rounds = Timings([_migrate(bench, n) for n in range(MIGRATION_RUNS)])
    return Outcome(
        metrics={
            "clone_s": clones.median_s,
            "clone_p95_s": clones.p95_s,
            "tables": template.blueprint().tables,
            "fleet100_migrate_s": rounds.median_s,
        },
        data={"tenants": TENANTS, "migration_runs": MIGRATION_RUNS},
        runs=TENANTS,
    )


def _provision(number: int) -> float:
    """Seconds from an approved request to an active tenant."""
    with use_tenant(PLATFORM):
        tenant_id: UUID = request_tenant(
            slug=f"bench-{number}", name=f"Bench {number}", kind="supplier", primary="#114b5f", actor=ACTOR
        )
        start = time.perf_counter()
        provision_tenant(tenant_id=tenant_id, actor=ACTOR)
        return time.perf_counter() - start


def _migrate(bench: Bench, number: int) -> float:
    """Seconds to bring the fleet to a release that adds one column; the column is taken away again afterwards."""
    column = f"bench_{number}"
    with added_column("inventory", "stock", column):
        start = time.perf_counter()
        report = fleet.migrate_fleet(workers=2)
        seconds = time.perf_counter() - start
        assert (len(report.migrated), report.behind) == (TENANTS, {}), report
        _assert_everywhere(column)
    bench.say(f"round {number + 1}: {seconds:.2f} s")
    _forget(column)
    return seconds


def _assert_everywhere(column: str) -> None:
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'inventory_stock' AND column_name = %s",
            [column],
        )
        assert cursor.fetchone()[0] == TENANTS + 1


def _forget(column: str) -> None:
    """Back to the release before: no such column, no such migration, the old revision."""
    with use_tenant(PLATFORM):
        schemas = [settings.TENANT_TEMPLATE_SCHEMA, *Tenant.objects.values_list("schema_name", flat=True)]
        Tenant.objects.update(schema_revision=expected_revision())
    for schema in schemas:
        with use_tenant(template.schema_only(schema)), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE inventory_stock DROP COLUMN {column}")
            cursor.execute("DELETE FROM django_migrations WHERE name = %s", [f"9999_{column}"])
