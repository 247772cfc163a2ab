"""Sécurivêt: gloves, shoes, clothing, head and eye protection."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from catalog.services import AttributeRow
from demo.goods import Assortment, Draft, Pair, inside

SAFETY: Pair = ("Protection individuelle", "Personal protection")
GLOVES: tuple[Pair, ...] = (SAFETY, ("Gants", "Gloves"))
SHOES: tuple[Pair, ...] = (SAFETY, ("Chaussures", "Footwear"))
CLOTHES: tuple[Pair, ...] = (SAFETY, ("Vêtements", "Clothing"))
HEADS: tuple[Pair, ...] = (SAFETY, ("Tête et yeux", "Head and eyes"))

COLOURS: tuple[Pair, ...] = (
    ("Jaune fluo", "Hi-vis yellow"),
    ("Orange fluo", "Hi-vis orange"),
    ("Marine", "Navy"),
    ("Gris", "Grey"),
)


def drafts() -> Iterator[Draft]:
    """All families in a fixed order."""
    yield from _gloves()
    yield from _shoes()
    yield from _clothes()
    yield from _heads()


def _gloves() -> Iterator[Draft]:
    kinds: tuple[tuple[Pair, str, float], ...] = (
        (("Gant anticoupure niveau D", "Cut-resistant glove level D"), "EN 388 4X43D", 5.9),
        (("Gant anticoupure niveau F", "Cut-resistant glove level F"), "EN 388 4X43F", 9.4),
        (("Gant manutention enduit PU", "PU-coated handling glove"), "EN 388 3131X", 1.7),
        (("Gant manutention enduit nitrile", "Nitrile-coated handling glove"), "EN 388 4121X", 2.3),
        (("Gant chimique nitrile 33 cm", "Chemical nitrile glove 33 cm"), "EN 374 type A", 3.8),
        (("Gant soudeur cuir", "Leather welding glove"), "EN 12477 type A", 11.5),
        (("Gant grand froid", "Thermal glove"), "EN 511 121", 8.2),
    )
    for (name, norm, price), brand, size in product(kinds, ("Manutex", "Protecta"), range(6, 12)):
        yield Draft(
            name=(f"{name[0]} taille {size}", f"{name[1]} size {size}"),
            family=(f"{name[0]} {brand}", f"{name[1]} {brand}"),
            category=GLOVES,
            brand=brand,
            price=price * (1.12 if brand == "Manutex" else 1),
            attributes={"taille": str(size), "norme": norm},
            unit="PR",
            box=12,
        )


def _shoes() -> Iterator[Draft]:
    kinds: tuple[tuple[Pair, str, float], ...] = (
        (("Chaussure basse S1P", "Low shoe S1P"), "EN ISO 20345 S1P", 42.0),
        (("Chaussure basse S3", "Low shoe S3"), "EN ISO 20345 S3", 54.0),
        (("Chaussure montante S3", "Ankle boot S3"), "EN ISO 20345 S3", 61.0),
        (("Botte PVC S5", "PVC boot S5"), "EN ISO 20345 S5", 29.0),
        (("Chaussure agroalimentaire S2", "Food industry shoe S2"), "EN ISO 20345 S2", 38.0),
    )
    for (name, norm, price), brand, size in product(kinds, ("Solidur", "Protecta"), range(36, 49)):
        yield Draft(
            name=(f"{name[0]} pointure {size}", f"{name[1]} EU size {size}"),
            family=(f"{name[0]} {brand}", f"{name[1]} {brand}"),
            category=SHOES,
            brand=brand,
            price=price * (1.2 if brand == "Solidur" else 1),
            attributes={"pointure": str(size), "norme": norm},
            unit="PR",
            box=5,
        )


def _clothes() -> Iterator[Draft]:
    kinds: tuple[tuple[Pair, str, float], ...] = (
        (("Gilet haute visibilité", "Hi-vis vest"), "EN ISO 20471 classe 2", 3.2),
        (("Parka haute visibilité", "Hi-vis parka"), "EN ISO 20471 classe 3", 48.0),
        (("Pantalon multipoche", "Cargo trousers"), "EN ISO 13688", 32.0),
        (("Veste softshell", "Softshell jacket"), "EN ISO 13688", 39.0),
        (("Combinaison jetable type 5/6", "Disposable coverall type 5/6"), "EN ISO 13982-1", 4.6),
    )
    for (name, norm, price), colour, size in product(kinds, COLOURS, ("S", "M", "L", "XL", "XXL", "3XL")):
        yield Draft(
            name=(f"{name[0]} {inside(colour[0])} {size}", f"{name[1]} {inside(colour[1])} {size}"),
            family=(f"{name[0]} {colour[0]}", f"{name[1]} {colour[1]}"),
            category=CLOTHES,
            brand="Visiowear",
            price=price,
            attributes={"taille": size, "couleur": colour, "norme": norm},
            box=10,
        )


def _heads() -> Iterator[Draft]:
    kinds: tuple[tuple[Pair, str, float], ...] = (
        (("Casque de chantier", "Safety helmet"), "EN 397", 9.5),
        (("Casque ventilé à molette", "Vented helmet with ratchet"), "EN 397", 17.0),
        (("Casquette anti-heurt", "Bump cap"), "EN 812", 13.0),
        (("Lunettes de protection incolores", "Clear safety glasses"), "EN 166 1F", 3.4),
        (("Lunettes de protection teintées", "Tinted safety glasses"), "EN 166 5-3.1", 3.9),
        (("Casque antibruit SNR 30 dB", "Ear defenders SNR 30 dB"), "EN 352-1", 15.5),
        (("Masque FFP2 plié", "Folded FFP2 mask"), "EN 149 FFP2", 0.62),
        (("Masque FFP3 à soupape", "Valved FFP3 mask"), "EN 149 FFP3", 1.9),
    )
    for (name, norm, price), colour in product(kinds, (*COLOURS, ("Blanc", "White"), ("Bleu", "Blue"))):
        yield Draft(
            name=(f"{name[0]} {inside(colour[0])}", f"{name[1]} {inside(colour[1])}"),
            family=name,
            category=HEADS,
            brand="Protecta",
            price=price,
            attributes={"couleur": colour, "norme": norm},
            box=20,
        )


ASSORTMENT = Assortment(
    sku_prefix="SV",
    gtin_prefix="3760103",
    attributes=(
        AttributeRow("taille", "Taille", "Size"),
        AttributeRow("pointure", "Pointure", "EU shoe size", kind="number"),
        AttributeRow("couleur", "Couleur", "Colour"),
        AttributeRow("norme", "Norme", "Standard"),
    ),
    drafts=drafts,
)
