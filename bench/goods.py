"""A large catalogue for benches: products with eight facets, prices in many lists, customers with their terms."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from catalog.enums import AttributeKind
from catalog.keys import sku_key
from catalog.models import AttributeDefinition, Brand, Category, Product, Variant
from catalog.outline import forget_outline
from core.ids import uuid7
from core.scope import PLATFORM
from core.tenancy import use_tenant
from pricing.models import DiscountRule, PriceList, PriceListAssignment
from pricing.queries import PriceContext
from search.curves import Affine, Curve
from search.documents import list_key
from search.port import BuyerContext, ListTerms, PriceClass, Target

SEED = 20_260
KINDS = ("Vis CHC", "Écrou frein", "Rondelle plate", "Cheville nylon", "Boulon hexagonal", "Tige filetée", "Goupille",
         "Rivet pop")  # fmt: skip
BRANDS, GROUPS, RULES = 30, 20, 2
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who buys: as pricing knows them, and as search does."""

    prices: PriceContext
    buyer: BuyerContext
    own_list: UUID


def build(*, products: int, price_lists: int, customers: int) -> list[Customer]:
    """Fill the current tenant. Everybody has two lists of their own, their group's, and the base list."""
    draw = random.Random(SEED)
    brands = [Brand(slug=f"marque-{n}", name=f"Marque {n}") for n in range(BRANDS)]
    Brand.objects.bulk_create(brands)
    _goods(draw, products, brands)
    lists = _lists(price_lists)
    _prices()
    rules = [_rules(draw, brands) for _ in range(GROUPS)]
    found = [_customer(draw, lists, rules) for _ in range(customers)]
    _assign(found, lists)
    analyze()
    forget_outline()
    return found


def analyze() -> None:
    """Have all tables counted, as autovacuum does within a minute of so many new rows: as the login role owns them."""
    with use_tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- goods ------------------------------------------------------------------------------------------------------------
def _goods(draw: random.Random, count: int, brands: list[Brand]) -> None:
    codes = {"diametre": "text", "longueur": "number", "matiere": "text", "finition": "text", "tete": "text",
             "empreinte": "text"}  # fmt: skip
    AttributeDefinition.objects.bulk_create(
        AttributeDefinition(code=code, label_fr=code, kind=AttributeKind(kind)) for code, kind in codes.items()
    )
    categories = [Category(slug=f"c{n}", path=f"c{n}", name_fr=kind) for n, kind in enumerate(KINDS)]
    Category.objects.bulk_create(categories)
    forget_outline()
    for start in range(0, count, BATCH):
        made = list(_batch(draw, range(start, min(start + BATCH, count)), brands, categories))
        Product.objects.bulk_create([product for product, _variant in made])
        Variant.objects.bulk_create([variant for _product, variant in made])
    _fill_in_database(
        """INSERT INTO catalog_orderunit (id, variant_id, code, factor, is_base, minimum, multiple, gtin)
           SELECT gen_random_uuid(), id, 'C62', 1, true, 1, 1, '' FROM catalog_variant""",
        """INSERT INTO inventory_stock (id, variant_id, on_hand, reserved, lead_time_days, updated_at)
           SELECT gen_random_uuid(), id, (hashtext(sku) & 3) * 50, 0, hashtext(sku) & 15, now() FROM catalog_variant""",
    )


def _batch(
    draw: random.Random, numbers: range, brands: list[Brand], categories: list[Category]
) -> Iterator[tuple[Product, Variant]]:
    for number in numbers:
        kind = number % len(KINDS)
        diameter, length = draw.choice((3, 4, 5, 6, 8, 10, 12, 16)), draw.choice((8, 10, 12, 16, 20, 30, 40, 60, 80))
        material = draw.choice(("inox A2", "inox A4", "acier zingué", "laiton", "acier brut"))
        name = f"{KINDS[kind]} M{diameter} x {length} {material}"
        sku = f"{KINDS[kind][:2].upper().replace('É', 'E')}-{number:06}"
        attributes: dict[str, Any] = {
            "diametre": f"M{diameter}",
            "longueur": str(length),
            "matiere": material,
            "finition": draw.choice(("brut", "zingué blanc", "zingué noir", "poli")),
            "tete": draw.choice(("hexagonale", "cylindrique", "fraisée", "bombée", "plate")),
            "empreinte": draw.choice(("six pans", "torx", "cruciforme", "fendue")),
        }
        product = Product(code=sku, name_fr=name, category=categories[kind], brand=draw.choice(brands))
        variant = Variant(product=product, sku=sku, sku_key=sku_key(sku), name_fr=name, attributes=attributes)
        variant.manufacturer_part_number = f"MPN{number * 7}"
        yield product, variant


# --- prices -----------------------------------------------------------------------------------------------------------
def _lists(count: int) -> list[PriceList]:
    """The base list first."""
    base, _made = PriceList.objects.get_or_create(
        is_base=True, currency="EUR", defaults={"code": "base", "name": "Base"}
    )
    lists = [PriceList(code=f"L{number}", name=f"L{number}", currency="EUR") for number in range(count - 1)]
    return [base, *PriceList.objects.bulk_create(lists)]


def _prices() -> None:
    """All goods in the base list, from cents to hundreds; each other list has one in 28, for less."""
    _fill_in_database(
        """INSERT INTO pricing_price (id, price_list_id, variant_id, min_quantity, unit_price, valid_from)
           SELECT gen_random_uuid(), l.id, v.id, 1,
                  round((0.02 * exp((hashtext(v.sku) & 65535) / 6000.0))::numeric, 4), now()
             FROM catalog_variant v JOIN pricing_pricelist l ON l.is_base""",
        """INSERT INTO pricing_price (id, price_list_id, variant_id, min_quantity, unit_price, valid_from)
           SELECT gen_random_uuid(), l.id, v.id, 1, round((
                  0.02 * exp((hashtext(v.sku) & 65535) / 6000.0) * (0.6 + (hashtext(l.code || v.sku) & 255) / 1000.0)
                  )::numeric, 5), now()
             FROM catalog_variant v JOIN pricing_pricelist l ON NOT l.is_base
            WHERE (hashtext(v.sku || l.code) & 2147483647) % 28 = 0""",
    )


def _fill_in_database(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a group gets off two brands."""

    group_id: UUID
    rates: dict[str, Decimal]


def _rules(draw: random.Random, brands: list[Brand]) -> _Rules:
    found = _Rules(uuid7(), {})
    for brand in draw.sample(brands, RULES):
        rate = Decimal(draw.randrange(15, 400)) / 1000
        DiscountRule.objects.create(name="Bench", rate=rate, brand=brand, group_id=found.group_id)
        found.rates[brand.name] = rate
    return found


def _customer(draw: random.Random, lists: list[PriceList], rules: list[_Rules]) -> Customer:
    place = draw.randrange(len(rules))
    own = sorted(draw.sample(range(1 + GROUPS, len(lists)), 2))
    shop = tuple(ListTerms(list_key(lists[number].pk), _classes(rules[place].rates)) for number in (*own, 1 + place, 0))
    context = PriceContext(uuid7(), rules[place].group_id, "EUR")
    return Customer(context, BuyerContext(shops=(shop,)), lists[own[0]].pk)


def _classes(rates: dict[str, Decimal]) -> tuple[PriceClass, ...]:
    brands = tuple(Target("brand", name) for name in rates)
    discounted = [
        PriceClass((brand,), (), Curve((Affine(1000 - int(rate * 1000), 1000),)))
        for brand, rate in zip(brands, rates.values(), strict=True)
    ]
    return (*discounted, PriceClass((), brands))


def _assign(customers: list[Customer], lists: list[PriceList]) -> None:
    by_key = {list_key(one.pk): one for one in lists}
    groups: dict[UUID, PriceList] = {}
    given = []
    for customer in customers:
        (first, second, group, _base) = (by_key[terms.key] for terms in customer.buyer.shops[0])
        groups[customer.prices.group_id or uuid7()] = group
        given += [
            PriceListAssignment(price_list=price_list, customer_id=customer.prices.customer_id, priority=priority)
            for priority, price_list in enumerate((first, second))
        ]
    given += [PriceListAssignment(price_list=price_list, group_id=group_id) for group_id, price_list in groups.items()]
    PriceListAssignment.objects.bulk_create(given, batch_size=BATCH)
