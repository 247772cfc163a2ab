"""What a column can hold, and how such columns are usually called in French and English: the table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_TIERS = 12
MAX_PICTURES = 6
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
_SHIPPED = "(colis|emballe|emballage|logistique|d expedition|expedition)( mm| cm)?"


def _any(*names: str) -> str:
    return "|".join(names)


#: In the order in which names are tried: narrower ones first. ``names`` match the whole folded column name.
_FILE, _PLACE = r"((url|lien|link|fichier|file)( de)? )?", r"( (url|lien|link|fichier|file|nom|name)s?)?"
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
        r"(code |n )?(ean|gtin|upc|gencod|gencode)( ?(8|12|13|14))?( code)?|code ?barres?|barcode|bar code",
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
        r"(product |item |article |short )?(name|title|label)",
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
        "keywords_fr",
        _("Keywords (French)"),
        _any(
            r"mots? cles?( (fr|fra|french|francais|produit|article|(de |pour la )?recherche))?|termes? de recherche",
            r"(keywords?|search (terms?|words?)) (fr|fra|french)",
        ),
    ),
    Target(
        "keywords_en",
        _("Keywords (English)"),
        r"(product )?(keywords?|key words?|search (terms?|words?)|tags?)( (en|eng|english))?|mots? cles? (en|anglais)",
    ),
    Target(
        "brand",
        _("Brand"),
        r"marque|brand|fabricant|manufacturer|mfr|mfg|constructeur|maker|producteur|brand name|nom fabricant",
    ),
    Target(
        "family",
        _("Family (code)"),
        r"(code|ref) (de la )?(famille|family)|(product )?(family|famille) code|attribute set",
    ),
    Target(
        "category_2",
        _("Category, level 2"),
        r"(sous|sub) ?(categorie|category|famille|family)|(categorie|category|famille|family|niveau|level) 2",
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
        r"(categorie|category|famille|family)( path)? (en|english|anglais)",
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
        "maximum",
        _("Maximum order"),
        _any(
            r"(max|maxi|maximum|maximal|maximale)( de)?( commande| order)?( qty| quantity| quantite| qte)?",
            r"(qte|quantite|qty|quantity) (max|maxi|maximum|maximale)( de commande)?|maximum order( quantity| qty)?",
        ),
    ),
    Target(
        "multiple",
        _("Order multiple"),
        r"multiple( de (commande|vente))?|order multiple|pas( de commande)?|step|increment",
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
        r"devise|monnaie|currency( code)?|cur|curr",
    ),
    Target(
        "image",
        _("Picture %(number)s: address or file name"),
        rf"{_FILE}(image|photo|picture|visuel|img)s?( (principale?|main))?{_PLACE}",
        numbered=MAX_PICTURES,
    ),
    Target(
        "safety_sheet",
        _("Safety data sheet: address or file name"),
        rf"{_FILE}(fds|msds|sds|safety( data)? ?sheet|fiche (de )?(donnees de )?securite){_PLACE}",
    ),
    Target(
        "data_sheet",
        _("Data sheet: address or file name"),
        rf"{_FILE}(fiche (technique|produit)|(technical )?data ?sheet){_PLACE}",
    ),
    Target("cad", _("CAD drawing: address or file name"), rf"{_FILE}(cad|cao|dxf|step|plan){_PLACE}"),
    Target("document", _("Document: address or file name"), rf"{_FILE}(documents?|pdf|notice|manual){_PLACE}"),
    Target(
        "replacement",
        _("Replaced by"),
        r"(remplacee? par|(replaced|superseded) by|success(eu|o)r|re(m|)placements?)( (sku|ref|part)s?)?|"
        r"(ref|reference|article|produit|code|sku) (de remplacement|remplacante?)",
    ),
    Target(
        "alternative",
        _("Alternatives"),
        r"(alternatives?|equivalents?|equivalences?|substituts?|substitutes?)( (sku|ref|product|part|item)s?)?|"
        r"(references?|articles?|produits?) (alternati(f|ve)|equivalente?|similaire)s?|similar (products?|items?)",
    ),
    Target(
        "accessory",
        _("Accessories"),
        r"(accessoires?|accessory|accessories)( (sku|ref|product|part|item)s?)?|(articles?|produits?) complementaires?",
    ),
    Target(
        "tax_rate",
        _("VAT rate"),
        r"(taux( de)? )?tva|(vat|tax)( rate| code)?|taux",
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
        "pack_gtin",
        _("Order unit %(number)s: barcode"),
        _any(
            rf"(ean|gtin|barcode|code ?barres?)( ?1[34])? (du |de la |of )?{_PACK}",
            rf"{_PACK} (ean|gtin|barcode|code ?barres?)( ?1[34])?",
            r"(unite|order unit|unite de commande) (code ?barres?|barcode|gtin|ean)",
        ),
        numbered=MAX_PACKS,
    ),
    *(
        Target(f"pack_{name}", label, rf"{_PACK} {name}", numbered=MAX_PACKS)
        for name, label in (
            ("minimum", _("Order unit %(number)s: minimum")),
            ("multiple", _("Order unit %(number)s: multiple")),
            ("maximum", _("Order unit %(number)s: maximum")),
        )
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
        r"unites( de commande)?|order units|units|conditionnements|packagings",
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
        "weight_kg",
        _("Weight (kg)"),
        _any(
            r"(poids|masse|weight)( (net|brut|unitaire|gross|unit|article|produit|kg|g))*",
            r"(net|gross|unit) weight( kg| g)?",
        ),
    ),
    *(
        Target(f"{name}_mm", label, rf"(shipping|package|packed) {name}( mm| cm)?|{french} {_SHIPPED}")
        for name, french, label in (
            ("length", "longueur", _("Shipping length (mm)")),
            ("width", "largeur", _("Shipping width (mm)")),
            ("height", "hauteur", _("Shipping height (mm)")),
        )
    ),
    Target(
        "origin_country",
        _("Country of origin"),
        r"(pays|country)( d| of)? ?(origine?|fabrication)|(country of )?origin( country)?|origine|made in",
    ),
    Target(
        "customs_code",
        _("Customs code (CN)"),
        _any(
            r"(code|nomenclature) (douanie?re?s?|sh|nc8?|hs|cn)( nc8?)?|nc ?8|hs ?code",
            r"(customs|tariff|commodity|cn) (code|tariff)",
            r"nomenclature combinee|taric|customs( tariff)? (code|number)( cn)?",
        ),
    ),
    Target(
        "is_dangerous",
        _("Dangerous goods (yes or no)"),
        r"(marchandises?|matieres?|produits?) dangereu(x|ses?)|dangereux|dangerous( goods)?|hazardous|hazmat|adr",
    ),
    Target("un_number", _("UN number"), r"(numero|n|no|code) onu|onu|un (number|no|code)"),
    Target("is_oversize", _("Oversize (yes or no)"), r"encombrant|hors (gabarit|norme)|oversized?|bulky"),
    Target(
        "is_service",
        _("Service (yes or no)"),
        _any(
            r"(est (un|une) )?(service|prestation)( de services?)?|is( a)? service|biens? (ou |et )?services?",
            r"goods (or |and )?services?|nature (du |de l )?(produit|article|vente)|(product|item) kind",
        ),
    ),
    Target(
        "restock_on",
        _("Expected back on"),
        _any(
            r"(date( (de|du|d))? )?(prochaine? )?(reappro(visionnement)?|reassort(iment)?|retour en stock|arrivage)"
            r"( (prevue?|le|prevue? le))?",
            r"date( (de|du|d))? (disponibilite|dispo|retour)|(disponible|dispo|attendue?) (le|a partir du)",
            r"(re ?stock(ed|ing)?|back in stock|replenishment|next (arrival|receipt))( (date|on))?",
            r"(expected( back)?|available|availability|back) (on|from|date)|date (available|expected)|eta",
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
