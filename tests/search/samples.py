"""Documents for the search tests: a few written by hand, many drawn from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from search.documents import CategoryRef, Doc

ACME, BOLT = str(UUID(int=0xA)), str(UUID(int=0xB))


def key(number: int) -> str:
    return str(UUID(int=number))


def product(number: int, name_fr: str, name_en: str = "", **more: object) -> Doc:
    """A document with the fields that a test is about; the rest is plain."""
    doc = Doc(pk=key(number), tenant_id=ACME, sku=f"P{number:04}", name_fr=name_fr, name_en=name_en)
    return replace(doc, **more)  # type: ignore[arg-type]


CATALOGUE = (
    product(
        1,
        "Vis à tête hexagonale M8 x 40 inox A2 DIN 933",
        "Hex head screw M8x40 stainless A2 DIN 933",
        sku="VTH-08.040/A2",
        gtin="3017620422003",
        brand="Bossard",
        facets={"diameter": ("M8",), "material": ("inox A2",)},
        in_stock=True,
    ),
    product(
        2,
        "Vis à tête hexagonale M10 x 40 acier zingué DIN 933",
        "Hex head screw M10x40 zinc plated steel DIN 933",
        sku="VTH-10.040/ZN",
        brand="Bossard",
        facets={"diameter": ("M10",), "material": ("acier zingué",)},
    ),
    product(
        3,
        "Écrou hexagonal M8 laiton DIN 934",
        "Hexagon nut M8 brass DIN 934",
        sku="ECR-08-L",
        brand="Würth",
        facets={"diameter": ("M8",), "material": ("laiton",)},
        in_stock=True,
    ),
    product(
        4,
        "Câble rigide U-1000 R2V 3G2,5 mm² couronne 50 m",
        "Rigid cable U-1000 R2V 3G2.5 mm² coil 50 m",
        sku="R2V3G25C50",
        brand="Nexans",
        manufacturer_part_number="10145678",
        facets={"section": ("2,5 mm²",)},
        in_stock=True,
    ),
    product(
        5,
        "Disjoncteur différentiel 16 A 30 mA",
        "Residual current breaker 16 A 30 mA",
        sku="A9D55616",
        brand="Schneider",
        facets={"current": ("16 A",)},
    ),
    product(
        6,
        "Gants anti-coupure taille 9 EN 388",
        "Cut resistant gloves size 9 EN 388",
        sku="VECUT58-09",
        brand="Delta Plus",
        facets={"size": ("9",)},
        in_stock=True,
    ),
    product(
        7,
        "Gants anti-coupure taille 10 EN 388",
        "Cut resistant gloves size 10 EN 388",
        sku="VECUT58-10",
        brand="Delta Plus",
        facets={"size": ("10",)},
    ),
    product(
        8,
        "Batterie lithium 18 V 5 Ah",
        "Lithium battery 18 V 5 Ah",
        sku="BL1850B",
        brand="Makita",
        description_fr="Compatible avec perceuse et disjoncteur de charge. Livrée avec vis.",
    ),
    product(
        9,
        'Raccord laiton 1/2" mâle Ø 15',
        "Brass fitting 1/2 inch male Ø 15",
        sku="RAC-12-15",
        brand="Comap",
        facets={"material": ("laiton",)},
    ),
    product(
        10,
        "Chaussures de sécurité S3 pointure 42",
        "Safety shoes S3 size 42",
        sku="JUMPER3-42",
        brand="Delta Plus",
        facets={"size": ("42",)},
        in_stock=True,
    ),
)

KINDS = (
    ("Vis tête fraisée", "Countersunk screw", "screws"),
    ("Rondelle plate", "Flat washer", "washers"),
    ("Cheville nylon", "Nylon plug", "plugs"),
    ("Foret béton", "Masonry drill", "drills"),
)


def many(count: int, *, seed: int = 7, tenant_id: str = ACME, first: int = 1_000) -> list[Doc]:
    """Documents drawn from a fixed seed, with facets of few values, so that every combination occurs."""
    draw = random.Random(seed)
    return [_drawn(draw, first + place, tenant_id) for place in range(count)]


def _drawn(draw: random.Random, number: int, tenant_id: str) -> Doc:
    fr, en, family = draw.choice(KINDS)
    diameter, length = draw.choice((3, 4, 6, 8, 10, 12)), draw.choice((16, 20, 40, 60))
    material = draw.choice(("inox A2", "inox A4", "acier", "laiton"))
    return Doc(
        pk=key(number),
        tenant_id=tenant_id,
        sku=f"{family[:3].upper()}-{number:06}",
        name_fr=f"{fr} M{diameter} x {length} {material}",
        name_en=f"{en} M{diameter}x{length}",
        brand=draw.choice(("Bossard", "Würth", "Facom", "")),
        categories=(CategoryRef("all", "Tout", "All"), CategoryRef(f"all/{family}", fr, en)),
        facets={"diameter": (f"M{diameter}",), "length": (f"{length} mm",), "material": (material,)},
        in_stock=draw.random() < 0.6,
        rank=draw.choice((0, 0, 0, 5)),
        public_price=draw.choice((None, *range(10_000, 90_000, 10_000))),
    )


def counted(docs: Iterable[Doc], code: str, filters: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """The oracle: values of a facet among the documents that pass every filter but the facet's own."""
    counts: dict[str, int] = {}
    for doc in docs:
        values = doc.facet_values()
        if all(set(values.get(other, ())) & set(wanted) for other, wanted in filters.items() if other != code):
            for value in values.get(code, ()):
                counts[value] = counts.get(value, 0) + 1
    return counts
