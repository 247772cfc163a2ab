"""Visserie Nord: screws, nuts, washers, anchors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from catalog.services import AttributeRow
from demo.goods import Assortment, Draft, Pair, inside

FIXINGS: Pair = ("Fixation", "Fasteners")
SCREWS: tuple[Pair, ...] = (FIXINGS, ("Vis métaux", "Machine screws"))
NUTS: tuple[Pair, ...] = (FIXINGS, ("Écrous", "Nuts"))
WASHERS: tuple[Pair, ...] = (FIXINGS, ("Rondelles", "Washers"))
WOOD: tuple[Pair, ...] = (FIXINGS, ("Vis à bois", "Wood screws"))
ANCHORS: tuple[Pair, ...] = (FIXINGS, ("Chevilles et goujons", "Anchors"))
RODS: tuple[Pair, ...] = (FIXINGS, ("Tiges filetées", "Threaded rods"))
RIVETS: tuple[Pair, ...] = (FIXINGS, ("Rivets", "Rivets"))

#: Material: names, strength class, factor on the price, brand.
MATERIALS: tuple[tuple[Pair, str, float, str], ...] = (
    (("Inox A4", "A4 stainless"), "A4-70", 2.4, "Inoxal"),
    (("Inox A2", "A2 stainless"), "A2-70", 1.8, "Inoxal"),
    (("Acier zingué", "Zinc-plated steel"), "8.8", 1.0, "Fixor"),
    (("Acier brut", "Plain steel"), "10.9", 0.9, "Fixor"),
)
DIAMETERS = (3, 4, 5, 6, 8, 10, 12)
LENGTHS = (10, 16, 20, 25, 30, 40, 50, 60, 80, 100)
#: Head: names, norm, factor on the price.
HEADS: tuple[tuple[Pair, str, float], ...] = (
    (("Vis CHC", "Socket cap screw"), "DIN 912", 1.2),
    (("Vis H", "Hexagon screw"), "DIN 933", 1.0),
    (("Vis TF", "Countersunk screw"), "DIN 7991", 1.1),
)


#: What tells the variants of a screw apart.
SCREW_AXES = ("filetage", "longueur", "matiere")


def drafts() -> Iterator[Draft]:
    """All families in a fixed order."""
    yield from _screws()
    yield from _nuts_and_washers()
    yield from _others()
    yield from _wood_and_rivets()


def _screws() -> Iterator[Draft]:
    for (head, norm, extra), diameter, (material, strength, factor, brand) in product(HEADS, DIAMETERS, MATERIALS):
        for length in LENGTHS:
            if not diameter * 2 <= length <= diameter * 10:
                continue
            size = f"M{diameter}×{length}"
            yield Draft(
                name=(f"{head[0]} {size} {inside(material[0])}", f"{head[1]} {size} {inside(material[1])}"),
                family=(f"{head[0]} {brand}", f"{norm} {brand}"),
                category=SCREWS,
                brand=brand,
                price=(0.012 * diameter + 0.0016 * length * diameter / 4) * factor * extra,
                attributes={
                    "filetage": f"M{diameter}",
                    "longueur": f"{length}",
                    "matiere": material,
                    "norme": norm,
                    "classe": strength,
                },
                box=100 if diameter > 6 else 200,
                pallet=9600,
                description=(
                    f"{head[0]} filetage total, {norm}.",
                    f"{head[1]}, fully threaded, {norm}.",
                ),
            )


def _nuts_and_washers() -> Iterator[Draft]:
    kinds: tuple[tuple[Pair, str, float, tuple[Pair, ...]], ...] = (
        (("Écrou H", "Hexagon nut"), "DIN 934", 1.0, NUTS),
        (("Écrou frein", "Lock nut"), "DIN 985", 1.5, NUTS),
        (("Rondelle plate", "Flat washer"), "DIN 125", 0.35, WASHERS),
        (("Rondelle large", "Fender washer"), "DIN 9021", 0.5, WASHERS),
        (("Rondelle frein", "Spring washer"), "DIN 127", 0.45, WASHERS),
    )
    for (name, norm, share, category), diameter, (material, strength, factor, brand) in product(
        kinds, DIAMETERS, MATERIALS
    ):
        yield Draft(
            name=(f"{name[0]} M{diameter} {inside(material[0])}", f"{name[1]} M{diameter} {inside(material[1])}"),
            family=(f"{name[0]} {material[0]}", f"{norm} {material[1]}"),
            category=category,
            brand=brand,
            price=0.014 * diameter * factor * share,
            attributes={"filetage": f"M{diameter}", "matiere": material, "norme": norm, "classe": strength},
            box=200,
            pallet=38400,
        )


def _others() -> Iterator[Draft]:
    for diameter, (material, _strength, factor, brand) in product((6, 8, 10, 12), MATERIALS[:3]):
        yield Draft(
            name=(
                f"Tige filetée M{diameter} 1 m {inside(material[0])}",
                f"Threaded rod M{diameter} 1 m {inside(material[1])}",
            ),
            family=(f"Tige filetée {material[0]}", f"DIN 976 {material[1]}"),
            category=RODS,
            brand=brand,
            price=0.34 * diameter * factor,
            attributes={"filetage": f"M{diameter}", "longueur": "1000", "matiere": material, "norme": "DIN 976"},
            box=10,
        )
    for diameter, length in product((8, 10, 12), (60, 75, 90, 95, 120)):
        yield Draft(
            name=(f"Goujon d’ancrage M{diameter}×{length} zingué", f"Wedge anchor M{diameter}×{length} zinc-plated"),
            family=(f"Goujon d’ancrage M{diameter}", f"Wedge anchor M{diameter}"),
            category=ANCHORS,
            brand="Ancrex",
            price=0.055 * diameter + 0.004 * length,
            attributes={
                "filetage": f"M{diameter}",
                "longueur": f"{length}",
                "matiere": MATERIALS[2][0],
                "norme": "ETA option 7",
            },
            box=50,
        )


def _wood_and_rivets() -> Iterator[Draft]:
    for diameter, length in product((4, 5, 6), (30, 40, 50, 60, 80, 100, 120)):
        yield Draft(
            name=(f"Vis à bois TF {diameter}×{length} TX25", f"Wood screw CSK {diameter}×{length} TX25"),
            family=(f"Vis à bois {diameter}", f"Wood screw {diameter}"),
            category=WOOD,
            brand="Boisfix",
            price=0.006 * diameter + 0.0007 * length,
            attributes={
                "diametre": f"{diameter}",
                "longueur": f"{length}",
                "matiere": MATERIALS[2][0],
                "empreinte": "TX25",
            },
            box=200,
        )
    for rivet, length in product((("3.2", 3.2), ("4.0", 4.0), ("4.8", 4.8)), (8, 10, 12, 16, 20)):
        yield Draft(
            name=(
                f"Rivet aveugle alu/acier {rivet[0].replace('.', ',')}×{length}",
                f"Blind rivet alu/steel {rivet[0]}×{length}",
            ),
            family=("Rivet aveugle", "Blind rivet"),
            category=RIVETS,
            brand="Rivex",
            price=0.008 * rivet[1] + 0.0011 * length,
            attributes={"diametre": rivet[0], "longueur": f"{length}", "matiere": ("Alu/acier", "Alu/steel")},
            box=500,
        )


ASSORTMENT = Assortment(
    sku_prefix="VN",
    gtin_prefix="3760101",
    attributes=(
        AttributeRow("filetage", "Filetage", "Thread"),
        AttributeRow("longueur", "Longueur", "Length", kind="number", unit="mm"),
        AttributeRow("diametre", "Diamètre", "Diameter", kind="number", unit="mm"),
        AttributeRow("matiere", "Matière", "Material"),
        AttributeRow("norme", "Norme", "Standard"),
        AttributeRow("classe", "Classe", "Strength class"),
        AttributeRow("empreinte", "Empreinte", "Drive"),
    ),
    drafts=drafts,
)
