"""The one websocket of live pages: a page names its topics, and is told which of them has news. Only ids travel."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.middleware import HOST_SESSION_KEY
from accounts.security.standing import buyer_of_session, staff_of_session
from core import live
from core.actor import ANONYMOUS, Actor
from customers.middleware import ACTING_SESSION_KEY
from notifications.centre.writing import NOTICES

MAX_TOPICS = 30


class LiveConsumer(AsyncWebsocketConsumer):
    """``/live/?topics=order-…,orders&side=portal``: joins the groups of the user's own company or tenant only.

    The group carries the company's (or the tenant's) id, taken from the session and never from the client: a topic of
    somebody else is a group that nobody sends to. A visitor without a session is refused (code 4401).
    """

    groups_joined: list[str]

    async def connect(self) -> None:
        self.groups_joined = []
        query = parse_qs(self.scope["query_string"].decode("ascii", "ignore"))
        names = [name for name in query.get("topics", [""])[0].split(",") if live.TOPIC.match(name)][:MAX_TOPICS]
        actor = await database_sync_to_async(self._actor)(query.get("side", [""])[0])
        group_of = _group_function(actor)
        if group_of is None:
            await self.close(code=4401)
            return
        for name in names:
            # What is said to a person reaches that person's sockets only.
            group = live.user_group(actor.require_user(), name) if name == NOTICES else group_of(name)
            await self.channel_layer.group_add(group, self.channel_name)
            self.groups_joined.append(group)
        scope: Any = self.scope
        ending = live.session_group(scope["session"].session_key or "")
        await self.channel_layer.group_add(ending, self.channel_name)
        self.groups_joined.append(ending)
        await self.accept()
        await self.send(json.dumps({"hello": names}))

    async def disconnect(self, code: int) -> None:
        for group in getattr(self, "groups_joined", []):
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Clients say nothing; a heartbeat is answered."""
        await self.send('{"heartbeat": true}')

    async def live_ended(self, message: dict[str, Any]) -> None:
        """The session that opened this socket was signed out."""
        await self.close(code=4401)

    async def live_news(self, message: dict[str, Any]) -> None:
        await self.send(json.dumps({"topic": message["topic"]}))

    def _actor(self, side: str) -> Actor:
        scope: Any = self.scope
        user, session, tenant = scope["user"], scope["session"], scope["tenant"]
        bound_to = tenant.id.hex if tenant else "platform"
        if not user.is_authenticated or session.get(HOST_SESSION_KEY) != bound_to:
            return ANONYMOUS
        if side == "portal" or ACTING_SESSION_KEY in session:  # who acts for a customer hears what the supplier hears
            return staff_of_session(user, session, tenant.id) if tenant else ANONYMOUS
        return buyer_of_session(user, session).actor


def _group_function(actor: Actor) -> Any:
    if actor.kind == "staff" and actor.tenant_id is not None:
        tenant_id = actor.tenant_id
        return lambda name: live.tenant_group(tenant_id, name)
    if actor.kind == "buyer" and actor.company_id is not None:
        company_id = actor.company_id
        return lambda name: live.company_group(company_id, name)
    return None
