"""Requests for quotes of the example world: one waits, one has two offers, one is countered, one became an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from core.scope import PLATFORM
from core.tenancy import use_tenant
from demo.goods import Good
from demo.world import DemoWorld, Firm, Shop
from orders.fulfilment import confirm_order
from orders.quotes import accept_quote
from rfq.asking import NewLine, NewRFQ, send_rfq
from rfq.models import Invitation, QuoteLine, RFQLine
from rfq.offers import Offer, OfferLine, decline, mark_viewed, send_quote
from rfq.services import CounterLine, counter_offer


@dataclass(frozen=True)
class Answer:
    """What a supplier offers: each line at a share of its list price, or at a price of its own by the line's words."""

    seller: str
    share: Decimal
    freight: Decimal
    days: int
    message: str
    own_prices: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """A supplier that says no."""

    seller: str
    reason: str


@dataclass(frozen=True)
class Request:
    """A request: who asks whom for what (words, quantity), and what has come of it."""

    title: str
    buyer: str
    person: int
    sellers: tuple[str, ...]
    lines: tuple[tuple[str, int], ...]
    note: str
    days_left: int
    viewed_by: tuple[str, ...] = ()
    answers: tuple[Answer | Refusal, ...] = ()
    counter_share: Decimal | None = None
    counter_message: str = ""
    last_word: Answer | None = None
    po_number: str = ""


REQUESTS = (
    Request(
        title="Ancrage des garde-corps, chantier du canal",
        buyer="BatiNord",
        person=1,
        sellers=("visserie-nord", "quincaillerie-rhone"),
        lines=(
            ("Goujon d’ancrage M10×90 zingué", 1200),
            ("Goujon d’ancrage M12×120 zingué", 600),
            ("Rondelle large M12 acier zingué", 600),
        ),
        note="Livraison en deux fois : la moitié sous dix jours, le reste un mois après. ETA option 7 demandée.",
        days_left=6,
    ),
    Request(
        title="Visserie inox, châssis de la ligne 3",
        buyer="Ateliers Delmas",
        person=1,
        sellers=("visserie-nord", "quincaillerie-rhone"),
        lines=(
            ("Vis CHC M8×40 inox A4", 5000),
            ("Écrou frein M8 inox A4", 5000),
            ("Rondelle plate M8 inox A4", 10000),
            ("Équerre pliée 3 mm inox 304, plan 4471-B", 250),
        ),
        note="Série de 50 châssis. Le plan 4471-B est envoyé sur demande.",
        days_left=4,
        viewed_by=("visserie-nord", "quincaillerie-rhone"),
        answers=(
            Answer(
                "visserie-nord",
                Decimal("0.78"),
                Decimal("85.00"),
                8,
                "Certificats matière 3.1 compris. Équerres sous trois semaines.",
                own_prices={"Équerre pliée 3 mm inox 304, plan 4471-B": Decimal("6.40")},
            ),
            Answer(
                "quincaillerie-rhone",
                Decimal("0.83"),
                Decimal("0.00"),
                10,
                "Franco de port. Nous ne fabriquons pas les équerres.",
            ),
        ),
    ),
    Request(
        title="Équipement de l’équipe de maintenance",
        buyer="Ateliers Delmas",
        person=0,
        sellers=("securivet", "quincaillerie-rhone"),
        lines=(
            ("Gant anticoupure niveau D taille 9", 240),
            ("Chaussure montante S3 pointure 43", 30),
            ("Gilet haute visibilité jaune fluo L", 60),
            ("Marquage du logo au dos des gilets, deux couleurs", 60),
        ),
        note="Dotation annuelle de 30 personnes ; pointures exactes à la commande.",
        days_left=3,
        viewed_by=("securivet", "quincaillerie-rhone"),
        answers=(
            Refusal("quincaillerie-rhone", "Nous ne proposons pas de marquage."),
            Answer(
                "securivet",
                Decimal("0.88"),
                Decimal("24.00"),
                7,
                "Marquage compris dans le délai : douze jours après votre accord sur le visuel.",
                own_prices={"Marquage du logo au dos des gilets, deux couleurs": Decimal("3.20")},
            ),
        ),
        counter_share=Decimal("0.92"),
        counter_message="Pour la même dotation deux années de suite. Pouvez-vous aller jusque-là ?",
    ),
    Request(
        title="Tableaux électriques, résidence des Tilleuls",
        buyer="BatiNord",
        person=0,
        sellers=("lumen",),
        lines=(
            ("Disjoncteur 1P+N courbe C 16 A", 288),
            ("Disjoncteur 1P+N courbe C 20 A", 144),
            ("Interrupteur différentiel 2P type A 40 A 30 mA", 48),
            ("Câble U-1000 R2V 3G2,5 mm², 100 m", 20),
        ),
        note="24 logements, livraison au dépôt de Lens.",
        days_left=2,
        viewed_by=("lumen",),
        answers=(Answer("lumen", Decimal("0.84"), Decimal("60.00"), 10, "Prix tenus pour les 24 logements."),),
        counter_share=Decimal("0.94"),
        counter_message="Nous commandons aujourd’hui à ces prix.",
        last_word=Answer("lumen", Decimal("0.81"), Decimal("0.00"), 10, "Notre meilleur effort, franco de port."),
        po_number="BN-2026-327",
    ),
)


def negotiate(world: DemoWorld) -> None:
    """Let the buyers ask, the suppliers answer."""
    for request in REQUESTS:
        _happen(world, world.firms[request.buyer], request)


def _happen(world: DemoWorld, firm: Firm, request: Request) -> None:
    rfq_id = _ask(world, firm, request)
    for slug in request.viewed_by:
        _look(world.shops[slug], rfq_id)
    version_id: UUID | None = None
    for answer in request.answers:
        if isinstance(answer, Refusal):
            _refuse(world.shops[answer.seller], rfq_id, answer)
        else:
            version_id = _offer(world.shops[answer.seller], rfq_id, answer)
    if version_id is not None and request.counter_share is not None:
        _counter(firm, request, version_id)
    if request.last_word is not None:
        shop = world.shops[request.last_word.seller]
        order_id = _accept(firm, request, _offer(shop, rfq_id, request.last_word))
        with use_tenant(shop.scope, party="tenant"):
            confirm_order(order_id=order_id, actor=shop.owner)


def _ask(world: DemoWorld, firm: Firm, request: Request) -> UUID:
    known = _by_words(world.shops[request.sellers[0]])
    data = NewRFQ(
        title=request.title,
        deadline_at=_evening(request.days_left),
        lines=[_line(words, quantity, known.get(words)) for words, quantity in request.lines],
        tenant_ids=[world.shops[slug].tenant_id for slug in request.sellers],
        delivery_address=firm.address,
        note=request.note,
    )
    with use_tenant(PLATFORM, company_id=firm.company_id):
        return send_rfq(data=data, actor=tuple(firm.people.values())[request.person])


def _line(words: str, quantity: int, good: Good | None) -> NewLine:
    if good is None:
        return NewLine(words, Decimal(quantity))
    return NewLine(words, Decimal(quantity), unit_code=good.row.units[0].code, gtin=good.row.gtin)


def _look(shop: Shop, rfq_id: UUID) -> None:
    with use_tenant(shop.scope, party="tenant"):
        mark_viewed(invitation_id=_invitation(rfq_id), actor=shop.owner)


def _refuse(shop: Shop, rfq_id: UUID, refusal: Refusal) -> None:
    with use_tenant(shop.scope, party="tenant"):
        decline(invitation_id=_invitation(rfq_id), reason=refusal.reason, actor=shop.owner)


def _offer(shop: Shop, rfq_id: UUID, answer: Answer) -> UUID:
    """Send a version. What is not in the shop's range is offered at the answer's own price, or not at all."""
    known = _by_words(shop)
    with use_tenant(shop.scope, party="tenant"):
        lines: dict[UUID, OfferLine] = {}
        for line in RFQLine.objects.filter(rfq_id=rfq_id).order_by("position"):
            good = known.get(line.description)
            if good is not None:
                price = round(good.price * answer.share, 3)
                lines[line.id] = OfferLine(price, good.lead_time_days, sku=good.row.sku)
            elif line.description in answer.own_prices:
                lines[line.id] = OfferLine(answer.own_prices[line.description], 15, sku="")
        offer = Offer(lines, _evening(answer.days), answer.freight, answer.message)
        return send_quote(invitation_id=_invitation(rfq_id), offer=offer, actor=shop.owner)


def _counter(firm: Firm, request: Request, version_id: UUID) -> None:
    """Ask for the same share of every offered price."""
    share = request.counter_share or Decimal(1)
    with use_tenant(PLATFORM, company_id=firm.company_id):
        lines = QuoteLine.objects.filter(version_id=version_id, is_offered=True)
        wishes = {line.id: CounterLine(round((line.unit_price or Decimal(0)) * share, 3)) for line in lines}
        actor = tuple(firm.people.values())[request.person]
        counter_offer(version_id=version_id, lines=wishes, message=request.counter_message, actor=actor)


def _accept(firm: Firm, request: Request, version_id: UUID) -> UUID:
    with use_tenant(PLATFORM, company_id=firm.company_id):
        return accept_quote(version_id=version_id, actor=firm.buyer, po_number=request.po_number)


def _invitation(rfq_id: UUID) -> UUID:
    """The current tenant's; another's it does not see."""
    return Invitation.objects.get(rfq_id=rfq_id).id


def _by_words(shop: Shop) -> dict[str, Good]:
    """The range by French names; of two brands' equal names the first."""
    return {good.row.name_fr: good for good in reversed(shop.goods)}


def _evening(days: int) -> datetime:
    """Five o'clock, so many days from now."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(17)))
