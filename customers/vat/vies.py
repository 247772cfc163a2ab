"""VIES, the European Commission's register of VAT numbers, by its REST interface and the platform's one way out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from core.egress import Egress, Unfetchable
from customers.enums import VatOutcome
from customers.vat.register import Answer

_MOST_BYTES = 64 * 1024
#: Northern Ireland's numbers are looked up there too, those of Great Britain are not.
_PREFIX = 2


class Vies:
    """``GET /ms/{country}/vat/{number}``; the receipt comes when the requester's own number is said."""

    def __init__(self, base_url: str, out: Egress | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._out = out or Egress(seconds=15)

    def ask(self, number: str, *, requester: str) -> Answer:
        try:
            content = self._out.fetch(self._address(number, requester), max_bytes=_MOST_BYTES).content
            return _answer(json.loads(content))
        except (Unfetchable, ValueError) as error:
            return Answer(VatOutcome.UNANSWERED, note=str(error)[:240])

    def _address(self, number: str, requester: str) -> str:
        address = f"{self._base_url}/ms/{number[:_PREFIX]}/vat/{number[_PREFIX:]}"
        if not requester:
            return address
        asks = {"requesterMemberStateCode": requester[:_PREFIX], "requesterNumber": requester[_PREFIX:]}
        return f"{address}?{urlencode(asks)}"


def _answer(data: Any) -> Answer:
    """Only a clear word counts: a member state that is not available is no refusal."""
    if not isinstance(data, dict):
        return Answer(VatOutcome.UNANSWERED, note="no object")
    said, is_valid = str(data.get("userError") or ""), data.get("isValid")
    if is_valid is True:
        outcome = VatOutcome.VALID
    elif is_valid is False and said == "INVALID":
        outcome = VatOutcome.INVALID
    else:
        return Answer(VatOutcome.UNANSWERED, note=said[:240] or "no word")
    name = str(data.get("name") or "")
    return Answer(
        outcome,
        consultation_number=str(data.get("requestIdentifier") or "")[:40],
        name="" if name == "---" else name[:200],
        note="" if outcome == VatOutcome.VALID else said,
    )
