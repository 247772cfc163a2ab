"""A letter's link that turns its group off: signed for one person, one group and the host that it leads to.

It works without signing in and as often as it is used: all that it does is to stop letters, and the preferences' page
undoes it. A link of the digest turns off what came in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from accounts.identity import find_active_user
from core.errors import NotFound
from core.scope import current_scope
from notifications.centre.preferences import choose, preferences_of
from notifications.enums import Channel, Group

_SALT = "notifications.unsubscribing"
#: Stands for every group that comes in the digest.
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link turns off, and for whom."""

    user_id: UUID
    email: str
    group: str

    @property
    def group_text(self) -> str:
        return _("Daily summary") if self.group == DIGEST else str(Group(self.group).label)


def token_of(*, user_id: UUID, group: str) -> str:
    """The signed text of a link on the host of the current scope."""
    return signing.dumps([_host(), user_id.hex, group], salt=_SALT)


def opened(token: str) -> Link:
    """What a link stands for. Raises NotFound for what is none of this host's."""
    try:
        host, user_id, group = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    user = find_active_user(UUID(user_id)) if host == _host() else None
    if user is None:
        raise NotFound
    return Link(user.id, user.email, group)


def turn_off(*, token: str) -> Link:
    """No more e-mails of the link's group to its person. Raises NotFound."""
    link = opened(token)
    if link.group == DIGEST:
        groups = [group for group, channel in preferences_of(link.user_id).items() if channel == Channel.DIGEST]
    else:
        groups = [Group(link.group)]
    choose(user_id=link.user_id, channels=dict.fromkeys(groups, Channel.NONE))
    return link


def _host() -> str:
    tenant_id = current_scope().tenant_id
    return tenant_id.hex if tenant_id else ""
