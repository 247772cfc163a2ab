"""Who is in the example world: operators, suppliers and their staff, buying companies and their people."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from accounts.enums import CompanyRole, StaffRole, UnitKind
from accounts.permissions import Permission
from tenants.enums import TenantKind

#: Everybody's password; it opens nothing but example data.
PASSWORD = "comptoir-demo"  # noqa: S105


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    language: str = "fr"


@dataclass(frozen=True)
class Seller:
    """A tenant, its legal data and look, and the people who work there."""

    slug: str
    name: str
    kind: TenantKind
    legal_name: str
    siren: str
    street: str
    postal_code: str
    city: str
    primary: str
    tagline: tuple[str, str]
    staff: tuple[tuple[Person, StaffRole], ...]


@dataclass(frozen=True)
class Layout:
    """Sites and departments (name, kind, what it belongs to), roles of its own, and who works there as what."""

    units: tuple[tuple[str, UnitKind, str], ...] = ()
    roles: tuple[tuple[str, frozenset[Permission]], ...] = ()
    people: tuple[tuple[Person, str, str], ...] = ()


@dataclass(frozen=True)
class Buyer:
    """A buying company, its people and its addresses: the first values of :class:`accounts.addresses.AddressData`."""

    name: str
    siren: str
    addresses: tuple[tuple[str, ...], ...]
    people: tuple[tuple[Person, CompanyRole], ...]
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True)
class Account:
    """What a seller grants a buyer."""

    seller: str
    buyer: str
    group: str
    term: str
    limit: Decimal
    own_list: str = ""


OPERATOR = Person("operator@comptoir.example", "Olivia Garnier")

SELLERS = (
    Seller(
        "visserie-nord",
        "Visserie Nord",
        TenantKind.SUPPLIER,
        "Visserie Nord SAS",
        "552100554",
        "14 rue des Aciéries",
        "59000",
        "Lille",
        "#0f4c5c",
        ("La fixation au juste prix, expédiée demain", "Fasteners at the right price, shipped tomorrow"),
        (
            (Person("paul@visserie-nord.example", "Paul Renard"), StaffRole.OWNER),
            (Person("lea@visserie-nord.example", "Léa Marchand"), StaffRole.LOGISTICS),
        ),
    ),
    Seller(
        "lumen",
        "Lumen Électricité",
        TenantKind.SUPPLIER,
        "Lumen Électricité SAS",
        "732829320",
        "8 avenue Ampère",
        "69007",
        "Lyon",
        "#7a3e00",
        ("Câbles, protection, éclairage", "Cables, protection, lighting"),
        ((Person("nadia@lumen.example", "Nadia Benali"), StaffRole.OWNER),),
    ),
    Seller(
        "securivet",
        "Sécurivêt",
        TenantKind.SUPPLIER,
        "Sécurivêt SARL",
        "404833048",
        "3 quai de la Loire",
        "44000",
        "Nantes",
        "#ffb703",
        ("Protéger de la tête aux pieds", "Protection from head to toe"),
        ((Person("hugo@securivet.example", "Hugo Lemoine"), StaffRole.OWNER),),
    ),
    Seller(
        "quincaillerie-rhone",
        "Quincaillerie du Rhône",
        TenantKind.DISTRIBUTOR,
        "Quincaillerie du Rhône SA",
        "356000000",
        "120 cours Lafayette",
        "69003",
        "Lyon",
        "#5a189a",
        ("Tout pour l’atelier, à côté de chez vous", "Everything for the workshop, next door"),
        ((Person("sophie@quincaillerie-rhone.example", "Sophie Girard"), StaffRole.OWNER),),
    ),
)

BUYERS = (
    Buyer(
        "Ateliers Delmas",
        "428785042",
        (
            ("Arras", "12 rue des Forges", "62000", "Arras"),
            (
                *("Lens", "Zone du Parc, lot 4", "62300", "Lens", "FR", "Karim Saïdi", "+33 3 21 00 00 62"),
                *("lun.–ven. 7 h–12 h, 13 h–16 h", "hayon, pas de quai", "portail vert, hauteur 3,80 m"),
            ),
        ),
        (
            (Person("claire@delmas.example", "Claire Martin"), CompanyRole.ADMINISTRATOR),
            (Person("julien@delmas.example", "Julien Petit"), CompanyRole.BUYER),
            (Person("valerie@delmas.example", "Valérie Noël"), CompanyRole.VIEWER),
            (Person("helene@delmas.example", "Hélène Roux"), CompanyRole.APPROVER),
        ),
        Layout(
            units=(
                ("Arras", UnitKind.SITE, ""),
                ("Lens", UnitKind.SITE, ""),
                ("Maintenance", UnitKind.DEPARTMENT, "Lens"),
            ),
            roles=(("Magasinier", frozenset({Permission.SEE_PRICES, Permission.ORDER, Permission.MANAGE_ADDRESSES})),),
            people=(
                (Person("sarah@delmas.example", "Sarah Lopez"), CompanyRole.BUYER, "Arras"),
                (Person("karim@delmas.example", "Karim Saïdi"), "Magasinier", "Lens"),
                (Person("elise@delmas.example", "Élise Caron"), CompanyRole.BUYER, "Maintenance"),
            ),
        ),
    ),
    Buyer(
        "BatiNord",
        "542051180",
        (("Dépôt de Lens", "5 chemin du Halage", "62300", "Lens"),),
        (
            (Person("marc@batinord.example", "Marc Dubois"), CompanyRole.ADMINISTRATOR),
            (Person("ines@batinord.example", "Inès Roche", "en"), CompanyRole.BUYER),
        ),
    ),
    Buyer(
        "Garage Lecomte",
        "775670417",
        (("Garage", "2 place de la Gare", "80000", "Amiens"),),
        ((Person("thomas@lecomte.example", "Thomas Lecomte"), CompanyRole.ADMINISTRATOR),),
    ),
)

ACCOUNTS = (
    Account("visserie-nord", "Ateliers Delmas", "Industrie 62", "eom45", Decimal(30_000), own_list="Accord-cadre 2026"),
    Account("visserie-nord", "BatiNord", "Bâtiment", "net45", Decimal(80_000)),
    Account("lumen", "Ateliers Delmas", "Industrie", "net30", Decimal(15_000)),
    Account("lumen", "BatiNord", "Bâtiment", "net60", Decimal(60_000)),
    Account("lumen", "Garage Lecomte", "Artisans", "net30", Decimal(4_000)),
    Account("securivet", "Ateliers Delmas", "Industrie", "net30", Decimal(8_000)),
    Account("securivet", "BatiNord", "Bâtiment", "net30", Decimal(12_000)),
    Account("quincaillerie-rhone", "Ateliers Delmas", "Professionnels", "net30", Decimal(5_000)),
    Account("quincaillerie-rhone", "Garage Lecomte", "Professionnels", "receipt", Decimal(3_000)),
)

#: Asked for an account and waits for the supplier's decision.
WAITING = (
    ("visserie-nord", "Garage Lecomte", "Nous réparons des poids lourds et cherchons un fournisseur de visserie."),
)
