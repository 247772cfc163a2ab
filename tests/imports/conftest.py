"""An import from file to report, through the use cases and the jobs behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Variant
from core.tenancy import use_tenant
from integrations.catalog_import import services
from integrations.catalog_import.jobs import mapping_of
from integrations.catalog_import.services import Choices
from integrations.models import CatalogImport, CatalogImportIssue
from pricing.models import Price
from tests.imports.files import csv_file
from tests.world import TenantWorld, World


@dataclass
class Importer:
    """Acme's staff at work on its imports."""

    tenant: TenantWorld
    drain: Callable[[], int]
    choices: dict[str, str] = field(default_factory=dict)

    def upload(self, file: SimpleUploadedFile | str) -> UUID:
        with use_tenant(self.tenant.scope):
            return services.upload(file=csv_file(file) if isinstance(file, str) else file, actor=self.tenant.staff)

    def check(
        self,
        file: SimpleUploadedFile | str,
        *,
        mapping: Mapping[int, str] | None = None,
        price_list: str = "",
        **settings: str,
    ) -> UUID:
        """Upload and check; ``mapping`` changes single columns."""
        import_id = self.upload(file)
        with use_tenant(self.tenant.scope):
            row = CatalogImport.objects.get(pk=import_id)
            chosen = {index: target for index, target in (mapping_of(row) | dict(mapping or {})).items() if target}
            services.check(
                import_id=import_id,
                choices=Choices(chosen, settings, price_list or row.price_list_code),
                actor=self.tenant.staff,
            )
        self.drain()
        return import_id

    def apply(self, import_id: UUID) -> None:
        with use_tenant(self.tenant.scope):
            services.apply(import_id=import_id, actor=self.tenant.staff)
        self.drain()

    def take(self, file: SimpleUploadedFile | str, **options: object) -> UUID:
        """Check and apply."""
        import_id = self.check(file, **options)  # type: ignore[arg-type]
        self.apply(import_id)
        return import_id

    def row(self, import_id: UUID) -> CatalogImport:
        with use_tenant(self.tenant.scope):
            return CatalogImport.objects.get(pk=import_id)

    def counts(self, import_id: UUID) -> tuple[int, int, int, int]:
        """Created, changed, unchanged, refused."""
        row = self.row(import_id)
        return (row.created_count, row.changed_count, row.unchanged_count, row.refused_count)

    def issues(self, import_id: UUID) -> list[tuple[int, str, str]]:
        """Line, column and code."""
        with use_tenant(self.tenant.scope):
            rows = CatalogImportIssue.objects.filter(catalog_import_id=import_id)
            return [(row.row_number, row.column, row.code) for row in rows]

    def variant(self, sku: str) -> Variant:
        with use_tenant(self.tenant.scope):
            return Variant.objects.select_related("product__brand", "product__category", "stock").get(sku=sku)

    def prices(self, sku: str) -> dict[str, str]:
        """Open prices by quantity."""
        with use_tenant(self.tenant.scope):
            rows = Price.objects.filter(variant__sku=sku, valid_to=None).order_by("min_quantity")
            return {f"{row.min_quantity.normalize():f}": f"{row.unit_price.normalize():f}" for row in rows}


@pytest.fixture
def importer(world: World, drain: Callable[[], int]) -> Importer:
    return Importer(world.acme, drain)
