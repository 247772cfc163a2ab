"""A letter's link turns its group off, for the one person that it was made for."""

from __future__ import annotations

import re

import pytest
from django.core import signing

from accounts.events import SignInChanged
from accounts.security.enums import SecurityChange
from core.db import atomic
from core.events import emit
from core.tenancy import use_tenant
from notifications.centre import preferences, unsubscribing
from notifications.enums import Channel, Group
from notifications.kinds import KINDS
from notifications.mail import may_stop
from tests.notifications.test_letters import html_part, placed_order


def _letter(world, drain, mailoutbox):
    placed_order(world)
    drain()
    return next(mail for mail in mailoutbox if mail.to == [world.delmas.admin.email])


def test_the_mail_programs_button_turns_the_group_off_at_once(quiet, drain, mailoutbox, browser):
    """RFC 8058: a POST without cookies and without a page before it."""
    letter = _letter(quiet, drain, mailoutbox)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (link,) = re.findall(r"<(http://acme\.localhost/unsubscribe/[^>]+/)>", letter.extra_headers["List-Unsubscribe"])
    assert link in letter.body
    assert f'href="{link}"' in html_part(letter)
    path = link.removeprefix("http://acme.localhost")
    visitor = browser(quiet.acme.host)
    visitor.client.handler.enforce_csrf_checks = True
    page = visitor.get(path)
    assert page.status_code == 200
    assert quiet.delmas.admin.email in page.content.decode()
    assert preferences.preferences_of(quiet.delmas.admin.id)[Group.ORDERS] == Channel.NOW, "looking changes nothing"
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    chosen = preferences.preferences_of(quiet.delmas.admin.id)
    assert chosen.pop(Group.ORDERS) == Channel.NONE
    assert chosen.pop(Group.REMINDERS) == Channel.NONE, "off until it is asked for"
    assert set(chosen.values()) == {Channel.NOW}
    assert preferences.preferences_of(quiet.acme.owner.id)[Group.ORDERS] == Channel.NOW, "nobody else's"
    mailoutbox.clear()
    placed_order(quiet)
    drain()
    assert [mail.to for mail in mailoutbox] == [[quiet.acme.owner.email]]


@pytest.mark.parametrize("kind", ["forged", "altered", "elsewhere", "platform"])
def test_a_link_that_was_not_made_here_is_worth_nothing(quiet, browser, kind):
    with use_tenant(quiet.acme.scope):
        token = unsubscribing.token_of(user_id=quiet.delmas.admin.id, group=Group.ORDERS)
    host = {"elsewhere": quiet.bolt.host, "platform": "localhost"}.get(kind, quiet.acme.host)
    if kind == "forged":
        token = signing.dumps([quiet.acme.id.hex, quiet.delmas.admin.id.hex, "orders"], salt="another")
    if kind == "altered":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    visitor = browser(host)
    assert visitor.get(f"/unsubscribe/{token}/").status_code == 404
    assert visitor.post(f"/unsubscribe/{token}/").status_code == 404
    assert preferences.preferences_of(quiet.delmas.admin.id)[Group.ORDERS] == Channel.NOW


def test_what_everybody_must_get_has_no_such_link(quiet, drain, mailoutbox):
    preferences.choose(user_id=quiet.delmas.admin.id, channels=dict.fromkeys(Group, Channel.NONE))
    with use_tenant(quiet.acme.scope):
        change = SignInChanged(quiet.delmas.admin.id, SecurityChange.values[0], "2026-11-24T10:00:00+00:00")
        atomic(lambda: emit(change))()
    drain()
    (letter,) = mailoutbox
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "/unsubscribe/" not in letter.body + html_part(letter)
    assert sorted(kind for kind in KINDS if not may_stop(kind)) == [
        "answer_waits",
        "approval_asked",
        "sign_in_changed",
    ]
