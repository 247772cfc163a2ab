"""Reactions to changes of what is searched."""

from __future__ import annotations

from catalog.events import CatalogChanged
from catalog.outline import forget_outline
from core.events import handles
from core.tenancy import use_tenant
from search import indexing, tasks
from search.events import SynonymsChanged
from search.synonyms import forget_dictionary
from tenants import directory
from tenants.enums import TenantState
from tenants.events import TenantChanged

LARGEST = 2_000
"""Above this many variants the whole index is built anew, by a worker."""


@handles(CatalogChanged)
def index_catalog(event: CatalogChanged) -> None:
    """Bring changed variants up to date in both indexes. Reads what is true now, so it may run again."""
    forget_outline()
    if event.variant_ids and len(event.variant_ids) <= LARGEST:
        indexing.write_variants(tenant_id=event.tenant_id, variant_ids=event.variant_ids)
    else:
        tasks.rebuild_shop.delay(str(event.tenant_id))


@handles(TenantChanged)
def show_or_withdraw(event: TenantChanged) -> None:
    """A suspended tenant's products leave the marketplace; they come back with it."""
    tenant = directory.find_by_id(event.tenant_id)
    if tenant is None or tenant.state not in (TenantState.ACTIVE, TenantState.SUSPENDED):
        return
    with use_tenant(tenant):
        if tenant.state == TenantState.SUSPENDED:
            indexing.withdraw()
        elif not indexing.is_on_marketplace(tenant.id):
            tasks.rebuild_shop.delay(str(tenant.id))


@handles(SynonymsChanged)
def forget_synonyms(_event: SynonymsChanged) -> None:
    """Once more after the commit: somebody may have read and kept the old ones in between."""
    forget_dictionary()
