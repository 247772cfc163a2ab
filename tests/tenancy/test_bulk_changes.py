"""A change in bulk is its own tenant's: another tenant's staff finds, stops and takes up nothing of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.tenancy import use_tenant
from integrations.bulk_edit.models import BulkChange
from tests.world import World


def test_a_change_in_bulk_is_seen_and_stopped_by_its_own_staff_only(world: World, browser: Any) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    with use_tenant(world.acme.scope, party="tenant"):
        change = {"column": "visibility", "value": "none", "decimals": "4"}
        change_id = BulkChange.objects.create(total=9, done_count=3, change=change, alive_at=long_ago).pk
    path = f"/portal/catalog/bulk/changes/{change_id}/"
    strangers = [(world.acme.host, world.bolt.owner), (world.bolt.host, world.bolt.owner)]
    for host, person in [*strangers, (world.acme.host, world.delmas.admin)]:
        stranger = browser(host, person)
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404
        assert stranger.post(f"{path}stop/").status_code == 404
    with use_tenant(world.acme.scope, party="tenant"):
        row = BulkChange.objects.get(pk=change_id)
        assert (row.state, row.is_stop_requested, row.alive_at) == ("running", False, long_ago)
    own = browser(world.acme.host, world.acme.owner)
    assert "3 of 9 products" in own.get(path).content.decode()
    assert own.post(path).status_code == 303
    assert own.post(f"{path}stop/").status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        row = BulkChange.objects.get(pk=change_id)
        assert row.alive_at > long_ago
        assert row.is_stop_requested
