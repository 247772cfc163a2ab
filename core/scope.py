"""The scope that code runs in: which schema, which database role, on whose behalf.

Kept apart from Django so that settings and the database backend may import it at any time. Only
:func:`core.tenancy.use_tenant` changes the current scope.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Party = Literal["none", "company", "tenant", "operator"]

UNSCOPED_SCHEMA = "zz_unscoped"
PUBLIC_SCHEMA = "public"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where statements go and whose rows of the exchange tables they may see.

    ``party`` decides row-level security: as the *company*, as the *tenant*, as the platform's *operator*, or as
    nobody. ``role`` is the PostgreSQL role that is assumed, ``None`` for the login role.
    """

    schema_name: str
    role: str | None = None
    tenant_id: UUID | None = None
    company_id: UUID | None = None
    party: Party = "none"
    with_public: bool = True

    def as_company(self, company_id: UUID) -> Scope:
        return replace(self, company_id=company_id, party="company")

    def as_party(self, party: Party) -> Scope:
        return replace(self, party=party, company_id=None)

    @property
    def search_path(self) -> str:
        if self.schema_name in (UNSCOPED_SCHEMA, PUBLIC_SCHEMA) or not self.with_public:
            return f'"{self.schema_name}"'
        return f'"{self.schema_name}","{PUBLIC_SCHEMA}"'

    @property
    def session_settings(self) -> tuple[str, str, str, str, str]:
        """The values of search_path, role, app.tenant, app.company and app.party."""
        return (
            self.search_path,
            self.role or "none",
            str(self.tenant_id or ""),
            str(self.company_id or ""),
            self.party,
        )

    def to_header(self) -> dict[str, str | None]:
        """Plain strings for a message header; see :meth:`from_header`."""
        return {
            "schema": self.schema_name,
            "role": self.role,
            "tenant": str(self.tenant_id) if self.tenant_id else None,
            "company": str(self.company_id) if self.company_id else None,
            "party": self.party,
        }

    @classmethod
    def from_header(cls, header: dict[str, str | None]) -> Scope:
        tenant, company = header.get("tenant"), header.get("company")
        return cls(
            schema_name=str(header["schema"]),
            role=header.get("role"),
            tenant_id=UUID(tenant) if tenant else None,
            company_id=UUID(company) if company else None,
            party=header.get("party") or "none",  # type: ignore[arg-type]
        )


UNSCOPED = Scope(UNSCOPED_SCHEMA)
PLATFORM = Scope(PUBLIC_SCHEMA)
OPERATOR = Scope(PUBLIC_SCHEMA, party="operator")

#: Name of the message header that carries a scope.
HEADER = "comptoir_scope"

_current: ContextVar[Scope] = ContextVar("scope", default=UNSCOPED)


def current_scope() -> Scope:
    """The scope that the calling code runs in; ``UNSCOPED`` where nobody has chosen one."""
    return _current.get()
