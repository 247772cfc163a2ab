"""What the operator's first page shows, put together from the apps below."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formatting, outbox
from core.failures import failed_count
from marketplace.volume import Volume, volume_per_tenant
from tenants.queries import TenantRow, tenants
from vendors.queries import ApplicationRow, applications


@dataclass(frozen=True)
class TenantVolume:
    """A tenant with its volume of the last 30 days; ``share`` is its part of the largest, in whole percent."""

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
    volumes = volume_per_tenant()
    largest = max((v.amount for v in volumes.values()), default=Decimal(0)) or Decimal(1)
    rows = sorted(tenants(), key=lambda row: -(volumes[row.id].amount if row.id in volumes else Decimal(0)))
    return [_with_volume(row, volumes.get(row.id), largest) for row in rows]


def overview() -> Overview:
    """Tenants, applications, volume, age of the outbox, failed jobs."""
    rows = tenant_volumes()
    health = outbox.health()
    failed = failed_count()
    waiting = [row for row in applications() if row.is_open]
    total = sum((v.amount for v in volume_per_tenant().values()), Decimal(0))
    active = sum(row.tenant.is_active for row in rows)
    return Overview(
        tenants=rows,
        waiting=waiting,
        active_text=f"{formatting.number(active)} / {formatting.number(len(rows))}",
        amount_text=formatting.money(total),
        outbox_age_text=_("%(seconds)s s") % {"seconds": formatting.number(round(Decimal(health.oldest_seconds), 1))},
        outbox_note=ngettext("%(count)s event waiting", "%(count)s events waiting", health.waiting)
        % {"count": formatting.number(health.waiting)},
        outbox_tone="bad" if health.oldest_seconds > 60 else "",
        failed_text=formatting.number(failed),
        failed_tone="bad" if failed else "",
    )


def _with_volume(row: TenantRow, volume: Volume | None, largest: Decimal) -> TenantVolume:
    return TenantVolume(
        tenant=row,
        orders_text=formatting.number(volume.orders if volume else 0),
        amount_text=formatting.money(volume.amount if volume else Decimal(0)),
        last_text=formatting.moment(volume.last_at) if volume and volume.last_at else "—",
        share=int(volume.amount * 100 / largest) if volume else 0,
    )
