"""The cart as it is shown: every line with its unit, price, stock and what is wrong with it; sums. All as texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.packs.snapshots import PackSnapshot
from catalog.packs.wording import PackText, pack_text
from core import formatting
from core.actor import Actor
from core.formatting import plain
from core.money import ZERO
from customers.queries import CustomerInfo
from customers.vat.wording import doubt_text, sentences, tax_label
from frontend.goods import StockText, UnitOption, product_path, unit_name, unit_options
from frontend.price_steps import summary
from frontend.storefront.cart.pack_links import choose_again_path
from frontend.storefront.cart.reading import Typed
from frontend.storefront.cart.wording import amount_in, change_text, next_tier, repairs, stock_of
from frontend.storefront.catalog.rows import PRODUCT_PREFIX
from frontend.storefront.catalog.why import why_href
from orders.carts import CartFigures, CartSum, cart_figures, kept_packs
from orders.details import below_minimum
from orders.lines import CheckedLine, NewLine, check_lines
from orders.packs import TO_CONFIGURE
from orders.vat import usual
from orders.wishes import Said
from pricing.explaining import explain, for_buyer

PER_PAGE = 50
_NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line; ``error`` is what keeps it from being ordered, with its ``repairs``; ``hint`` is the next tier.
    ``agreement_text`` says what of it an agreement gives, ``change_text`` how its price has changed since it was seen,
    ``change_token`` which change that is.

    ``contents`` are those of a pack; where its options can be chosen again, ``configure_href`` is the page for it.
    ``is_gone``: nothing is known of it, it can only be taken out.
    """

    key: str
    sku: str
    name: str
    href: str
    units: tuple[UnitOption, ...]
    quantity: str
    quantity_text: str
    pack: str
    quantity_label: str
    unit_label: str
    remove_label: str
    price_text: str
    price_note: str
    hint: str
    why_text: str
    why_href: str
    stock: StockText
    net_text: str
    error: str
    repairs: tuple[tuple[str, str], ...]
    contents: PackText | None = None
    configure_text: str = ""
    configure_href: str = ""
    said: Said = _NOTHING_SAID
    said_text: str = ""
    said_fields: tuple[str, str, str] = ("", "", "")
    change_text: str = ""
    change_token: str = ""
    agreement_text: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Basket:
    """A page of the cart's lines, and the figures of the whole; ``minimum_text`` is what keeps it from being ordered.

    ``fee`` is that of a small order, which is in the net total; ``fee_text`` says what is missing to save it.
    ``vat_notes`` say why there is no VAT, ``vat_doubt`` why there is some for another member state, and what
    to do. ``prices_token`` says which prices have changed; ``nets`` is what all lines cost.
    """

    lines: tuple[BasketLine, ...]
    shown_count: int
    wrong_count: int
    sum: CartSum
    net_text: str
    taxes: tuple[tuple[str, str], ...]
    gross_text: str
    gross: Decimal
    goods: tuple[UUID, ...] = ()
    fee: tuple[tuple[str, str], ...] = ()
    fee_text: str = ""
    minimum_text: str = ""
    vat_notes: tuple[str, ...] = ()
    vat_doubt: str = ""
    change_count: int = 0
    prices_token: str = ""
    nets: tuple[tuple[Said, Decimal], ...] = ()

    @property
    def is_orderable(self) -> bool:
        return bool(self.sum.count) and not self.wrong_count

    @property
    def currency(self) -> str:
        return self.sum.currency


def basket_of(
    actor: Actor,
    customer: CustomerInfo,
    typed: Typed | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    page: int = 1,
    only_wrong: bool = False,
    place: Mapping[str, str] | None = None,
    delivery_method: str = "",
    by_place: bool = False,
    cart_id: UUID | None = None,
) -> Basket:
    """A page of the actor's cart, or of ``cart_id`` which it may open, at the prices of now; seven statements in all.

    Packs among all lines take eight more, those on the page eight, and those that cannot be ordered two. Where it is
    delivered, at ``place`` or as usual, decides about its VAT. ``typed`` is what was refused, with its ``errors`` by
    line: it is shown again as it was typed. ``by_place`` puts lines for one address and day together.
    """
    how = usual(customer, place, delivery_method)
    figures = cart_figures(actor, customer, how, cart_id)
    pairs = _shown_of(figures, only_wrong=only_wrong, by_place=by_place)
    page = min(page, max(-(-len(pairs) // PER_PAGE), 1))
    shown = pairs[(page - 1) * PER_PAGE : page * PER_PAGE]
    checked = check_lines(customer, [wish for _line_id, wish in shown], together=figures.together)
    sums, currency = figures.totals, customer.currency
    lines = [(line_id, line) for (line_id, _wish), line in zip(shown, checked, strict=True)]
    broken = [line_id for line_id, line in lines if line.problem is not None and line.wish.digest]
    kept, wrong = kept_packs(actor, customer, broken, cart_id) if broken else {}, errors or {}
    told = [(key, line, _line(key, line, typed, wrong.get(key.hex, ""), kept.get(key))) for key, line in lines]
    return Basket(
        lines=tuple(_with_change(_with_portion(text, line, figures, key), figures, key) for key, line, text in told),
        shown_count=len(pairs),
        wrong_count=len(figures.wrong),
        sum=figures.sum,
        net_text=formatting.money(sums.net, currency),
        taxes=_taxes(figures),
        gross_text=formatting.money(sums.gross, currency),
        gross=sums.gross,
        goods=tuple(figures.together),
        fee=_fee(figures, customer),
        fee_text=_fee_text(figures, customer),
        minimum_text=_minimum(figures, customer),
        vat_notes=sentences(figures.mentions.values()),
        vat_doubt=doubt_text(figures.vat_doubt),
        change_count=len(figures.changes),
        prices_token=figures.prices_token,
        nets=tuple((_said(wish), figures.nets.get(key, ZERO)) for key, wish in figures.pairs),
    )


def _said(wish: NewLine) -> Said:
    return Said(wish.note, wish.wanted_on, wish.address_id)


def _shown_of(figures: CartFigures, *, only_wrong: bool, by_place: bool) -> Sequence[tuple[UUID, NewLine]]:
    """The lines that are asked for, in the order of the page."""
    pairs = [pair for pair in figures.pairs if pair[0] in figures.wrong] if only_wrong else figures.pairs
    return sorted(pairs, key=_place_of(pairs)) if by_place else pairs


def _taxes(figures: CartFigures) -> tuple[tuple[str, str], ...]:
    """The groups of VAT with what they come to."""
    return tuple(
        (
            tax_label(group.tax_rate, figures.mentions[group.tax_category, group.tax_rate]),
            formatting.money(group.tax, figures.currency),
        )
        for group in figures.totals.groups
    )


def _place_of(pairs: Sequence[tuple[UUID, NewLine]]) -> Callable[[tuple[UUID, NewLine]], int]:
    """Lines for one address and day stand together, in the order in which these are first mentioned."""
    places = {(wish.address_id, wish.wanted_on): index for index, (_key, wish) in reversed(list(enumerate(pairs)))}
    return lambda pair: places[pair[1].address_id, pair[1].wanted_on]


def _fee(figures: CartFigures, customer: CustomerInfo) -> tuple[tuple[str, str], ...]:
    if not figures.fee:
        return ()
    label = _("Small-order fee, below %(amount)s net") % {
        "amount": formatting.money(customer.order_terms.small_below, customer.currency)
    }
    return ((label, formatting.money(figures.fee, customer.currency)),)


def _fee_text(figures: CartFigures, customer: CustomerInfo) -> str:
    """What is missing for an order that is not small; nothing where there is no fee."""
    if not figures.fee:
        return ""
    missing = formatting.money(customer.order_terms.small_below - figures.goods_net, customer.currency)
    return _("From %(missing)s net more on, the small-order fee falls away.") % {"missing": missing}


def _minimum(figures: CartFigures, customer: CustomerInfo) -> str:
    refusal = below_minimum(figures.goods_net, customer)
    return str(refusal) if refusal is not None else ""


def _with_change(line: BasketLine, figures: CartFigures, line_id: UUID) -> BasketLine:
    change = figures.changes.get(line_id)
    if change is None:
        return line
    return replace(line, change_text=change_text(change), change_token=figures.price_token(line_id))


def _with_portion(text: BasketLine, line: CheckedLine, figures: CartFigures, line_id: UUID) -> BasketLine:
    """What an agreement gives of a line: of the whole cart, this page may not show all lines that share it."""
    portion = figures.portions.get(line_id)
    if portion is None or line.variant is None:
        return text
    said = portion.text(line.variant.base_unit.code, figures.currency)
    net = formatting.money(figures.nets[line_id], figures.currency) if line_id in figures.nets else "—"
    return replace(text, agreement_text=said, net_text=net)


def _line(line_id: UUID, line: CheckedLine, typed: Typed | None, error: str, kept: PackSnapshot | None) -> BasketLine:
    """``kept`` is what a pack was when it was chosen, if it cannot be ordered like that."""
    variant, unit, price, key = line.variant, line.unit, line.price, line_id.hex
    if variant is None or not variant.is_visible:
        return _gone(line, key)
    has_price, contents, again = line.unit_price is not None, kept or line.pack, _configure_text(line)
    labels = {"sku": contents.reference if contents is not None else variant.sku}
    text = typed.texts.get(key) if typed else None
    unit_code = (typed.units.get(key) if typed else None) or line.wish.unit_code
    return BasketLine(
        key=key,
        sku=labels["sku"],
        name=variant.name,
        href=product_path(PRODUCT_PREFIX, variant.sku) if variant.is_active else "",
        units=unit_options(variant, unit_code),
        quantity=plain(line.wish.quantity) if text is None else text,
        quantity_text=amount_in(line.wish.quantity, line.wish.unit_code),
        pack=plain(unit.multiple) if unit else "1",
        quantity_label=_("Quantity of %(sku)s") % labels,
        unit_label=_("Unit of %(sku)s") % labels,
        remove_label=_("Remove %(sku)s") % labels,
        price_text=formatting.unit_price(line.unit_price, line.currency) if line.unit_price is not None else "—",
        price_note=_("per %(unit)s, net") % {"unit": unit_name(variant.base_unit.code)} if has_price else "",
        hint=next_tier(line),
        why_text=summary(for_buyer(explain(price)), variant.base_unit.code) if price else "",
        why_href=why_href(variant.id, price.quantity) if price and variant.is_active else "",
        stock=stock_of(line),
        net_text=formatting.money(line.net_amount, line.currency) if has_price and line.problem is None else "—",
        error=error or (line.problem.message if line.problem else ""),
        repairs=() if error else repairs(line.problem),
        contents=pack_text(contents, line.base_quantity) if contents is not None else None,
        configure_text=again,
        configure_href=choose_again_path(variant.sku, line_id, line.wish) if again else "",
        said=_said(line.wish),
    )


def _configure_text(line: CheckedLine) -> str:
    """What to call the way to the options; nothing where there are none to choose."""
    code = line.problem.code if line.problem is not None else ""
    if line.variant is None or not line.variant.is_active or code == "pack_unavailable":
        return ""
    if code in TO_CONFIGURE:
        return _("Choose again")
    return _("Change the options") if line.wish.choice else ""


def _gone(line: CheckedLine, key: str) -> BasketLine:
    """A line of goods that are there no more, or that the customer does not see any more."""
    message = line.problem.message if line.problem else ""
    return BasketLine(
        key=key, sku="—", name=_("no longer sold to you"), href="", units=(), quantity="",
        quantity_text=amount_in(line.wish.quantity, line.wish.unit_code), pack="1", quantity_label=_("Quantity"),
        unit_label=_("Unit"), remove_label=_("Remove"), price_text="—", price_note="", hint="",
        why_text="", why_href="", stock=StockText("—", "mute", "", ""), net_text="—", error=message, repairs=(),
        said=_said(line.wish), is_gone=True,
    )  # fmt: skip
