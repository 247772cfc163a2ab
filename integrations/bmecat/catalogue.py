"""Header and groups of a catalogue. Nothing of Django."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from integrations.bmecat.items import Texts, children, text_of, texts, value

_MAX_LEVELS = 20


@dataclass
class Catalogue:
    """What stands around the products: who made it, in which language and currency, its groups."""

    version: str = ""
    transaction: str = ""
    language: str = ""
    currency: str = ""
    name: str = ""
    supplier: str = ""
    identifier: str = ""
    territories: list[str] = field(default_factory=list)
    group_names: dict[str, Texts] = field(default_factory=dict)
    group_parents: Texts = field(default_factory=dict)
    assigned: dict[str, str] = field(default_factory=dict)

    def read_header(self, header: etree._Element) -> None:
        for catalog in children(header, "CATALOG"):
            languages = list(children(catalog, "LANGUAGE"))
            chosen = [row for row in languages if (row.get("default") or "").lower() == "true"] or languages
            self.language = text_of(chosen[0]).lower() if chosen else ""
            self.currency = value(catalog, "CURRENCY").upper()
            self.identifier = value(catalog, "CATALOG_ID")
            self.name = " ".join(filter(None, (value(catalog, "CATALOG_NAME"), value(catalog, "CATALOG_VERSION"))))
            self.territories = [text_of(row).upper() for row in children(catalog, "TERRITORY")]
        for supplier in children(header, "SUPPLIER"):
            self.supplier = value(supplier, "SUPPLIER_NAME")

    def read_group(self, group: etree._Element) -> None:
        """A ``CATALOG_STRUCTURE``; the root names the catalogue and is no category."""
        identifier = value(group, "GROUP_ID")
        if not identifier or group.get("type") == "root":
            return
        self.group_names[identifier] = texts(group, "GROUP_NAME", self.language)
        self.group_parents[identifier] = value(group, "PARENT_ID")

    def read_assignment(self, row: etree._Element) -> None:
        """Which group a product stands in; the first one counts."""
        sku = value(row, "ART_ID", "PROD_ID", "SUPPLIER_AID", "SUPPLIER_PID")
        group = value(row, "CATALOG_GROUP_ID")
        if sku and group:
            self.assigned.setdefault(sku, group)

    def path(self, sku: str, language: str) -> str:
        """Names of a product's groups from the root on, as far as they are named in this language."""
        found: list[str] = []
        group = self.assigned.get(sku, "")
        while group in self.group_names and len(found) < _MAX_LEVELS:
            name = self.group_names[group].get(language, "")
            if not name:
                return ""
            found.append(name.replace(">", "›"))
            group = self.group_parents[group]
        return " > ".join(reversed(found))

    def languages(self) -> list[str]:
        """Languages that groups are named in."""
        return sorted({language for names in self.group_names.values() for language in names})
