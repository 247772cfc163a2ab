"""The tax table, a case per row and per way out of a row (docs/adr/0019)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from customers.vat.taxes import Decision, Outcome, Supply, VatId, decide

R, ZERO = Decimal("0.2"), Decimal(0)
VALID = {"vat_id": VatId.VALID}
TAXED_ABROAD = Decision(3, "S", R)
HELD = Decision(3, "S", R, outcome=Outcome.HELD)
INTRA = ("K", ZERO, "VATEX-EU-IC", "intra_community")

TABLE = [
    ({"ship_to": "FR"}, Decision(1, "S", R)),
    ({"ship_to": "FR", "buyer_country": "BE", "vat_country": "BE", **VALID}, Decision(1, "S", R)),
    ({"ship_to": "BE", "vat_country": "BE", **VALID}, Decision(2, *INTRA)),
    ({"ship_to": "DE", "vat_country": "BE", **VALID}, Decision(2, *INTRA)),
    ({"ship_to": "GR", "vat_country": "EL", **VALID}, Decision(2, *INTRA)),
    ({"ship_to": "BE", "vat_country": "FR", **VALID}, TAXED_ABROAD),
    ({"ship_to": "BE", "vat_country": "CH", **VALID}, TAXED_ABROAD),
    ({"ship_to": "BE"}, HELD),
    ({"ship_to": "BE", "vat_country": "BE", "vat_id": VatId.INVALID}, HELD),
    ({"ship_to": "BE", "vat_country": "BE", "vat_id": VatId.UNVERIFIED}, TAXED_ABROAD),
    ({"ship_to": "CH"}, Decision(4, "G", ZERO, "VATEX-EU-G", "export")),
    ({"ship_to": "GB"}, Decision(4, "G", ZERO, "VATEX-EU-G", "export")),
    ({"ship_to": "GF"}, Decision(4, "G", ZERO, "VATEX-EU-G", "export")),
    *(({"ship_to": place}, Decision(5, "G", ZERO, "VATEX-EU-G", "french_export")) for place in ("GP", "MQ", "RE")),
    ({"ship_to": "XI", "vat_country": "XI", **VALID}, Decision(6, *INTRA)),
    ({"ship_to": "XI", "vat_country": "XI", "vat_id": VatId.UNVERIFIED}, TAXED_ABROAD),
    ({"ship_to": "BE", "vat_country": "BE", "is_collected": True, **VALID}, Decision(7, "S", R)),
    (
        {"ship_to": "BE", "buyer_country": "BE", "vat_country": "BE", "is_service": True, **VALID},
        Decision(8, "AE", ZERO, "VATEX-EU-AE", "reverse_charge"),
    ),
    ({"ship_to": "BE", "buyer_country": "BE", "is_service": True}, Decision(8, "S", R)),
    (
        {
            "ship_to": "FR",
            "buyer_country": "DE",
            "vat_country": "DE",
            "is_service": True,
            "is_collected": True,
            **VALID,
        },
        Decision(8, "AE", ZERO, "VATEX-EU-AE", "reverse_charge"),
    ),
    ({"ship_to": "BE", "buyer_country": "BE", "vat_country": "FR", "is_service": True, **VALID}, Decision(8, "S", R)),
    ({"ship_to": "BE", "buyer_country": "BE", "vat_country": "XI", "is_service": True, **VALID}, Decision(8, "S", R)),
    ({"ship_to": "FR", "is_service": True}, Decision(1, "S", R)),
    ({"ship_to": "BE", "vat_country": "FR", "is_service": True, **VALID}, Decision(1, "S", R)),
    *(({"ship_to": place, "buyer_country": place, "is_service": True}, Decision(1, "S", R)) for place in ("GP", "RE")),
    (
        {"ship_to": "FR", "buyer_country": "GB", "is_service": True},
        Decision(9, "O", ZERO, "VATEX-EU-O", "not_subject"),
    ),
    (
        {"ship_to": "CH", "buyer_country": "CH", "is_service": True},
        Decision(9, "O", ZERO, "VATEX-EU-O", "not_subject"),
    ),
    ({"ship_to": "BE", "seller_is_exempt": True}, Decision(10, "E", ZERO, "VATEX-FR-FRANCHISE", "franchise")),
    (
        {"ship_from": "DE", "seller_country": "DE", "ship_to": "FR", "vat_country": "FR", **VALID},
        Decision(11, *INTRA),
    ),
    ({"ship_to": "FR", "buyer_is_business": False}, Decision(13, "", ZERO, outcome=Outcome.REFUSED)),
]


@pytest.mark.parametrize(("supply", "expected"), TABLE)
def test_every_row_decides_as_the_table_says(supply: dict[str, object], expected: Decision) -> None:
    assert decide(Supply(rate=R, **supply)) == expected  # type: ignore[arg-type]


def test_the_table_has_a_case_for_every_row() -> None:
    # Row 12, what the platform bills a supplier, is a service by rows 1, 8 and 9.
    assert {expected.row for _supply, expected in TABLE} == {*range(1, 12), 13}
