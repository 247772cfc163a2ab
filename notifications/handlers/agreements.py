"""After commit: letters about framework agreements, to the supplier's staff and to the company's buyers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agreements.enums import ExtensionState, Side
from agreements.events import (
    AgreementClosed,
    AgreementEndsSoon,
    AgreementNearlyUsed,
    AgreementSigned,
    ExtensionDecided,
    ExtensionProposed,
)
from agreements.models import Agreement, AgreementLine, Extension
from agreements.policies import can_call_off
from core import formatting
from core.events import Event, handles
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from notifications.values import Amount, Day

_DECIDED: dict[str, str] = {
    ExtensionState.ACCEPTED: "extension_accepted",
    ExtensionState.DECLINED: "extension_declined",
}


@dataclass(frozen=True, slots=True)
class Left:
    """A line of an agreement in a letter: what, and how much of how much is left."""

    item: str
    left: str
    committed: str


@handles(AgreementSigned)
def agreement_signed(event: AgreementSigned) -> None:
    """Tell the supplier's staff."""
    found = Agreement.objects.get(pk=event.agreement_id)
    _supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "agreement_signed",
        event=event,
        about=_subject(found),
        to=recipients.staff(event.tenant_id),
        values={
            **_words(found),
            "total": Amount(found.net_amount, found.currency),
            "link": f"{origin}/portal/agreements/{found.pk}/",
        },
    )


@handles(AgreementNearlyUsed)
def agreement_nearly_used(event: AgreementNearlyUsed) -> None:
    """Tell both sides what is left of the lines of which four fifths are called off."""
    lines = list(AgreementLine.objects.filter(pk__in=event.line_ids))
    _tell_both("agreement_nearly_used", event, event.agreement_id, event.tenant_id, lines)


@handles(AgreementEndsSoon)
def agreement_ends_soon(event: AgreementEndsSoon) -> None:
    """Tell both sides what is left, while there is time to call it off."""
    lines = list(AgreementLine.objects.filter(agreement=event.agreement_id))
    _tell_both("agreement_ends_soon", event, event.agreement_id, event.tenant_id, lines)


@handles(AgreementClosed)
def agreement_closed(event: AgreementClosed) -> None:
    """Tell the company why its agreement ended before its time."""
    found = Agreement.objects.get(pk=event.agreement_id)
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "agreement_closed",
        event=event,
        about=_subject(found),
        to=recipients.company(event.company_id, can_call_off),
        values={
            **_words(found),
            "supplier": supplier,
            "reason": event.reason,
            "link": f"{origin}/agreements/{found.pk}/",
        },
    )


@handles(ExtensionProposed)
def extension_proposed(event: ExtensionProposed) -> None:
    """Ask the other side whether its agreement may last longer; not what is decided already."""
    row = Extension.objects.select_related("agreement").get(pk=event.extension_id)
    if row.state == ExtensionState.PROPOSED:
        others = Side.BUYER if event.side == Side.SUPPLIER else Side.SUPPLIER
        _tell_side("extension_proposed", event, row, others, {"day": Day(row.ends_on), "reason": row.reason})


@handles(ExtensionDecided)
def extension_decided(event: ExtensionDecided) -> None:
    """Tell whoever proposed it what the other side decided."""
    row = Extension.objects.select_related("agreement").get(pk=event.extension_id)
    if event.state in _DECIDED:
        values = {"state": event.state, "day": Day(row.ends_on), "reason": row.note}
        _tell_side("extension_decided", event, row, event.side, values, kind=_DECIDED[event.state])


def _tell_side(
    template: str,
    event: ExtensionProposed | ExtensionDecided,
    row: Extension,
    side: str,
    values: dict[str, Any],
    *,
    kind: str = "",
) -> None:
    """Write to the people of one side; ``who`` is the other one."""
    found, (supplier, origin) = row.agreement, supplier_of(event.tenant_id)
    is_buyer = side == Side.BUYER
    mail.send(
        template,
        event=event,
        about=_subject(found),
        kind=kind,
        to=recipients.company(found.company_id, can_call_off) if is_buyer else recipients.staff(event.tenant_id),
        values={
            **_words(found),
            "who": supplier if is_buyer else found.company_name,
            "link": f"{origin}/{'agreements' if is_buyer else 'portal/agreements'}/{found.pk}/",
            **values,
        },
    )


def _tell_both(kind: str, event: Event, agreement_id: UUID, tenant_id: UUID, lines: Sequence[AgreementLine]) -> None:
    found = Agreement.objects.get(pk=agreement_id)
    supplier, origin = supplier_of(tenant_id)
    for to, path in (
        (recipients.company(found.company_id, can_call_off), "agreements"),
        (recipients.staff(tenant_id), "portal/agreements"),
    ):
        mail.send(
            kind,
            event=event,
            about=_subject(found),
            to=to,
            values={
                **_words(found),
                "supplier": supplier,
                "lines": lambda: _left(lines),
                "link": f"{origin}/{path}/{found.pk}/",
            },
        )


def _words(found: Agreement) -> dict[str, Any]:
    return {"number": found.number, "company": found.company_name, "until": Day(found.ends_on)}


def _subject(found: Agreement) -> Subject:
    return Subject(SubjectKind.AGREEMENT, found.pk, found.number, found.company_id)


def _left(lines: Sequence[AgreementLine]) -> list[Left]:
    return [
        Left(
            f"{line.sku} {formatting.localised(line.name_fr, line.name_en)}",
            formatting.number(line.remaining),
            f"{formatting.number(line.committed_quantity)} "
            f"{formatting.unit_name(line.base_unit_code, line.committed_quantity)}",
        )
        for line in lines
    ]
