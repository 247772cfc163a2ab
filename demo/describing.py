"""What the example supplier says about its screws beyond its price list: a family, pictures, relations, a set."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from PIL import Image, ImageDraw

from catalog.definitions import attribute_lines
from catalog.editing import NewProduct, Placement, create_product, save_measures
from catalog.enums import MediaKind, RelationKind
from catalog.families import FamilyData, Member, assign_family, save_family
from catalog.lifecycle import publish
from catalog.media.services import MediaData, add_media
from catalog.models import Variant
from catalog.packs.models import RuleKind
from catalog.packs.plans import Surcharge
from catalog.packs.services import GroupData, OptionData, PackData, PartData, RuleData, save_pack
from catalog.relations import relate
from catalog.rows import Measures
from core.actor import system
from demo.goods import Good
from demo.goods.fasteners import HEADS, SCREW_AXES, SCREWS

BOT = system("demo")
_STEEL, _DARK, _PAPER = "#b9c3cc", "#5f6b76", "#ffffff"


def describe_screws(goods: Sequence[Good]) -> None:
    """The family of screws, and for each product a picture, a data sheet and what goes with it."""
    french = tuple(name for name, _english in SCREWS)
    screws = [good for good in goods if good.row.category == french]
    ids = {line.code: line.id for line in attribute_lines()}
    members = tuple(
        Member(ids[code], is_required=code in SCREW_AXES, is_comparable=code != "norme")
        for code in ("filetage", "longueur", "matiere", "classe", "norme")
    )
    family_id = save_family(data=FamilyData("vis", "Vis métaux", "Machine screws", members), actor=BOT)
    codes = {good.row.product_code for good in screws}
    assign_family(family_id=family_id, product_codes=codes, axes=SCREW_AXES, actor=BOT)
    keys = dict(Variant.objects.filter(sku__in=[good.row.sku for good in goods]).values_list("sku", "pk"))
    firsts = {good.row.product_code: good.row for good in reversed(screws)}
    for (head_fr, head_en), norm, _factor in HEADS:
        for row in firsts.values():
            if row.name_fr.startswith(f"{head_fr} "):
                _illustrate(keys[row.sku], head_fr, head_en, norm)
    _relate(goods, keys)
    _bolting_set(goods)


def _illustrate(variant_id: UUID, head_fr: str, head_en: str, norm: str) -> None:
    picture = MediaData(MediaKind.IMAGE, f"{head_fr}, {norm}", f"{head_en}, {norm}")
    add_media(variant_id=variant_id, contents=[("screw.png", drawing(head_fr))], data=picture, actor=BOT)
    sheet = MediaData(MediaKind.DATA_SHEET, f"Fiche technique {norm}", f"Data sheet {norm}", "fr")
    content = data_sheet(f"{head_fr} {norm}")
    add_media(variant_id=variant_id, contents=[("sheet.pdf", content)], data=sheet, actor=BOT)


def _relate(goods: Sequence[Good], keys: dict[str, UUID]) -> None:
    """The first screw with the nut of its thread, and its measures."""
    screw = goods[0].row
    same = [good.row for good in goods if good.row.attributes.get("filetage") == screw.attributes["filetage"]]
    nut = next(row for row in same if row.name_fr.startswith("Écrou"))
    relate(variant_id=keys[screw.sku], other_sku=nut.sku, kind=RelationKind.ACCESSORY, actor=BOT)
    measures = Measures(weight_kg=Decimal("0.0012"), origin_country="FR", customs_code="73181535")
    save_measures(variant_id=keys[screw.sku], data=measures, actor=BOT)


def _bolting_set(goods: Sequence[Good]) -> None:
    """A set to configure: screws, a nut that fits or none, washers, and services about them."""
    rows = [good.row for good in goods if good.row.attributes.get("filetage") == "M8"]
    screw, nut, lock, washer = (
        next(row for row in rows if row.name_fr.startswith(name))
        for name in ("Vis CHC M8×40", "Écrou H M8", "Écrou frein M8", "Rondelle plate M8")
    )
    names = ("Coffret boulonnerie M8, 100 pièces", "M8 bolting set, 100 pieces")
    category_id = Variant.objects.values_list("product__category", flat=True).get(sku=screw.sku)
    placement = Placement(brand="Fixor", category_id=category_id)
    pack_id = create_product(data=NewProduct("VN-SET-M8", *names, base_unit="SET", placement=placement), actor=BOT)
    hundred = Decimal(100)
    data = PackData(
        "configured",
        parts=(PartData(screw.sku, hundred),),
        groups=(GroupData("A", "Écrou", "Nut", 1, 1), GroupData("B", "Options", "Options", 0, 3)),
        options=(
            OptionData("A1", "Écrou hexagonal", "Hexagon nut", nut.sku, hundred, is_default=True),
            OptionData("A2", "Écrou frein", "Lock nut", lock.sku, hundred),
            OptionData("A3", "Sans écrou", "No nut"),
            OptionData("B1", "Rondelles plates", "Flat washers", washer.sku, Decimal(200)),
            OptionData("B2", "Assemblage", "Assembled", surcharge=Surcharge(amount=Decimal(12))),
            OptionData("B3", "Certificat matière", "Material certificate", surcharge=Surcharge(rate=Decimal("0.05"))),
        ),
        rules=(
            RuleData("A3", RuleKind.EXCLUDES, "B2"),
            RuleData("B2", RuleKind.REQUIRES, "B1"),
            RuleData("A2", RuleKind.PRICES, "B2", Surcharge(amount=Decimal("-2.5"))),
        ),
    )
    save_pack(variant_id=pack_id, data=data, actor=BOT)
    publish(variant_id=pack_id, actor=BOT)


def drawing(head: str) -> bytes:
    """A screw with its head, as a PNG."""
    image = Image.new("RGB", (800, 600), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((270, 255, 700, 345), fill=_STEEL, outline=_DARK, width=4)
    for left in range(330, 700, 18):
        draw.line((left, 255, left - 14, 345), fill=_DARK, width=3)
    if "TF" in head:
        draw.polygon(((150, 190), (150, 410), (270, 345), (270, 255)), fill=_STEEL, outline=_DARK)
    elif "CHC" in head:
        draw.rounded_rectangle((120, 200, 270, 400), radius=12, fill=_STEEL, outline=_DARK, width=4)
        draw.rectangle((120, 260, 190, 340), fill=_DARK)
    else:
        draw.rectangle((150, 180, 270, 420), fill=_STEEL, outline=_DARK, width=4)
        draw.line((150, 260, 270, 260), fill=_DARK, width=3)
        draw.line((150, 340, 270, 340), fill=_DARK, width=3)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def data_sheet(title: str) -> bytes:
    """A PDF of one page that says what it is about (ISO 32000, without compression)."""
    text = title.encode("cp1252", "replace").replace(b"(", b"").replace(b")", b"")
    stream = b"BT /F1 24 Tf 60 780 Td (" + text + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
