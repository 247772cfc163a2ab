"""Packs as tables. A pack is sold as a variant; what it is made of are other variants and services."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import AmountField, CurrencyField, Keyed, QuantityField, RateField


class PackKind(models.TextChoices):
    FIXED = "fixed", _("Fixed kit")
    CONFIGURED = "configured", _("Configured set")


class RuleKind(models.TextChoices):
    """What one option does to another one."""

    EXCLUDES = "excludes", _("excludes")
    REQUIRES = "requires", _("requires")
    PRICES = "prices", _("with it costs")


def _one_surcharge(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(amount__isnull=True) | Q(rate__isnull=True), name=name)


class Pack(Keyed):
    """The composition of a variant; ``currency`` is that of its surcharges' amounts."""

    variant = models.OneToOneField("catalog.Variant", on_delete=models.CASCADE, related_name="pack")
    kind = models.CharField(max_length=12, choices=PackKind.choices)
    currency = CurrencyField()


class PackPart(Keyed):
    """What is always in a pack; ``quantity`` in base units."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="parts")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="in_packs")
    quantity = QuantityField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("pack", "variant"), name="catalog_pack_part_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="catalog_pack_part_quantity"),
        ]


class PackGroup(Keyed):
    """Options of which ``minimum`` to ``maximum`` are chosen; ``code`` is a capital letter or two."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(max_length=2)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    minimum = models.PositiveIntegerField(default=0)
    maximum = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("pack", "code"), name="catalog_pack_group_once"),
            models.CheckConstraint(
                condition=Q(maximum__gte=1) & Q(maximum__gte=models.F("minimum")), name="catalog_pack_group_choices"
            ),
        ]


class PackOption(Keyed):
    """What can be chosen: goods (a variant), or a service without one. It costs its goods and a surcharge.

    The surcharge is an amount, or a rate of what the goods of the whole pack cost; a rebate is below zero.
    """

    group = models.ForeignKey(PackGroup, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveIntegerField()
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, null=True, related_name="as_options")
    quantity = QuantityField(default=1)
    amount = AmountField(null=True)
    rate = RateField(null=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("group", "number"), name="catalog_pack_option_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, number__gt=0), name="catalog_pack_option_quantity"),
            _one_surcharge("catalog_pack_option_surcharge"),
        ]


class PackRule(Keyed):
    """What a chosen option does to another one: keeps it out, needs it, or costs more or less together with it."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="rules")
    option = models.ForeignKey(PackOption, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(PackOption, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    amount = AmountField(null=True)
    rate = RateField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("option", "other", "kind"), name="catalog_pack_rule_once"),
            models.CheckConstraint(condition=~Q(option=models.F("other")), name="catalog_pack_rule_of_two"),
            _one_surcharge("catalog_pack_rule_surcharge"),
        ]
