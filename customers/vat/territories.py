"""Where an address is for VAT: a country's parts that lie outside its territory have a code of their own.

Directive 2006/112/EC, articles 6 and 7; for France CGI art. 294 (CIBS since 2026-09-01). Told by postal codes.
"""

from __future__ import annotations

#: Of an address in a country, postal codes that begin so are elsewhere for VAT. Codes are ISO 3166 where there is one;
#: ``XX`` are places without one that no country's VAT reaches.
_ELSEWHERE: dict[str, tuple[tuple[str, str], ...]] = {
    "FR": (
        ("971", "GP"),
        ("972", "MQ"),
        ("973", "GF"),
        ("974", "RE"),
        ("975", "PM"),
        ("976", "YT"),
        ("97133", "BL"),
        ("97150", "MF"),
        ("977", "BL"),
        ("978", "MF"),
        ("984", "TF"),
        ("986", "WF"),
        ("987", "PF"),
        ("988", "NC"),
    ),
    "GB": (("BT", "XI"),),
    "ES": (("35", "IC"), ("38", "IC"), ("51", "EA"), ("52", "EA")),  # Canary Islands; Ceuta, Melilla
    "FI": (("22", "AX"),),
    "DE": (("78266", "XX"), ("27498", "XX")),  # Büsingen, Helgoland
    "IT": (("23041", "XX"),),  # Livigno
    "GR": (("63086", "XX"),),  # Mount Athos
}
#: Monaco belongs to the French territory, the Isle of Man to the British one.
_SAME = {"MC": "FR", "IM": "GB", "EL": "GR"}


def territory(country: str, postal_code: str = "") -> str:
    """The code under which the table of VAT knows an address."""
    code, place = _SAME.get(country, country), "".join(postal_code.split()).upper()
    found = [(prefix, other) for prefix, other in _ELSEWHERE.get(code, ()) if place.startswith(prefix)]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else code
