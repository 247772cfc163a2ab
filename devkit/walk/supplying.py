"""A supplier comes in: application, approval, its storefront, its catalogue."""

from __future__ import annotations

from urllib.parse import urlsplit

from devkit.walk.browser import Browser
from devkit.walk.journey import Journey, Step, siren
from devkit.walk.pages import Page, Unexpected

OWNER_PASSWORD = "boulons-et-ecrous"  # noqa: S105  (of a person that lives as long as the walk)
CATALOGUE = """Référence;Désignation;Name;Marque;Catégorie;Prix HT;Colisage;Stock
BF-1001;Vis CHC M8×40 inox A4;Socket cap screw M8×40 A4 stainless;Inoxal;Visserie;0,52;100;5000
BF-1002;Vis H M10×60 acier zingué;Hexagon screw M10×60 zinc-plated;Fixor;Visserie;0,31;100;4000
BF-1003;Écrou frein M8 inox A4;Lock nut M8 A4 stainless;Inoxal;Visserie;0,18;200;9000
BF-1004;Rondelle plate M8 inox A4;Flat washer M8 A4 stainless;Inoxal;Visserie;0,06;500;20000
BF-1005;Goujon d’ancrage M12×120 zingué;Wedge anchor M12×120 zinc-plated;Ancrex;Ancrage;1,15;50;600
BF-1006;Rivet aveugle 4×12 alu/acier;Blind rivet 4×12 alu/steel;Rivex;Rivets;douze;500;0
"""


def apply(journey: Journey) -> str:
    """Somebody without a login asks for a storefront; a wrong SIREN is refused first."""
    supplier = Browser(journey.site)
    page = supplier.get("/apply/")
    slug, number = f"boulonnerie-{journey.mark}", siren()
    email = f"nora@{slug}.example"
    values = {
        "name": "Nora Lefèvre",
        "email": email,
        "password": OWNER_PASSWORD,
        "legal_name": f"Boulonnerie Fontaine {journey.mark} SAS",
        "siren": f"{number[:-1]}{(int(number[-1]) + 1) % 10}",
        "street": "9 rue de la Fonderie",
        "postal_code": "62000",
        "city": "Arras",
        "country": "FR",
        "kind": "supplier",
        "portal_name": f"Boulonnerie {journey.mark}",
        "slug": slug,
        "primary": "#264653",
        "activity": "Visserie inox et ancrage.",
    }
    page = supplier.submit(page, page.form_with("legal_name"), values, press="Send the application", status=422)
    again = {"siren": number, "password": OWNER_PASSWORD}
    page = supplier.submit(page, page.form_with("legal_name"), again, press="Send the application")
    page.expect(values["portal_name"])
    journey.people["supplier"] = supplier
    journey.facts |= {"slug": slug, "shop": values["portal_name"], "supplier email": email, "applied": page.url}
    return f"{values['portal_name']} with SIREN {number}; the same with a wrong digit was refused"


def approve(journey: Journey) -> str:
    """The operator signs in, examines the application and approves it."""
    shop = journey.fact("shop")
    operator = Browser(journey.site)
    page = operator.sign_in("/operator/", email=journey.email_of("operator"), password=journey.password)
    page.expect("Applications waiting", shop)
    page = operator.get(page.link("/operator/applications/", text=shop))
    page.expect(journey.fact("supplier email"))
    page = operator.submit(page, page.form("/approve/"))
    journey.people["operator"] = operator
    return page.find(r"(Approved\.[^.]*\.)")


def storefront(journey: Journey) -> str:
    """The new storefront answers on its own host, and its owner signs in there."""
    slug = journey.fact("slug")
    journey.person("operator")
    applied = journey.fact("applied")
    journey.person("supplier").wait_for(applied, lambda page: " is live" in page.text, what="the good news")
    owner = Browser(journey.site, shop=slug)
    page = owner.wait_for("/", lambda page: page.status == 200, what=f"the storefront {slug}")
    page.expect(journey.fact("shop"))
    page = owner.sign_in("/portal/", email=journey.fact("supplier email"), password=OWNER_PASSWORD)
    journey.people["owner"] = owner
    return f"{urlsplit(page.url).netloc} answers; its owner is in {urlsplit(page.url).path}"


def check_catalogue(journey: Journey) -> str:
    """A price list in CSV is looked at and checked; its bad row is reported, nothing is written."""
    owner = journey.person("owner")
    page = owner.get("/portal/imports/")
    files = {"file": ("tarif.csv", CATALOGUE.encode(), "text/csv")}
    page = owner.submit(page, page.form_with("file"), press="Look at the file", files=files)
    job = urlsplit(page.url).path
    page = owner.submit(page, page.form("/check/"), press="Check all rows")
    page = owner.wait_for(job, lambda page: "This was a dry run" in page.text, what="the dry run")
    page.expect("Apply 5 rows", "douze")
    report = owner.download(f"{job}refused.csv").splitlines()
    if len(report) != 2 or not report[1].startswith("BF-1006"):
        raise Unexpected(f"the refused rows are {report}")
    journey.facts["import"] = job
    return f"5 rows good; refused: {report[1]}"


def apply_catalogue(journey: Journey) -> str:
    """The good rows are written, with progress, and found in the storefront."""
    owner, job = journey.person("owner"), journey.fact("import")
    page = owner.get(job)
    shown: list[str] = []

    def is_applied(page: Page) -> bool:
        if "<progress" in page.html:
            shown.append(page.find(r"(\d[\d,]* (?:of|/) \d[\d,]*)") if " of " in page.text else "running")
        return "Applied." in page.text

    page = owner.submit(page, page.form("/apply/"), press="Apply 5 rows")
    is_applied(page)
    owner.wait_for(job, is_applied, what="the applied import")
    visitor = Browser(journey.site, shop=journey.fact("slug"))
    visitor.wait_for("/catalog/", lambda page: "BF-1005" in page.text, what="the catalogue in the storefront")
    journey.facts["catalogue"] = "there"
    return f"applied ({len(shown)} looks at its progress); the storefront lists the articles"


STEPS: tuple[Step, ...] = (
    ("A supplier applies", apply),
    ("The operator approves", approve),
    ("The storefront opens", storefront),
    ("Its catalogue is checked", check_catalogue),
    ("Its catalogue is applied", apply_catalogue),
)
