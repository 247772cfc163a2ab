"""Goods that both suppliers of the world sell, as the marketplace sees them."""

from __future__ import annotations

from uuid import UUID

from catalog.goods import GoodsKeys
from catalog.models import Variant
from core.tenancy import use_tenant
from marketplace.goods import publish_all_goods
from search import indexing
from search.engine import MARKETPLACE, engine
from tests.world import TenantWorld, World

GTIN = "4006381333931"
SCREW, LONGER, NUT, WASHER, ROD = "VN-1001", "VN-1002", "VN-1003", "VN-1004", "VN-1005"


def name_goods(tenant: TenantWorld, sku: str, *, gtin: str = "", part_number: str = "") -> None:
    """Give a variant what names it outside of the house."""
    with use_tenant(tenant.scope):
        Variant.objects.filter(sku=sku).update(gtin=gtin, manufacturer_part_number=part_number)


def publish(*tenants: TenantWorld) -> None:
    """Bring the marketplace up to date, its table and its index."""
    for tenant in tenants:
        with use_tenant(tenant.scope):
            publish_all_goods(tenant_id=tenant.id)
            indexing.rebuild_shop(tenant_id=tenant.id)


def share(world: World) -> None:
    """Both suppliers sell the screw (one GTIN) and the nut (one maker's number); the rest nobody else knows."""
    engine().drop(MARKETPLACE)
    for tenant in (world.acme, world.bolt):
        name_goods(tenant, SCREW, gtin=GTIN, part_number=f"{tenant.slug}-1")
        name_goods(tenant, NUT, part_number="FX 777-8" if tenant is world.acme else "fx7778")
    publish(world.acme, world.bolt)


def goods_id(*, gtin: str = "", brand: str = "", part_number: str = "") -> UUID:
    found = GoodsKeys.of(gtin=gtin, brand=brand, part_number=part_number).goods_id
    assert found is not None
    return found


def screw_id() -> UUID:
    return goods_id(gtin=GTIN, brand="Inoxal")
