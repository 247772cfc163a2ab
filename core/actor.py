"""Who does something: handed explicitly to every service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from core.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a machine, and on whose behalf it acts.

    ``kind`` is *buyer* (for ``company_id``), *staff* (of ``tenant_id``), *operator*, *system* (a job, a webhook) or
    *anonymous*. ``role`` is the role in the company or the tenant, ``permissions`` what a buyer may do there. A buyer
    belongs to a business unit of the company, or to none; ``unit_ids`` are the units whose documents it sees, None
    where it sees those of the whole company. ``acting_id`` is the session in which somebody of the supplier orders for
    the company (:mod:`customers.acting`). ``key_id`` is the key by which a supplier's system acts in the name
    of who made it.
    """

    kind: Literal["buyer", "staff", "operator", "system", "anonymous"]
    user_id: UUID | None = None
    name: str = ""
    email: str = ""
    company_id: UUID | None = None
    company_name: str = ""
    tenant_id: UUID | None = None
    role: str = ""
    permissions: frozenset[str] = frozenset()
    unit_id: UUID | None = None
    unit_name: str = ""
    unit_ids: frozenset[UUID] | None = None
    acting_id: UUID | None = None
    key_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Whether a buyer has a permission in its company; nobody else has any."""
        return permission in self.permissions

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def require_user(self) -> UUID:
        """The person's id. Raises NotAllowed for a machine or a visitor."""
        if self.user_id is None:
            raise NotAllowed
        return self.user_id

    def require_company(self) -> UUID:
        """The company that is acted for. Raises NotAllowed where there is none."""
        if self.company_id is None:
            raise NotAllowed
        return self.company_id


ANONYMOUS = Actor(kind="anonymous")


def system(name: str) -> Actor:
    """The actor of a job, a webhook or a seed; ``name`` is what the history shows."""
    return Actor(kind="system", name=name)
