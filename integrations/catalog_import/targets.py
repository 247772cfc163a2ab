"""What a column can hold, and how such columns are usually called in French and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.catalog_import.cells import fold

MAX_TIERS = 12
MAX_PACKS = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A target of columns; with ``numbered`` there may be several: first, second, third…"""

    key: str
    label: str | Promise
    names: str
    numbered: int = 0


_PACK = (
    "(cond|conditionnement|pack|packaging|carton|box|reel|pallet|palette|boite|colis|bobine|rouleau|lot|sachet|case|"
    "inner|outer|bag|sac)"
)


def _any(*names: str) -> str:
    return "|".join(names)


#: In the order in which names are tried: narrower ones first. ``names`` match the whole folded column name.
TARGETS: tuple[Target, ...] = (
    Target(
        "mpn",
        _("Manufacturer part number"),
        _any(
            r"mpn|manufacturer part( no| number)?|(mfr|mfg)( part)?( no| number)?|part number manufacturer",
            r"manufacturer (sku|ref(erence)?)",
            r"(ref|reference|code|no|numero) (du )?(fabricant|constructeur|usine|marque)",
        ),
    ),
    Target(
        "product_code",
        _("Product that variants share"),
        _any(
            r"(ref|reference|code|article|produit|sku|product|group) (parent|modele|model)",
            r"parent( sku| ref| code)?|(model|modele|group) code|parent product",
        ),
    ),
    Target(
        "sku",
        _("Your reference (SKU)"),
        _any(
            r"sku|ref|reference",
            r"(ref|reference|code|no|num|numero) (de l )?(article|produit|interne|art|fournisseur|supplier|sku)",
            r"article",
            r"(part|item|article|product|catalog(ue)?|stock|supplier)( part)? ?(no|number|num|code|id|ref|reference)",
            r"code|item|part|n article|artikelnummer",
        ),
    ),
    Target(
        "gtin",
        _("Barcode (GTIN, EAN)"),
        _any(
            r"(code |n )?(ean|gtin|upc|gencod|gencode)( ?(8|12|13|14))?( code)?|code ?barres?|barcode|bar code",
        ),
    ),
    Target(
        "name_en",
        _("Name (English)"),
        _any(
            r"(product |item |article )?(name|title|designation|libelle|nom|label) (en|eng|english|anglais|gb|uk)",
            r"(english|en) (name|title)",
        ),
    ),
    Target(
        "name_fr",
        _("Name (French)"),
        _any(
            r"designation( (article|produit|commerciale))?|libelle( (article|produit|court))?",
            r"nom( (article|du produit|produit))?|intitule|titre",
            r"(product |item |article )?(name|title|designation|libelle|nom|label) (fr|fra|french|francaise?)",
            r"(french|fr) (name|title)",
        ),
    ),
    Target(
        "name_en",
        _("Name (English)"),
        _any(
            r"(product |item |article |short )?(name|title|label)",
        ),
    ),
    Target(
        "description_en",
        _("Description (English)"),
        _any(
            r"(long )?(description|descriptif|details) (en|eng|english|anglais)|long description|details",
            r"specifications?",
        ),
    ),
    Target(
        "description_fr",
        _("Description (French)"),
        _any(
            r"descriptif|description( (fr|fra|french|francais|longue|detaillee|technique))?|texte( long)?",
            r"designation longue|libelle long",
        ),
    ),
    Target(
        "brand",
        _("Brand"),
        _any(
            r"marque|brand|fabricant|manufacturer|mfr|mfg|constructeur|maker|producteur|brand name|nom fabricant",
        ),
    ),
    Target(
        "category_2",
        _("Category, level 2"),
        _any(
            r"(sous|sub) ?(categorie|category|famille|family)|(categorie|category|famille|family|niveau|level) 2",
        ),
    ),
    Target(
        "category_3",
        _("Category, level 3"),
        _any(
            r"(sous|sub) (sous|sub) ?(categorie|category|famille|family)",
            r"(categorie|category|famille|family|niveau|level) 3",
        ),
    ),
    Target(
        "category_en",
        _("Category path (English)"),
        _any(
            r"(categorie|category|famille|family)( path)? (en|english|anglais)",
        ),
    ),
    Target(
        "category",
        _("Category path"),
        _any(
            r"(categorie|category|famille|family|rayon|gamme|groupe|classification)( 1| fr| produit| article)?",
            r"arborescence",
            r"product (group|family|category|line)",
            r"(chemin|path)( de)?( categorie| category)?|category path|niveau 1|level 1",
        ),
    ),
    Target(
        "minimum",
        _("Minimum order"),
        _any(
            r"moq|(min|mini|minimum|minimal|minimale)( de)?( commande| order)?( qty| quantity| quantite| qte)?",
            r"(qte|quantite|qty|quantity) (min|mini|minimum|minimale)( de commande)?",
        ),
    ),
    Target(
        "multiple",
        _("Order multiple"),
        _any(
            r"multiple( de (commande|vente))?|order multiple|pas( de commande)?|step|increment",
        ),
    ),
    Target(
        "price_basis",
        _("Price is for (1, 100, 1000)"),
        _any(
            r"(unite|base|quantite) (de |du )?prix|prix (par|pour)|price (per|basis|unit|base|quantity|qty|uom)",
            r"per|unite prix|base prix|pu pour",
        ),
    ),
    Target(
        "currency",
        _("Currency"),
        _any(
            r"devise|monnaie|currency( code)?|cur|curr",
        ),
    ),
    Target(
        "tax_rate",
        _("VAT rate"),
        _any(
            r"(taux( de)? )?tva|(vat|tax)( rate| code)?|taux",
        ),
    ),
    Target(
        "tiers",
        _("Tiers (quantity:price; …)"),
        _any(
            r"paliers( de)?( prix)?|(price |quantity )?tiers|price breaks?|(prix|tarifs?) degressifs?",
            r"remises? (par )?quantites?|volume pric(es|ing)|staffel(preise)?",
        ),
    ),
    Target(
        "tier_price",
        _("Tier %(number)s: price"),
        _any(
            r"(break|tier|palier) ?(unit )?(price|prix|pu)( (ht|net))?",
            r"(unit )?(price|prix|pu) ?(unit(aire)? )?(break|tier|palier|degressif)( (ht|net))?",
            r"(pu|prix|prix unitaire|unit price|price|tarif)( net)?( ht)? (qte|quantite|qty|quantity|volume)( ht)?",
        ),
        numbered=MAX_TIERS,
    ),
    Target(
        "tier_quantity",
        _("Tier %(number)s: from quantity"),
        _any(
            r"(break|tier|palier|tranche|seuil) ?(qty|qte|quantity|quantite)",
            r"(qty|qte|quantity|quantite)( de)? ?(break|tier|palier|tranche|seuil)|(price )?break( qty| quantity)",
            r"a partir de|des|from( qty| quantity)?|seuil|palier|tranche",
        ),
        numbered=MAX_TIERS,
    ),
    Target(
        "pack_unit",
        _("Order unit %(number)s: name"),
        _any(
            r"(unite|type)( de)?( cond| conditionnement| commande| achat| colis)",
            r"(pack|packaging|order|purchase) (unit|type|uom)",
        ),
        numbered=MAX_PACKS,
    ),
    Target(
        "pack_factor",
        _("Order unit %(number)s: content"),
        _any(
            r"(cond|conditionnement|colisage|pcb|spcb|uvc|vpe)( de)?",
            rf"(full )?{_PACK}s?( ?(size|qty|quantity|qte|quantite|of|de|content|contenu))?",
            rf"(qte|quantite|qty|quantity|nb|nombre|units?|pieces?|pcs)( de)?( pieces| unites)? ?(par|per|in) ?{_PACK}",
            r"full reel|facteur|factor|coef|coefficient|content|contenu",
        ),
        numbered=MAX_PACKS,
    ),
    Target(
        "units",
        _("Order units (code:content; …)"),
        _any(
            r"unites( de commande)?|order units|units|conditionnements|packagings",
        ),
    ),
    Target(
        "base_unit",
        _("Base unit"),
        _any(
            r"unite( (de )?(base|vente|mesure|stock|gestion))?|u|ub|uv|uom|unit( of (measure|sale))?",
            r"(base|sales|selling|stock) (unit|uom)|udm",
        ),
    ),
    Target(
        "stock",
        _("Stock"),
        _any(
            r"((qte|quantite|qty|quantity|niveau) )?((de|en) )?(stock|dispo|disponible|available|on hand|in stock)",
            r"(stock|dispo|disponible|available) (reel|disponible|physique|qty|quantity|level|qte|dispo|total)",
            r"disponibilite|availability|inventory|dispo|stock available|quantity available|qty available",
        ),
    ),
    Target(
        "lead_time",
        _("Lead time"),
        _any(
            r"delais?( (de )?(livraison|expedition|appro|approvisionnement|jours|j|reappro))?( jours| j)?",
            r"lead ?time( days| d)?|(delivery|shipping)( time| days| delay)?|dispo sous",
        ),
    ),
    Target(
        "price",
        _("Net price"),
        _any(
            r"(prix|pu|pv|tarif|cout)( unitaire| de vente| public| catalogue| base)?( net)?( ht| hors taxes?)?( net)?",
            r"(net |unit |list |base |sales |selling )*price( net| excl(\.| vat| tax)?)?|p u( h t)?|montant ht",
        ),
    ),
)

BY_KEY = {target.key: target for target in TARGETS}
_NAMES = [(target, re.compile(target.names)) for target in TARGETS]
_ATTRIBUTE = re.compile(
    r"^(?:attr|attrs?|attribute?s?|attributs?|caract[ée]ristiques?|spec)(?:\s*[:_.\-]\s*|\s+)(?P<label>.+)$",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(r"^(?P<name>.*\D) ?(?P<number>\d{1,2})$")
_LANGUAGE = re.compile(r"^(?P<label>.+?)[\s_:(\[-]+(?P<language>fr|en)[)\]]?$", re.IGNORECASE)
_NUMBERED_AS = {"price": "tier_price", "tiers": "tier_price", "base_unit": "pack_unit"}
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_CURRENCY_WORDS = re.compile(r"\b(eur|euros?|usd|gbp|chf)\b")
_BASIS_WORDS = re.compile(
    r"\b(par|per|pour|au|le|les)? ?(100|1000|cent|mille|hundred|thousand)( (pieces|pcs|u|unites))?$"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A column's name understood: the target's key, and its number where it has one (0: none said)."""

    key: str
    number: int = 0


def attribute_name(header: str) -> tuple[str, str] | None:
    """Label and language (may be empty) of a column that calls itself an attribute."""
    match = _ATTRIBUTE.match(header.strip())
    return split_language(match["label"].strip()) if match else None


def split_language(label: str) -> tuple[str, str]:
    """``Couleur (FR)`` into its label and its language."""
    match = _LANGUAGE.match(label)
    return (match["label"].strip(), match["language"].lower()) if match else (label, "")


def guess(header: str) -> Guess | None:
    """The target that a column's name speaks of."""
    text = " ".join(_CURRENCY_WORDS.sub(" ", fold(header)).split())
    if not text or "ttc" in text.split():
        return None
    found = _guess(text)
    without_note = _PARENTHESES.sub("", header)
    return found if found or without_note == header else _guess(fold(without_note))


def _guess(text: str) -> Guess | None:
    found = _match(text)
    if found is None or found.key == "price":
        numbered = _TRAILING_NUMBER.match(text)
        if numbered:
            return _match_numbered(numbered["name"].strip(), int(numbered["number"])) or found
    if found is None:
        without_basis = _BASIS_WORDS.sub("", text).strip()
        found = _match(without_basis) if without_basis != text else None
        return found if found and found.key == "price" else None
    return found


def _match(text: str) -> Guess | None:
    for target, names in _NAMES:
        if names.fullmatch(text):
            return Guess(target.key)
    return None


def _match_numbered(name: str, number: int) -> Guess | None:
    """``Break Qty 3``: a numbered target. Numbered prices and quantities are tiers."""
    if name in ("qty", "qte", "quantity", "quantite", "min qty", "qte min"):
        return Guess("tier_quantity", number)
    found = _match(name)
    if found is None:
        return None
    if found.key in _NUMBERED_AS:
        return Guess(_NUMBERED_AS[found.key], number)
    return Guess(found.key, number) if BY_KEY[found.key].numbered else None


def recognised(header: str) -> bool:
    """Whether a text is a column name that we know."""
    return len(header) <= 60 and (guess(header) is not None or attribute_name(header) is not None)


def label_of(key: str, number: int = 0) -> str:
    """What a target is called on the page."""
    text = str(BY_KEY[key].label)
    return text % {"number": number or 1} if BY_KEY[key].numbered else text
