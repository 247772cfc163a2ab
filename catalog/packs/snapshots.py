"""What somebody chose, with its price, as plain data that a cart, a quote or an order keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.errors import ChoiceRefused
from catalog.packs.plans import PackPrice, Plan, check, codes_of, price
from catalog.packs.queries import plans_of
from catalog.queries import VariantInfo, variants_by_id
from catalog.visibility import Viewpoint
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """Goods in the pack: ``quantity`` base units in one pack, at their price of that moment.

    So is a service that is sold by itself as well; nothing of it is kept in stock.
    """

    variant_id: UUID
    sku: str
    name_fr: str
    name_en: str
    unit_code: str
    quantity: Decimal
    unit_price: Decimal | None
    net: Decimal
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotOption:
    """A chosen option; a service has no line of its own."""

    code: str
    name_fr: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PackSnapshot:
    """One configured pack: its reference, what is in it and what it costs net; ``net`` is None when on request.

    ``digest`` tells whether its supplier has changed since what the same options consist of.
    """

    variant_id: UUID
    reference: str
    name_fr: str
    name_en: str
    tax_rate: Decimal
    currency: str
    net: Decimal | None
    options: tuple[SnapshotOption, ...]
    lines: tuple[SnapshotLine, ...]
    surcharges: tuple[tuple[tuple[str, ...], Decimal], ...]
    digest: str = ""

    @property
    def choice(self) -> str:
        """The chosen options as one text, such as ``A2-B1``."""
        return "-".join(option.code for option in self.options)

    def unpriced(self) -> PackSnapshot:
        """What is in it, without what it costs."""
        lines = tuple(replace(line, unit_price=None, net=ZERO) for line in self.lines)
        return replace(self, net=None, lines=lines, surcharges=())

    def as_json(self) -> dict[str, Any]:
        """Plain values; numbers as texts, so that nothing is lost."""
        return {
            "variant_id": str(self.variant_id),
            "reference": self.reference,
            "name_fr": self.name_fr,
            "name_en": self.name_en,
            "tax_rate": str(self.tax_rate),
            "currency": self.currency,
            "net": _text(self.net),
            "options": [[option.code, option.name_fr, option.name_en] for option in self.options],
            "lines": [
                {
                    "variant_id": str(line.variant_id),
                    "sku": line.sku,
                    "name_fr": line.name_fr,
                    "name_en": line.name_en,
                    "unit_code": line.unit_code,
                    "quantity": str(line.quantity),
                    "unit_price": _text(line.unit_price),
                    "net": str(line.net),
                    **({"is_service": True} if line.is_service else {}),
                }
                for line in self.lines
            ],
            "surcharges": [[list(codes), str(net)] for codes, net in self.surcharges],
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PackSnapshot:
        """The snapshot that :meth:`as_json` wrote."""
        return cls(
            variant_id=UUID(data["variant_id"]),
            reference=data["reference"],
            name_fr=data["name_fr"],
            name_en=data["name_en"],
            tax_rate=Decimal(data["tax_rate"]),
            currency=data["currency"],
            net=_number(data["net"]),
            options=tuple(SnapshotOption(*option) for option in data["options"]),
            lines=tuple(
                SnapshotLine(
                    variant_id=UUID(line["variant_id"]),
                    sku=line["sku"],
                    name_fr=line["name_fr"],
                    name_en=line["name_en"],
                    unit_code=line["unit_code"],
                    quantity=Decimal(line["quantity"]),
                    unit_price=_number(line["unit_price"]),
                    net=Decimal(line["net"]),
                    is_service=line.get("is_service", False),
                )
                for line in data["lines"]
            ),
            surcharges=tuple((tuple(codes), Decimal(net)) for codes, net in data["surcharges"]),
            digest=data["digest"],
        )


def snapshot(
    plan: Plan, chosen: AbstractSet[str], price: PackPrice, variants: Mapping[UUID, VariantInfo]
) -> PackSnapshot:
    """What was chosen, as it is kept. ``variants`` holds the pack and all goods in it. Raises ChoiceRefused."""
    problems = check(plan, chosen)
    if problems:
        raise ChoiceRefused(problems)
    pack = variants[plan.variant_id]
    return PackSnapshot(
        variant_id=plan.variant_id,
        reference=plan.reference(chosen),
        name_fr=pack.name_fr,
        name_en=pack.name_en,
        tax_rate=pack.tax_rate,
        currency=price.currency,
        net=price.net,
        options=tuple(
            SnapshotOption(code, option.name_fr, option.name_en)
            for code, option in plan.options().items()
            if code in chosen
        ),
        lines=tuple(
            SnapshotLine(
                variant_id=line.variant_id,
                sku=variants[line.variant_id].sku,
                name_fr=variants[line.variant_id].name_fr,
                name_en=variants[line.variant_id].name_en,
                unit_code=variants[line.variant_id].base_unit.code,
                quantity=line.quantity,
                unit_price=line.unit_price,
                net=line.net,
                is_service=variants[line.variant_id].is_service,
            )
            for line in price.lines
        ),
        surcharges=tuple((line.codes, line.net) for line in price.surcharges),
        digest=plan.digest(chosen),
    )


def unpriced_packs(choices: Iterable[tuple[UUID, str]], view: Viewpoint) -> dict[tuple[UUID, str], PackSnapshot]:
    """What choices of packs such as ``A2-B1`` consist of now, without prices; eight statements at most.

    What is no pack, not on sale, not seen, or not possible is absent.
    """
    wanted = set(choices)
    plans = plans_of({key for key, _choice in wanted}, view)
    goods = {key for plan in plans.values() for key in (plan.variant_id, *plan.components(plan.options().keys()))}
    variants = variants_by_id(goods, view) if goods else {}
    found = {}
    for key, choice in wanted:
        plan, codes = plans.get(key), codes_of(choice)
        if plan is None or check(plan, codes):
            continue
        if all(variants[part].is_active for part in (key, *plan.components(codes))):
            free = price(plan, codes, lambda _wanted: {}, currency=plan.currency)
            found[key, choice] = snapshot(plan, codes, free, variants).unpriced()
    return found


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
