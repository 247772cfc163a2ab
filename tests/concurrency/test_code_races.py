"""A code that comes twice at the same moment, from two hosts, counts once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from accounts.models import User
from accounts.security import factors
from core.scope import PLATFORM, Scope
from core.tenancy import use_tenant
from tests.accounts.codes import code_of
from tests.world import World


def test_a_code_that_comes_twice_at_once_counts_once(committed_world: World) -> None:
    world = committed_world
    user_id = world.delmas.admin.id
    with use_tenant(PLATFORM):
        app = factors.new_code_app(User.objects.get(pk=user_id))
        key = app.key.replace(" ", "")
        factors.add_code_app(user_id=user_id, sealed=app.sealed, code=code_of(key, steps=-1))
        recovery = factors.recovery_codes(user_id)[0]
    for code in (code_of(key), recovery):
        barrier = threading.Barrier(4)

        def use(scope: Scope, code: str = code, barrier: threading.Barrier = barrier) -> str | None:
            barrier.wait()
            try:
                with use_tenant(scope):
                    return factors.use_code(user_id=user_id, code=code)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(use, [world.acme.scope, world.bolt.scope, PLATFORM, world.acme.scope]))
        assert len([answer for answer in answers if answer]) == 1, answers
