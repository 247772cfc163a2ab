"""Whether the indexes hold what the catalogues have, and bringing back into line what differs.

Compares digests, so it reads every document of a tenant once and writes only the different ones. What changes while it
looks may be counted as different; repairing looks once more until nothing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core.tenancy import use_tenant
from search import indexing
from search.documents import Doc
from search.engine import MARKETPLACE, engine, index_name
from search.errors import IndexOutdatedError
from tenants.directory import TenantInfo, active_tenants

MOST_LOOKS = 3
SETTLING_S = 600.0


@dataclass(frozen=True, slots=True)
class Findings:
    """An index held against the database: keys of documents it lacks, has too many, and has in another version.

    ``is_unreadable``: other code has built the index, nothing of it can be used.
    """

    index: str
    documents: int = 0
    missing: frozenset[str] = frozenset()
    extra: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()
    is_unreadable: bool = False

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.extra or self.outdated or self.is_unreadable)

    @property
    def count(self) -> int:
        """How many documents are not as they should be."""
        return self.documents if self.is_unreadable else len(self.missing) + len(self.extra) + len(self.outdated)


@dataclass(slots=True)
class _Wanted:
    """What the indexes should hold of one tenant: digests by key."""

    shop: dict[str, int] = field(default_factory=dict)
    marketplace: dict[str, int] = field(default_factory=dict)


def check(tenants: Sequence[TenantInfo], *, everywhere: bool) -> list[Findings]:
    """The index of each tenant, then the marketplace's.

    ``everywhere``: these are all tenants that are open for business, so that nothing else belongs on the marketplace;
    otherwise only what it holds of these tenants' goods is looked at.
    """
    wanted = {tenant.id: _wanted(tenant) for tenant in tenants}
    shops = [_compare(index_name(tenant.id), wanted[tenant.id].shop) for tenant in tenants]
    shared = {key: digest for one in wanted.values() for key, digest in one.marketplace.items()}
    return [*shops, _compare(MARKETPLACE, shared, within=None if everywhere else _all_keys(tenants))]


def repair(tenants: Sequence[TenantInfo], *, everywhere: bool) -> tuple[list[Findings], list[Findings]]:
    """Check, write what differs, and look again. Returns what was found first and what is left.

    Raises IndexBusyError, WriteFailedError, WriteTimeoutError.
    """
    first = left = check(tenants, everywhere=everywhere)
    for _look in range(MOST_LOOKS):
        if all(findings.is_clean for findings in left):
            break
        _repair_marketplace(tenants, left[-1])  # first: a shop that is built anew writes there as well
        for tenant, findings in zip(tenants, left, strict=False):
            _repair_shop(tenant, findings)
        left = check(tenants, everywhere=everywhere)
    return first, left


def _wanted(tenant: TenantInfo) -> _Wanted:
    found = _Wanted()
    with use_tenant(tenant):
        for documents in indexing.all_documents(tenant.id):
            found.shop |= {doc.pk: doc.digest for doc in documents.shop}
            found.marketplace |= {doc.pk: doc.digest for doc in documents.marketplace}
    return found


def _compare(index: str, wanted: Mapping[str, int], within: frozenset[str] | None = None) -> Findings:
    try:
        found = engine().digests(index)
    except IndexOutdatedError:
        return Findings(index, len(wanted), is_unreadable=True)
    known = found.keys() if within is None else found.keys() & within
    return Findings(
        index,
        documents=len(wanted),
        missing=frozenset(wanted.keys() - found.keys()),
        extra=frozenset(known - wanted.keys()),
        outdated=frozenset(key for key in wanted.keys() & found.keys() if wanted[key] != found[key]),
    )


def _all_keys(tenants: Iterable[TenantInfo]) -> frozenset[str]:
    """Goods of these tenants in any state."""
    keys: set[str] = set()
    for tenant in tenants:
        with use_tenant(tenant):
            keys.update(map(str, indexing.all_ids()))
    return frozenset(keys)


def _repair_shop(tenant: TenantInfo, findings: Findings) -> None:
    if findings.is_clean:
        return
    with use_tenant(tenant):
        if findings.is_unreadable:
            indexing.rebuild_shop(tenant_id=tenant.id)
            return
        for documents in indexing.documents_in_chunks(tenant.id, _keys(findings)):
            _write(findings.index, documents.shop)
    _delete(findings.index, findings.extra)


def _repair_marketplace(tenants: Sequence[TenantInfo], findings: Findings) -> None:
    if findings.is_clean:
        return
    if findings.is_unreadable:
        indexing.rebuild_marketplace([(tenant.id, tenant) for tenant in active_tenants()])
        return
    keys = _keys(findings)
    for tenant in tenants if keys else ():
        with use_tenant(tenant):
            for documents in indexing.documents_in_chunks(tenant.id, keys):
                _write(MARKETPLACE, documents.marketplace)
    _delete(MARKETPLACE, findings.extra)


def _keys(findings: Findings) -> list[UUID]:
    return sorted(UUID(key) for key in findings.missing | findings.outdated)


def _write(index: str, docs: Sequence[Doc]) -> None:
    """Write and wait, so that the next look sees it."""
    engine().wait(engine().write(index, docs), SETTLING_S)


def _delete(index: str, keys: Iterable[str]) -> None:
    gone = sorted(keys)
    for start in range(0, len(gone), indexing.CHUNK):
        engine().wait(engine().write(index, (), gone[start : start + indexing.CHUNK]), SETTLING_S)
