"""What the operator's first page shows, put together from the apps below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting, outbox
from core.failures import failed_count
from core.money import ZERO, most
from marketplace.volume import Volume, volume_per_tenant
from tenants.queries import TenantRow, tenants
from vendors.queries import ApplicationRow, applications


@dataclass(frozen=True)
class TenantVolume:
    """A tenant with its volume of the last 30 days.

    ``share`` is its part of the largest, in whole percent, in the currency in which most was ordered.
    """

    tenant: TenantRow
    orders_text: str
    amount_text: str
    last_text: str
    share: int


@dataclass(frozen=True)
class Overview:
    tenants: list[TenantVolume]
    waiting: list[ApplicationRow]
    active_text: str
    amount_text: str
    outbox_age_text: str
    outbox_note: str
    outbox_tone: str
    failed_text: str
    failed_tone: str


def tenant_volumes() -> list[TenantVolume]:
    """All tenants with their volume, largest first; three statements."""
    return _ranked(volume_per_tenant())


def overview() -> Overview:
    """Tenants, applications, volume, age of the outbox, failed jobs."""
    volumes = volume_per_tenant()
    rows = _ranked(volumes)
    health = outbox.health()
    failed = failed_count()
    waiting = [row for row in applications() if row.is_open]
    active = sum(row.tenant.is_active for row in rows)
    return Overview(
        tenants=rows,
        waiting=waiting,
        active_text=f"{formatting.number(active)} / {formatting.number(len(rows))}",
        amount_text=formatting.total(_sums(volumes)),
        outbox_age_text=_("%(seconds)s s") % {"seconds": formatting.number(round(Decimal(health.oldest_seconds), 1))},
        outbox_note=ngettext("%(count)s event waiting", "%(count)s events waiting", health.waiting)
        % {"count": formatting.number(health.waiting)},
        outbox_tone="bad" if health.oldest_seconds > 60 else "",
        failed_text=formatting.number(failed),
        failed_tone="bad" if failed else "",
    )


def _sums(volumes: Mapping[UUID, Volume]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for volume in volumes.values():
        for currency, amount in volume.amounts.items():
            sums[currency] += amount
    return sums


def _ranked(volumes: Mapping[UUID, Volume]) -> list[TenantVolume]:
    currency = most(_sums(volumes))
    amounts = {key: volume.amounts.get(currency, ZERO) for key, volume in volumes.items()}
    largest = max(amounts.values(), default=ZERO) or Decimal(1)
    rows = sorted(tenants(), key=lambda row: -amounts.get(row.id, ZERO))
    return [_with_volume(row, volumes.get(row.id), int(amounts.get(row.id, ZERO) * 100 / largest)) for row in rows]


def _with_volume(row: TenantRow, volume: Volume | None, share: int) -> TenantVolume:
    return TenantVolume(
        tenant=row,
        orders_text=formatting.number(volume.orders if volume else 0),
        amount_text=formatting.total(volume.amounts if volume else {}),
        last_text=formatting.moment(volume.last_at) if volume else "—",
        share=share,
    )
