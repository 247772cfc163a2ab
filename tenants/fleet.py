"""Migrating the fleet: ``public`` and the template by Django, every tenant by the statements that this produced.

A migration is rendered to SQL once, against the template, and run on each schema in one transaction together with its
record; a schema that has it already is passed over, so a run that was interrupted goes on where it stopped. The first
schema is the canary: when it fails nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder

from core.scope import PLATFORM
from core.tenancy import use_tenant
from tenants import directory, roles, template
from tenants.models import Tenant
from tenants.revision import expected_revision, tenant_app_labels

Progress = Callable[[str], None]


@dataclass(frozen=True)
class RenderedMigration:
    """A migration of a tenant app as statements."""

    app: str
    name: str
    statements: tuple[str, ...]


@dataclass
class FleetReport:
    """What became of a run: schemas that are up to date now, and those behind with the reason."""

    migrated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    behind: dict[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return not self.behind


def _silent(_line: str) -> None:
    """Progress that nobody reads."""


class CanaryFailed(RuntimeError):
    """The first tenant could not be migrated; no other was touched."""


def migrate_fleet(*, workers: int = 2, canary: str | None = None, progress: Progress = _silent) -> FleetReport:
    """Bring ``public``, the template and all tenants to this code's structure.

    ``canary`` is the slug of the tenant to try first. Raises CanaryFailed.
    """
    progress("public")
    template.migrate_public()
    with use_tenant(PLATFORM):
        roles.ensure_group_role()
    rendered = _migrate_template(progress)
    report = FleetReport()
    waiting = _tenants(canary)
    if waiting:
        _migrate_wave(waiting[:1], rendered, 1, report, progress)
        if report.behind:
            raise CanaryFailed(next(iter(report.behind.values())))
        _migrate_wave(waiting[1:], rendered, workers, report, progress)
    directory.forget_all()
    return report


def behind() -> list[str]:
    """Slugs of the tenants whose schema is not at this code's revision."""
    with use_tenant(PLATFORM):
        return list(
            Tenant.objects.exclude(schema_revision=expected_revision())
            .exclude(schema_revision="")
            .order_by("slug")
            .values_list("slug", flat=True)
        )


def _tenants(canary: str | None) -> list[tuple[str, str, str]]:
    with use_tenant(PLATFORM):
        rows = Tenant.objects.exclude(schema_revision="").order_by("created_at")
        found = [(t.slug, t.schema_name, t.schema_revision) for t in rows]
    return sorted(found, key=lambda row: row[0] != canary) if canary else found


def _migrate_template(progress: Progress) -> tuple[RenderedMigration, ...]:
    """Migrate the template and answer every migration of the tenant apps, rendered, in order."""
    progress("template")
    schema = settings.TENANT_TEMPLATE_SCHEMA
    template.migrate_schema(schema)
    with use_tenant(template.schema_only(schema)):
        executor: Any = MigrationExecutor(connection)
        leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] in tenant_app_labels()]
        plan = executor.migration_plan(leaves, clean_start=True)
        oldest = _oldest_applied()
        state = executor._create_project_state()  # noqa: SLF001  (as django.core.management.commands.migrate does)
        rendered = []
        for migration, _backwards in plan:
            if migration.app_label not in tenant_app_labels() or (migration.app_label, migration.name) in oldest:
                state = migration.mutate_state(state, preserve=False)
            else:
                rendered.append(_render(migration, state))
                state = migration.mutate_state(state, preserve=False)
    return tuple(rendered)


def _oldest_applied() -> set[tuple[str, str]]:
    """Migrations that every tenant has: nothing to render for them."""
    with use_tenant(PLATFORM):
        stale = Tenant.objects.exclude(schema_revision__in=("", expected_revision()))
        schemas = list(stale.values_list("schema_name", flat=True))
    common: set[tuple[str, str]] | None = None
    for schema in schemas:
        with use_tenant(template.schema_only(schema)):
            applied = set(MigrationRecorder(connection).applied_migrations())
        common = applied if common is None else common & applied
    if common is None:
        with use_tenant(template.schema_only(settings.TENANT_TEMPLATE_SCHEMA)):
            return set(MigrationRecorder(connection).applied_migrations())
    return common


def _render(migration: Migration, state: Any) -> RenderedMigration:
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
        statements = tuple(line for line in editor.collected_sql if line and not line.startswith("--"))
    return RenderedMigration(migration.app_label, migration.name, statements)


def _migrate_wave(
    tenants: Sequence[tuple[str, str, str]],
    rendered: Sequence[RenderedMigration],
    workers: int,
    report: FleetReport,
    progress: Progress,
) -> None:
    expected = expected_revision()
    stale = [(slug, schema) for slug, schema, revision in tenants if revision != expected]
    report.unchanged += [slug for slug, _schema, revision in tenants if revision == expected]

    def run(item: tuple[str, str]) -> tuple[str, str]:
        slug, schema = item
        try:
            _migrate_one(schema, rendered)
        except Exception as error:  # one tenant's trouble must not stop the others; it is reported
            return slug, f"{type(error).__name__}: {error}"
        return slug, ""

    if workers <= 1 or len(stale) <= 1:
        results = map(run, stale)
        _collect(results, report, progress)
        return
    with ThreadPoolExecutor(max_workers=workers) as pool:
        _collect(pool.map(run, stale), report, progress)
        list(pool.map(lambda _n: connection.close(), range(workers)))


def _collect(results: Iterable[tuple[str, str]], report: FleetReport, progress: Progress) -> None:
    for slug, problem in results:
        if problem:
            report.behind[slug] = problem
            progress(f"{slug}: behind, {problem}")
        else:
            report.migrated.append(slug)
            progress(slug)


def _migrate_one(schema: str, rendered: Sequence[RenderedMigration]) -> None:
    """Bring one schema up to date in one transaction: statements, their record, the tenant's revision."""
    with use_tenant(template.schema_only(schema)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
            for migration in rendered:
                if (migration.app, migration.name) in applied:
                    continue
                if migration.statements:
                    cursor.execute("\n".join(migration.statements))
                cursor.execute(
                    "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())",
                    [migration.app, migration.name],
                )
        with use_tenant(PLATFORM):
            Tenant.objects.filter(schema_name=schema).update(schema_revision=expected_revision())
