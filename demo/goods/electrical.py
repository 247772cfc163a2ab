"""Lumen Électricité: cables, protection, conduits, lighting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from catalog.services import AttributeRow
from demo.goods import Assortment, Draft, Pair, inside

ELECTRICAL: Pair = ("Électricité", "Electrical")
CABLES: tuple[Pair, ...] = (ELECTRICAL, ("Câbles", "Cables"))
WIRES: tuple[Pair, ...] = (ELECTRICAL, ("Fils", "Wires"))
PROTECTION: tuple[Pair, ...] = (ELECTRICAL, ("Protection modulaire", "Modular protection"))
CONDUITS: tuple[Pair, ...] = (ELECTRICAL, ("Gaines et conduits", "Conduits"))
LIGHTING: tuple[Pair, ...] = (ELECTRICAL, ("Éclairage", "Lighting"))
BOXES: tuple[Pair, ...] = (ELECTRICAL, ("Boîtes et appareillage", "Boxes and accessories"))

COLOURS: tuple[Pair, ...] = (
    ("Bleu", "Blue"),
    ("Noir", "Black"),
    ("Rouge", "Red"),
    ("Marron", "Brown"),
    ("Vert/jaune", "Green/yellow"),
)
SECTIONS = (1.5, 2.5, 4.0, 6.0, 10.0, 16.0)


def _section(value: float, language: int) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if language == 0 else text


def drafts() -> Iterator[Draft]:
    """All families in a fixed order."""
    yield from _cables()
    yield from _protection()
    yield from _rest()


def _cables() -> Iterator[Draft]:
    for kind, conductors, section, length in product(
        (("U-1000 R2V", 1.0), ("H07RN-F", 1.7), ("FR-N1X1G1", 2.1)), (2, 3, 4, 5), SECTIONS[:5], (50, 100)
    ):
        size_fr, size_en = (f"{conductors}G{_section(section, i)}" for i in (0, 1))
        yield Draft(
            name=(f"Câble {kind[0]} {size_fr} mm², {length} m", f"Cable {kind[0]} {size_en} mm², {length} m"),
            family=(f"Câble {kind[0]} {size_fr}", f"Cable {kind[0]} {size_en}"),
            category=CABLES,
            brand="Cablor",
            price=0.33 * conductors * section * kind[1] * length / 2.2,
            attributes={
                "section": f"{section:g}",
                "conducteurs": str(conductors),
                "longueur": str(length),
                "type_cable": kind[0],
            },
            unit="XRO",
            box=0,
        )
    for section, colour, length in product(SECTIONS, COLOURS, (25, 100)):
        yield Draft(
            name=(
                f"Fil H07V-U {_section(section, 0)} mm² {inside(colour[0])}, {length} m",
                f"Wire H07V-U {_section(section, 1)} mm² {inside(colour[1])}, {length} m",
            ),
            family=(f"Fil H07V-U {_section(section, 0)}", f"Wire H07V-U {_section(section, 1)}"),
            category=WIRES,
            brand="Cablor",
            price=0.19 * section * length,
            attributes={"section": f"{section:g}", "couleur": colour, "longueur": str(length)},
            unit="XRO",
        )


def _protection() -> Iterator[Draft]:
    for brand, poles, curve, rating in product(
        ("Hageline", "Ampero"), ("1P+N", "2P", "3P", "4P"), ("B", "C", "D"), (2, 6, 10, 16, 20, 25, 32, 40, 63)
    ):
        yield Draft(
            name=(
                f"Disjoncteur {poles} courbe {curve} {rating} A",
                f"Circuit breaker {poles} curve {curve} {rating} A",
            ),
            family=(f"Disjoncteur {brand} {poles} {curve}", f"Circuit breaker {brand} {poles} {curve}"),
            category=PROTECTION,
            brand=brand,
            price=6.5 + 3.1 * (int(poles[0])) + rating * 0.21 + (1.4 if brand == "Hageline" else 0),
            attributes={"calibre": str(rating), "courbe": curve, "poles": poles},
            box=12,
        )
    for brand, poles, kind, rating in product(("Hageline", "Ampero"), ("2P", "4P"), ("AC", "A", "F"), (25, 40, 63)):
        yield Draft(
            name=(
                f"Interrupteur différentiel {poles} type {kind} {rating} A 30 mA",
                f"Residual current switch {poles} type {kind} {rating} A 30 mA",
            ),
            family=(f"Interrupteur différentiel {brand} {poles}", f"Residual current switch {brand} {poles}"),
            category=PROTECTION,
            brand=brand,
            price=28 + rating * 0.6 + (19 if poles == "4P" else 0) + (12 if kind != "AC" else 0),
            attributes={"calibre": str(rating), "poles": poles, "type_differentiel": kind},
            box=6,
        )


def _rest() -> Iterator[Draft]:
    for diameter, length, wired in product((16, 20, 25, 32, 40), (25, 50, 100), (False, True)):
        extra: Pair = (" avec tire-fil", " with draw wire") if wired else ("", "")
        yield Draft(
            name=(
                f"Gaine ICTA 3422 Ø {diameter} mm{extra[0]}, {length} m",
                f"Conduit ICTA 3422 Ø {diameter} mm{extra[1]}, {length} m",
            ),
            family=(f"Gaine ICTA {diameter}", f"Conduit ICTA {diameter}"),
            category=CONDUITS,
            brand="Janoplast",
            price=0.021 * diameter * length * (1.15 if wired else 1),
            attributes={"diametre": str(diameter), "longueur": str(length)},
            unit="XRO",
        )
    for power, temperature, protection in product((9, 18, 24, 36, 48), (3000, 4000, 6500), ("IP20", "IP44", "IP65")):
        yield Draft(
            name=(
                f"Luminaire LED {power} W {temperature} K {protection}",
                f"LED luminaire {power} W {temperature} K {protection}",
            ),
            family=(f"Luminaire LED {power} W", f"LED luminaire {power} W"),
            category=LIGHTING,
            brand="Lumicor",
            price=8 + power * 0.7 + (9 if protection == "IP65" else 0),
            attributes={"puissance": str(power), "temperature": str(temperature), "indice": protection},
            box=4,
        )
    for name, gangs, depth in product(
        (("Boîte d’encastrement", "Flush box"), ("Boîte cloison sèche", "Drywall box")), (1, 2, 3, 4), (40, 50)
    ):
        yield Draft(
            name=(f"{name[0]} {gangs} poste(s) prof. {depth} mm", f"{name[1]} {gangs} gang depth {depth} mm"),
            family=name,
            category=BOXES,
            brand="Janoplast",
            price=0.6 * gangs + depth * 0.01,
            attributes={"postes": str(gangs), "profondeur": str(depth)},
            box=50,
        )


ASSORTMENT = Assortment(
    sku_prefix="LU",
    gtin_prefix="3760102",
    attributes=(
        AttributeRow("section", "Section", "Cross-section", kind="number", unit="mm²"),
        AttributeRow("conducteurs", "Conducteurs", "Conductors", kind="number"),
        AttributeRow("couleur", "Couleur", "Colour"),
        AttributeRow("calibre", "Calibre", "Rating", kind="number", unit="A"),
        AttributeRow("courbe", "Courbe", "Curve"),
        AttributeRow("poles", "Pôles", "Poles"),
        AttributeRow("type_differentiel", "Type de différentiel", "Residual current type"),
        AttributeRow("type_cable", "Type de câble", "Cable type"),
        AttributeRow("puissance", "Puissance", "Power", kind="number", unit="W"),
        AttributeRow("temperature", "Température de couleur", "Colour temperature", kind="number", unit="K"),
        AttributeRow("indice", "Indice de protection", "Ingress protection"),
        AttributeRow("diametre", "Diamètre", "Diameter", kind="number", unit="mm"),
        AttributeRow("longueur", "Longueur", "Length", kind="number", unit="m"),
        AttributeRow("postes", "Postes", "Gangs", kind="number"),
        AttributeRow("profondeur", "Profondeur", "Depth", kind="number", unit="mm"),
    ),
    drafts=drafts,
)
