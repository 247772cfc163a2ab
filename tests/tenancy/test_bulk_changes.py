"""How far a change in bulk is, is kept outside the database: another tenant's staff finds and stops nothing of it."""

from __future__ import annotations

from typing import Any

from core.ids import uuid7
from core.tenancy import use_tenant
from integrations.bulk_edit.progress import Progress, is_asked_to_stop, keep
from tests.world import World


def test_a_change_in_bulk_is_seen_and_stopped_by_its_own_staff_only(world: World, browser: Any) -> None:
    change_id = uuid7()
    with use_tenant(world.acme.scope, party="tenant"):
        keep(change_id, Progress(9, done=3))
    path = f"/portal/catalog/bulk/changes/{change_id}/"
    strangers = [(world.acme.host, world.bolt.owner), (world.bolt.host, world.bolt.owner)]
    for host, person in [*strangers, (world.acme.host, world.delmas.admin)]:
        assert browser(host, person).get(path).status_code == 404
        assert browser(host, person).post(f"{path}stop/").status_code == 404
    with use_tenant(world.acme.scope, party="tenant"):
        assert not is_asked_to_stop(change_id)
    own = browser(world.acme.host, world.acme.owner)
    assert "3 of 9 products" in own.get(path).content.decode()
    assert own.post(f"{path}stop/").status_code == 303
    with use_tenant(world.acme.scope, party="tenant"):
        assert is_asked_to_stop(change_id)
