"""By which means a session was opened, and what that proves. Kept in the session, and in the ticket between hosts."""

from __future__ import annotations

import time
from collections.abc import Iterable
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

PASSWORD, CODE, RECOVERY, PASSKEY = "password", "code", "recovery", "passkey"
#: Followed by the id of the company whose provider vouched for the person.
_PROVIDER = "sso:"
_SECOND_FACTORS = frozenset({CODE, RECOVERY, PASSKEY})

_METHODS_KEY, _FRESH_KEY = "methods", "proved_at"
#: After so many seconds a password is asked for again before the sign-in itself is changed.
FRESH_SECONDS = 15 * 60


def by_provider(company_id: UUID) -> str:
    """The means of having been vouched for by a company's provider."""
    return f"{_PROVIDER}{company_id.hex}"


def methods_of(session: SessionBase) -> tuple[str, ...]:
    """The means that a session was opened by."""
    return tuple(session.get(_METHODS_KEY, ()))


def keep_methods(session: SessionBase, methods: Iterable[str]) -> None:
    """Write down the means that a session was opened by."""
    session[_METHODS_KEY] = sorted(set(methods))


def drop_second_factors(session: SessionBase) -> None:
    """What was given as second factor counts no more: there is none now."""
    keep_methods(session, set(methods_of(session)) - _SECOND_FACTORS)


def has_second_factor(methods: Iterable[str]) -> bool:
    """Whether something was given beside the password; a passkey is both."""
    return not _SECOND_FACTORS.isdisjoint(methods)


def provider_company(methods: Iterable[str]) -> UUID | None:
    """The company whose provider vouched for the person: the session acts for no other. None: for all."""
    return next((UUID(method.removeprefix(_PROVIDER)) for method in methods if method.startswith(_PROVIDER)), None)


def satisfies(methods: Iterable[str], company_id: UUID) -> bool:
    """Whether a session may act for a company that asks for a second factor: its own provider looks after that."""
    known = tuple(methods)
    return has_second_factor(known) or by_provider(company_id) in known


def refresh(session: SessionBase) -> None:
    """The person has just proved who they are."""
    session[_FRESH_KEY] = int(time.time())


def is_fresh(session: SessionBase) -> bool:
    """Whether the person proved who they are a short while ago, on this host."""
    return time.time() - float(session.get(_FRESH_KEY, 0)) < FRESH_SECONDS
