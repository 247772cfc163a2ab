"""Who is at the other end: for both sides of a negotiation, for seconds, never of another supplier or a sealed one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from core.errors import NotAllowed, NotFound
from core.scope import PLATFORM
from core.tenancy import use_tenant
from rfq import closing
from rfq.enums import Side
from rfq.talk import presence
from rfq.talk.presence import Present, Room
from tests.counting import statements
from tests.rfq.test_negotiation import offer_of, request_for
from tests.rfq.test_requests import _at_deadline, _invitation
from tests.rfq.test_talk import ask
from tests.world import TenantWorld, World


def _at(tenant: TenantWorld, rfq_id: Any, *, is_writing: bool = False) -> Room:
    with use_tenant(tenant.scope, party="tenant"):
        return presence.at_supplier(tenant.staff, _invitation(tenant, rfq_id), is_writing=is_writing)


def _buyer(world: World, rfq_id: Any, tenant: TenantWorld | None = None, *, is_writing: bool = False) -> Room:
    invitation_id = _invitation(tenant, rfq_id) if tenant else None
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        return presence.at_buyer(world.delmas.buyer, rfq_id, invitation_id=invitation_id, is_writing=is_writing)


def test_each_side_sees_the_other_and_no_supplier_another(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    assert _buyer(world, rfq_id).others == ()
    first = _at(world.acme, rfq_id)
    assert (first.others, first.news_for) == ((), world.delmas.id)
    assert _at(world.acme, rfq_id).news_for is None, "again is no news"
    assert _at(world.bolt, rfq_id).others == (), "nothing of acme"
    assert _at(world.acme, rfq_id, is_writing=True).news_for == world.delmas.id
    assert _buyer(world, rfq_id).others == (
        Present(world.acme.name, is_writing=True),
        Present(world.bolt.name, is_writing=False),
    )
    assert _at(world.acme, rfq_id).others == (), "who compares is at nobody's negotiation"
    at_acme = _buyer(world, rfq_id, world.acme, is_writing=True)
    assert at_acme.others == (Present(world.acme.name, is_writing=True),)
    assert at_acme.news_for == world.acme.id
    assert _at(world.acme, rfq_id).others == (Present(world.delmas.name, is_writing=True),)
    assert _at(world.bolt, rfq_id).others == (), "the buyer is elsewhere"


def test_nothing_is_noted_of_a_sealed_request_before_its_deadline(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    offer_of(world.acme, rfq_id, "0.4", None)
    for is_writing in (False, True):
        assert _at(world.acme, rfq_id, is_writing=is_writing).news_for is None
        found = _buyer(world, rfq_id, world.acme, is_writing=is_writing)
        assert (found.others, found.news_for) == ((), None)
    _at_deadline(rfq_id)
    assert _buyer(world, rfq_id).others == (), "nor is it kept for later"
    assert _at(world.acme, rfq_id).news_for == world.delmas.id
    assert _buyer(world, rfq_id).others == (Present(world.acme.name, is_writing=False),)


def test_it_ends_with_the_request(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme)
    _at(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id):
        closing.close_rfq(rfq_id=rfq_id, actor=world.delmas.buyer, reason="Reporté")
    assert _buyer(world, rfq_id).others == ()
    assert _at(world.acme, rfq_id).news_for is None


def test_a_sign_of_life_lasts_for_seconds(world: World) -> None:
    assert max(presence.LOOKING, presence.WRITING) <= 30
    rfq_id = request_for(world.delmas, world.acme)
    invitation_id = _invitation(world.acme, rfq_id)
    _at(world.acme, rfq_id, is_writing=True)
    with use_tenant(PLATFORM):
        for writing, most in ((False, presence.LOOKING), (True, presence.WRITING)):
            key = presence._key(invitation_id, Side.SUPPLIER, is_writing=writing)
            server: Any = cache
            left = server._cache.get_client(None).ttl(cache.make_key(key))
            assert 0 < left <= most


def test_foreign_negotiations_do_not_exist(world: World) -> None:
    rfq_id, other_id = request_for(world.delmas, world.acme), request_for(world.delmas, world.bolt)
    with use_tenant(world.bolt.scope, party="tenant"):
        with pytest.raises(NotFound):
            presence.at_supplier(world.bolt.staff, _invitation(world.acme, rfq_id), is_writing=False)
        with pytest.raises(NotAllowed):
            presence.at_supplier(world.delmas.buyer, _invitation(world.bolt, other_id), is_writing=False)
    with use_tenant(PLATFORM, company_id=world.lecomte.id), pytest.raises(NotFound):
        presence.at_buyer(world.lecomte.buyer, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id), pytest.raises(NotFound):
        presence.at_buyer(world.delmas.buyer, rfq_id, invitation_id=_invitation(world.bolt, other_id))


def test_a_sign_of_life_costs_two_statements_at_most(world: World) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    invitation_id = _invitation(world.acme, rfq_id)
    with use_tenant(PLATFORM, company_id=world.delmas.id), statements() as buyers:
        presence.at_buyer(world.delmas.buyer, rfq_id, invitation_id=invitation_id)
    with use_tenant(world.acme.scope, party="tenant"), statements() as suppliers:
        presence.at_supplier(world.acme.staff, invitation_id, is_writing=True)
    assert (len(buyers), len(suppliers)) == (2, 1)


def test_pages_give_signs_and_clocks(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    offer_of(world.acme, rfq_id, "0.4", None)
    invitation_id = _invitation(world.acme, rfq_id)
    buyer, supplier = browser("localhost", world.delmas.admin), browser(world.acme.host, world.acme.owner)
    portal, base = f"/portal/rfqs/{invitation_id}/", f"/rfqs/{rfq_id}/"
    html = supplier.get(portal).content.decode()
    assert f'data-room="{portal}presence/"' in html
    assert html.count("<time datetime=") == 2, "deadline and validity"
    assert supplier.get(f"{portal}presence/?doing=writing").status_code == 200
    seen = buyer.get(f"{base}presence/")
    assert f"{world.acme.name} is writing to you" in seen.content.decode()
    assert seen["Cache-Control"] == "no-store"
    with_acme = f"{base}presence/?with={invitation_id.hex}"
    assert f'data-room="{with_acme}"' in buyer.get(f"{base}{invitation_id}/").content.decode()
    assert "<time datetime=" in buyer.get(base).content.decode()
    assert f'hx-get="{with_acme}"' in buyer.get(f"{with_acme}&doing=writing").content.decode()
    assert f"{world.delmas.name} is writing to you" in supplier.get(f"{portal}presence/").content.decode()
    rival = browser(world.bolt.host, world.bolt.owner)
    other = rival.get(f"/portal/rfqs/{_invitation(world.bolt, rfq_id)}/presence/").content.decode()
    assert world.acme.name not in other
    assert world.delmas.name not in other
    assert rival.get(f"/portal/rfqs/{invitation_id}/presence/").status_code == 404
    assert buyer.get(f"{base}presence/?with=x").status_code == 404
    assert browser("localhost", world.lecomte.admin).get(f"{base}presence/").status_code == 404


def test_a_sealed_requests_pages_have_no_line_for_it(world: World, browser: Any) -> None:
    rfq_id = request_for(world.delmas, world.acme, is_sealed=True)
    buyer, supplier = browser("localhost", world.delmas.admin), browser(world.acme.host, world.acme.owner)
    assert "data-room" not in buyer.get(f"/rfqs/{rfq_id}/").content.decode()
    portal = f"/portal/rfqs/{_invitation(world.acme, rfq_id)}/"
    for page in (portal, f"{portal}questions/"):
        assert "data-room" not in supplier.get(page).content.decode()
    assert "data-room" not in buyer.get(f"/rfqs/{rfq_id}/questions/").content.decode()


def test_pages_of_questions_give_signs_too(world: World, browser: Any) -> None:
    """Whoever writes an answer is at the negotiation with who asked, and at no other."""
    rfq_id = request_for(world.delmas, world.acme, world.bolt)
    question_id = ask(world.acme, rfq_id)
    portal, base = f"/portal/rfqs/{_invitation(world.acme, rfq_id)}/", f"/rfqs/{rfq_id}/"
    buyer, supplier = browser("localhost", world.delmas.admin), browser(world.acme.host, world.acme.owner)
    asking = supplier.get(f"{portal}questions/").content.decode()
    assert f'data-room="{portal}presence/"' in asking
    assert "data-writing" in asking
    page = buyer.get(f"{base}questions/").content.decode()
    assert f'data-room="{base}presence/"' in page
    assert "data-writing" not in page, "what is told to all is written to nobody"
    room = f"{base}presence/?with={_invitation(world.acme, rfq_id).hex}"
    answering = buyer.get(f"{base}questions/?answer={question_id.hex}").content.decode()
    assert f'data-room="{room}"' in answering
    assert "data-writing" in answering
    buyer.get(f"{room}&doing=writing")
    assert f"{world.delmas.name} is writing to you" in supplier.get(f"{portal}presence/").content.decode()
    rival = browser(world.bolt.host, world.bolt.owner)
    other = rival.get(f"/portal/rfqs/{_invitation(world.bolt, rfq_id)}/presence/").content.decode()
    assert world.delmas.name not in other
