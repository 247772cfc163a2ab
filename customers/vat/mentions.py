"""What documents say where no VAT is charged: sentences by day, since the law that they name changes.

The articles of the CGI on VAT moved to the code des impositions sur les biens et services (CIBS) on 2026-09-01
(ordonnance 2025-1247); documents may name the former ones until 2027-12-31. An article is named here only once it is
known for certain: until the CIBS's are entered, the European article and the former French one are both given, which
that tolerance allows. When it ends and nothing was entered, the last sentence stays: an invoice is never without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from core.formatting import localised

_MOVED = date(2026, 9, 1)
TOLERATED_UNTIL = date(2027, 12, 31)


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence, from its first day to its last."""

    key: str
    valid_from: date
    valid_to: date
    fr: str
    en: str


#: Key; what it is called in French and English; the article of the CGI; that of directive 2006/112/EC, if any.
_ROWS = (
    (
        "intra_community",
        "Exonération de TVA, livraison intracommunautaire",
        "VAT exempt, intra-Community supply",
        "article 262 ter, I",
        "article 138",
    ),
    ("export", "Exonération de TVA, exportation", "VAT exempt, export", "article 262, I", "article 146"),
    (
        "french_export",
        "Exonération de TVA, expédition vers un département d’outre-mer",
        "VAT exempt, dispatch to a French overseas department",
        "article 294",
        "",
    ),
    (
        "reverse_charge",
        "Autoliquidation : TVA due par le preneur",
        "Reverse charge (autoliquidation): VAT due by the customer",
        "article 283-2",
        "article 196",
    ),
    ("not_subject", "Non soumis à la TVA française", "Not subject to French VAT", "article 259, 1°", "article 44"),
    ("franchise", "TVA non applicable", "VAT not applicable", "article 293 B", ""),
)


def _until_moved(key: str, fr: str, en: str, article: str, _directive: str) -> Mention:
    first, last = date(2020, 1, 1), _MOVED - timedelta(days=1)
    return Mention(key, first, last, f"{fr}, {article} du CGI.", f"{en}, {article} of the French tax code (CGI).")


def _since_moved(key: str, fr: str, en: str, article: str, directive: str) -> Mention:
    here = ("", "")
    if directive:
        here = (f", {directive} de la directive 2006/112/CE", f", {directive} of directive 2006/112/EC")
    former = (
        f" (ancien {article} du CGI, repris au CIBS depuis le 1er septembre 2026).",
        f" (formerly {article} of the French CGI, part of the CIBS since 1 September 2026).",
    )
    return Mention(key, _MOVED, TOLERATED_UNTIL, f"{fr}{here[0]}{former[0]}", f"{en}{here[1]}{former[1]}")


#: Every sentence that there ever was: a document shows those of its day.
MENTIONS: tuple[Mention, ...] = tuple(make(*row) for row in _ROWS for make in (_until_moved, _since_moved))
#: Short names for sums: "0 % – intra-Community supply". French, English.
_SHORT = {
    "intra_community": ("livraison intracommunautaire", "intra-Community supply"),
    "export": ("exportation", "export"),
    "french_export": ("expédition outre-mer", "dispatch overseas"),
    "reverse_charge": ("autoliquidation", "reverse charge"),
    "not_subject": ("hors champ", "not subject to VAT"),
    "franchise": ("franchise en base", "small business exemption"),
}


def mention(key: str, day: date | None = None) -> str:
    """The sentence of a document of this day, in the reader's language; nothing for an empty key. Raises KeyError."""
    if not key:
        return ""
    day = day or timezone.localdate()
    rows = sorted((row for row in MENTIONS if row.key == key), key=lambda row: row.valid_from)
    if not rows:
        raise KeyError(key)
    row = next((row for row in rows if row.valid_from <= day <= row.valid_to), rows[-1])
    return localised(row.fr, row.en)


def short(key: str) -> str:
    """What an exemption is called in a line of sums; nothing for an empty key."""
    return localised(*_SHORT[key]) if key else ""
