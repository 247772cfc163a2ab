"""Sample rows of the gallery: long, accented, and in every state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """One row of a listing."""

    key: str
    sku: str
    gtin: str
    name: str
    spec: str
    price: str
    tiers: tuple[tuple[str, str], ...]
    pack: str
    minimum: str
    stock: str
    tone: str
    shape: str
    lead: str
    qty: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    value: str
    label: str
    count_text: str
    id: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a parcel."""

    text: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a thread."""

    meta: str
    text: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do."""

    tag: str
    tone: str
    title: str
    who: str
    detail: str
    amount: str
    action: str
    main: bool


TIERS = (("≥ 500", "0,371"), ("≥ 2 000", "0,338"))
PRODUCTS = (
    Product("1", "VN-10482", "33606…2210", "Vis CHC M8×40 inox A4", "DIN 912 · classe A4-70", "0,412 €", TIERS,
            "boîte de 100", "min. 100", "4 200 en stock", "ok", "●", "départ demain", "200"),
    Product("2", "VN-10489", "33606…2213", "Vis à tête cylindrique six pans creux M8×50 inox A4 filetage partiel",
            "DIN 912 · classe A4-70", "1 240,468 €", TIERS, "boîte de 100", "min. 100", "80 · reste le 4 déc.", "warn",
            "◐", "départ 4 déc.", ""),
    Product("3", "VN-10503", "33606…2219", "Vis H M10×60 zinguée 8.8", "DIN 931 · classe 8.8", "0,524 €", TIERS,
            "boîte de 50", "min. 50", "9 jours", "mute", "○", "départ 3 déc.", ""),
)  # fmt: skip
FACETS = tuple(
    Option(f"m{size}", f"M{size}", str(128 - size), f"f-thread-m{size}", size == 8)
    for size in (3, 4, 5, 6, 8, 10, 12, 14, 16, 20)
)
PARCELS = (
    (
        "Colis 1 sur 3",
        (
            Step("Préparé", "20 nov. 15:20", "done"),
            Step("Remis au transporteur", "20 nov. 17:05", "done"),
            Step("En transit", "Lesquin, 23:41", "done"),
            Step("En livraison", "21 nov. 07:58", "done"),
            Step("Livré", "21 nov. 09:12", "done"),
        ),
    ),
    (
        "Colis 2 sur 3 · palette",
        (
            Step("Préparé", "23 nov. 11:02", "done"),
            Step("Remis au transporteur", "23 nov. 16:44", "done"),
            Step("En transit", "Lesquin, il y a 4 min", "now"),
            Step("En livraison", "—", "todo"),
            Step("Livré", "30 nov. (estimé)", "todo"),
        ),
    ),
)
THREAD = (
    Entry("14:21 · transporteur", "Colis 2 : arrivée estimée reportée au 30 nov.", mine=False),
    Entry("09:12 · Claire M.", "Colis 1 reçu, 2 lignes, rien à signaler", mine=True),
)
COLUMNS = ("Visserie Nord", "Boulonnerie du Rhône", "FixaPro")
QUEUE = (
    Task("2 h", "bad", "Devis DV-2026-0042", "Ateliers Delmas",
         "5 lignes · contre-proposition reçue 14:03 · marge après : 21,4 %", "6 037 €", "Répondre", main=True),
    Task("Encours", "warn", "CO-2026-01190", "Garage Lecomte",
         "dépasse son encours de 412 € · paie à 38 j · proposer un acompte", "3 905 €", "Décider", main=False),
    Task("Stock", "info", "Tige filetée M8 inox", "sera en rupture le 2 déc.",
         "3 commandes récurrentes et 1 accord-cadre en dépendent", "", "Voir", main=False),
)  # fmt: skip
