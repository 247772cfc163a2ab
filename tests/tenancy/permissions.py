"""The permission table: what every URL answers to every role: own site, other site, other company, other tenant.

``permissions.csv`` holds one line per method of a URL (and per case of the leak suite's registry, which says how the
URL is asked). A cell of a role of X's members has four statuses: of somebody of the site that the document belongs to,
of somebody of another site of X, of a member of Y with the same role, and of the first one on the host of another
supplier (on the marketplace, where there is one host: ``-``). A cell of a supplier's role has two: at A and at B.
``sign-in`` is the way to the sign-in page.

A new URL makes the suite fail until it has its lines: ``COMPTOIR_WRITE_PERMISSIONS=1 ./dev test
tests/tenancy/test_leaks.py -k permission -n0`` writes them, and the difference is what a review reads.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from accounts.enums import CompanyRole, StaffRole, UnitKind
from accounts.middleware import HOST_SESSION_KEY
from accounts.models import BusinessUnit, CompanyUser, CustomRole, User
from accounts.permissions import Permission
from accounts.services import add_staff
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from marketplace.models import Document
from orders.models import Cart, Order
from payments.models import Invoice
from tests.tenancy import leaks
from tests.tenancy.leaks import Case, Seed
from tests.world import TenantWorld

FILE = Path(__file__).with_name("permissions.csv")
#: Roles of X's members; ``orderer`` is a role that the company made: it orders, and sees no invoices.
ROLES = (*(role for role in CompanyRole.values if role != CompanyRole.CUSTOM), "orderer")
ORDERER = (Permission.SEE_PRICES, Permission.ORDER)
STAFF = tuple(StaffRole.values)
COLUMNS = ("url", "method", "case", *ROLES, *STAFF, "operator", "visitor")
Line = dict[str, str]


def people(seed: Seed) -> Seed:
    """Everybody whom the table names, signed in; what X bought at A belongs to its site north."""
    with use_tenant(PLATFORM):
        units = {name: _unit(seed.ids["X"], name) for name in ("north", "south")}
        cookies: dict[str, str] = {}
        for role in ROLES:
            for label, company, unit in (
                ("own", "X", units["north"]),
                ("site", "X", units["south"]),
                ("company", "Y", None),
            ):
                user = _member(seed.ids[company], role, unit)
                cookies |= {f"{label}-{role}@{place}": _session(seed, user, place) for place in leaks.PLACES}
        for role in STAFF:
            for place, tenant in (("A", seed.world.acme), ("B", seed.world.bolt)):
                cookies[f"staff-{role}@{place}"] = _session(seed, _staff(tenant, role), place)
    for tenant in (seed.world.acme, seed.world.bolt):
        with use_tenant(tenant.scope):
            Order.objects.filter(company_id=seed.ids["X"]).update(unit_id=units["north"].pk, unit_name="North")
            Invoice.objects.filter(company_id=seed.ids["X"]).update(unit_id=units["north"].pk)
            Cart.objects.filter(customer__company_id=seed.ids["X"]).update(unit_id=units["north"].pk)
    with use_tenant(PLATFORM, company_id=seed.ids["X"]):
        Document.objects.exclude(kind="quote").update(unit_id=units["north"].pk)
    return replace(seed, cookies=seed.cookies | cookies)


def line_of(seed: Seed, name: str, case: Case, number: int) -> Line:
    """What a URL answers to everybody in the table."""
    place = case.right[0][-1]
    other = {"A": "B", "B": "A"}.get(place)
    line = {"url": name, "method": case.method, "case": str(number)}
    for role in ROLES:
        asked = [f"{label}-{role}@{place}" for label in ("own", "site", "company")]
        found = [_answer(seed, name, case, label) for label in asked]
        line[role] = " ".join([*found, _answer(seed, name, case, f"own-{role}@{other}") if other else "-"])
    for role in STAFF:
        asked = [f"staff-{role}@{place}", f"staff-{role}@{other}"] if other else []
        line[role] = " ".join(_answer(seed, name, case, label) for label in asked) or "-"
    line["operator"] = _answer(seed, name, case, f"operator@{place}")
    line["visitor"] = _answer(seed, name, case, f"visitor@{place}")
    return line


def written() -> dict[tuple[str, str, str], Line]:
    """The table as it stands in the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(line["url"], line["method"], line["case"]): line for line in csv.DictReader(file)}


def write(lines: list[Line]) -> None:
    """Write the whole table."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(sorted(lines, key=lambda line: (line["url"], line["method"], line["case"])))


def cases() -> Iterator[tuple[str, Case, int]]:
    """Each case of the registry with its number among those of its URL; programs have a table of their own."""
    for name, entry in leaks.REGISTRY.items():
        if isinstance(entry, tuple) and not name.startswith("api_"):
            for number, case in enumerate(entry, 1):
                yield name, case, number


def _answer(seed: Seed, name: str, case: Case, label: str) -> str:
    """The status that somebody gets; whatever it did is taken back."""
    place = case.right[0][-1]
    path = leaks.path_of(seed, name, case.args, f"x@{place}")
    with transaction.atomic():
        answer = seed.visit(label, case.method, path, case.payload(seed), **case.headers)
        if answer.streaming:
            for _part in answer.streaming_content:
                pass
        transaction.set_rollback(True)
    if answer.status_code == 303 and answer["Location"].startswith("/sign-in/"):
        return "sign-in"
    return str(answer.status_code)


def _unit(company_id: UUID, name: str) -> BusinessUnit:
    key = uuid7()
    values: dict[str, Any] = {"kind": UnitKind.SITE, "name": name.title(), "path": f"{key.hex}/"}
    return BusinessUnit.objects.create(id=key, company_id=company_id, **values)


def _member(company_id: UUID, role: str, unit: BusinessUnit | None) -> User:
    user = _user(f"{role}-{unit.name if unit else 'y'}@members.example")
    own = None
    if role == "orderer":
        own, _made = CustomRole.objects.get_or_create(
            company_id=company_id, name="Orderer", defaults={"permissions": list(ORDERER)}
        )
    CompanyUser.objects.create(
        user=user, company_id=company_id, role=CompanyRole.CUSTOM if own else role, custom_role=own, unit=unit
    )
    return user


def _staff(tenant: TenantWorld, role: str) -> User:
    user = _user(f"staff-{role}@{tenant.slug}.example")
    add_staff(tenant_id=tenant.id, user_id=user.pk, role=StaffRole(role))
    return user


def _user(email: str) -> User:
    return User.objects.create(email=email.lower(), name="Member", password="!")  # nobody signs in by password here


def _session(seed: Seed, user: User, place: str) -> str:
    """A session as signing in would open it on a host."""
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "accounts.backends.EmailBackend",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            HOST_SESSION_KEY: seed.ids[place].hex if place in seed.ids else "platform",
        }
    )
    session.create()
    return session.session_key or ""
