"""Documents, who buys from whom, who sells the same goods, the taxonomy (schema ``public``, row-level security)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, GeneratedField, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from core.fields import AmountField, CurrencyField, Keyed
from core.numbers import Counter
from tenants.models import Tenant


class DocumentKind(models.TextChoices):
    ORDER = "order", _("Order")
    INVOICE = "invoice", _("Invoice")
    QUOTE = "quote", _("Quote")
    SHIPMENT = "shipment", _("Shipment")
    CREDIT_NOTE = "credit", _("Credit note")
    AGREEMENT = "agreement", _("Agreement")


class Side(models.TextChoices):
    COMPANY = "company", _("Buyer")
    TENANT = "tenant", _("Supplier")


def _key_of(column: str) -> GeneratedField:
    """A column without its signs, in small letters, ordered byte by byte: what begins with a text is a range of it."""
    bare = Func(column, Value("[^A-Za-z0-9]"), Value(""), Value("g"), function="regexp_replace")
    return GeneratedField(
        expression=Lower(bare), output_field=models.CharField(max_length=60, db_collation="C"), db_persist=True
    )


def _tail_of(column: str) -> GeneratedField:
    """The digits at the end of a column, without leading zeros."""
    digits = Func(column, Value("[0-9]*$"), function="substring")
    return GeneratedField(
        expression=Func(digits, Value("0"), function="ltrim"),
        output_field=models.CharField(max_length=60, db_collation="C"),
        db_persist=True,
    )


class Document(Keyed):
    """One document between a company and a tenant, as both find it in their lists, and what they say about it.

    ``order_id`` is the order that a parcel or an invoice belongs to; a parcel was ``promised_on`` a day, where one was,
    and ``arrived_on``. ``…_unread`` count the messages that a side has
    not read yet (:mod:`marketplace.messages`). ``…_key`` and ``…_tail`` are what numbers and references are found by:
    row security lets an index serve comparisons only, no patterns.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    object_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    number = models.CharField(max_length=30)
    po_number = models.CharField(max_length=60, blank=True, db_default="")
    number_key = _key_of("number")
    number_tail = _tail_of("number")
    reference_key = _key_of("po_number")
    reference_tail = _tail_of("po_number")
    state = models.CharField(max_length=20)
    amount = AmountField(null=True)
    currency = CurrencyField()
    due_on = models.DateField(null=True)
    promised_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)
    happened_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    message_count = models.PositiveIntegerField(default=0, db_default=0)
    company_unread = models.PositiveIntegerField(default=0, db_default=0)
    tenant_unread = models.PositiveIntegerField(default=0, db_default=0)
    last_message_at = models.DateTimeField(null=True)
    last_message_side = models.CharField(max_length=8, choices=Side.choices, blank=True, db_default="")

    class Meta:
        ordering = ("-happened_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tenant", "kind", "object_id"), name="marketplace_document_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("company", "-happened_at", "-id"), name="marketplace_document_list"),
            models.Index(fields=("company", "kind", "-happened_at", "-id"), name="marketplace_document_kind"),
            models.Index(fields=("company", "tenant", "-happened_at", "-id"), name="marketplace_document_supplier"),
            models.Index(fields=("company", "number_key"), name="marketplace_document_number"),
            models.Index(fields=("company", "number_tail"), name="marketplace_document_num_tail"),
            models.Index(fields=("company", "reference_key"), name="marketplace_document_reference"),
            models.Index(fields=("company", "reference_tail"), name="marketplace_document_ref_tail"),
            models.Index(
                fields=("company", "-last_message_at"),
                name="marketplace_document_unread",
                condition=Q(company_unread__gt=0),
            ),
            models.Index(
                fields=("tenant", "-last_message_at"),
                name="marketplace_document_talk",
                condition=Q(message_count__gt=0),
            ),
        ]


class Message(Keyed):
    """What a person of one side wrote about a document; never changed and never deleted.

    ``token`` is that of the form: one that is sent twice is one message.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="messages")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=120)
    body = models.TextField(max_length=5000, blank=True)
    token = models.UUIDField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("document", "token"), name="marketplace_message_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("document", "-id"), name="marketplace_message_thread"),
            models.Index(fields=("author_id", "sent_at"), name="marketplace_message_rate"),
        ]


class Attachment(Keyed):
    """A file of a message, which lies under its ``digest``; ``name`` is what a download is called."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)


class Account(Keyed):
    """A company has an account with a tenant, whatever its state: its own prices are asked for there."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "tenant"), name="marketplace_account_once"),
        ]


class Purchase(Keyed):
    """What a company ordered at once from several suppliers; only the company sees it (ADR 0017).

    ``unit_id`` is the business unit of the person who ordered.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=30)
    placed_by_id = models.UUIDField()
    placed_by_name = models.CharField(max_length=120)
    unit_id = models.UUIDField(null=True)
    po_number = models.CharField(max_length=60, blank=True)
    placed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("company", "number"), name="marketplace_purchase_number"),
        ]


class PurchaseOrder(Keyed):
    """One of a purchase's orders, in its supplier's schema: its key there, and what it came to when it was placed."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="orders")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_name = models.CharField(max_length=120)
    order_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=30)
    net_amount = AmountField()
    total_amount = AmountField()
    currency = CurrencyField()

    class Meta:
        ordering = ("tenant_name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("purchase", "tenant"), name="marketplace_purchaseorder_once"),
        ]


class PurchaseCounter(Counter):
    """Counters of purchase numbers, one per company and year."""


class GoodsOffer(Keyed):
    """A variant that any visitor sees at a tenant, by the goods that it is (:mod:`catalog.goods`), if anything says.

    ``codes`` and ``words`` are what it is found by when the search engine does not answer. No prices and no stock:
    those are the tenant's own, and asked for there.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    variant_id = models.UUIDField()
    goods_id = models.UUIDField(null=True, db_index=True)
    gtin = models.CharField(max_length=14, blank=True)
    brand_key = models.CharField(max_length=120, blank=True)
    part_key = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=120, blank=True)
    taxonomy_code = models.CharField(max_length=120, blank=True)
    codes = ArrayField(models.TextField(), default=list, db_default=[])
    words = models.TextField(blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("tenant", "variant_id"), name="marketplace_goods_offer_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("gtin",), name="marketplace_goods_gtin", condition=~Q(gtin="")),
            GinIndex(fields=("codes",), name="marketplace_goods_codes"),
            models.Index(fields=("brand_key", "part_key"), name="marketplace_goods_part", condition=~Q(part_key="")),
        ]


class TaxonomyNode(Keyed):
    """A node of the platform's taxonomy, that tenants' categories mean; ``code`` is its path, ``fasteners/screws``.

    ``etim_class``, ``unspsc`` and ``eclass`` are what it is called in these classifications, where it is known.
    """

    code = models.CharField(max_length=120, unique=True)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    etim_class = models.CharField(max_length=8, blank=True)
    unspsc = models.CharField(max_length=8, blank=True)
    eclass = models.CharField(max_length=11, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("code",)
