"""What pages and documents say about VAT."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formatting
from customers.vat.mentions import mention, short
from customers.vat.taxes import VatId


def tax_label(rate: Decimal, key: str = "") -> str:
    """What a group of VAT is called among sums; ``key`` is the reason of an exemption."""
    label = _("VAT %(rate)s") % {"rate": formatting.percent(rate)}
    return f"{label} – {short(key)}" if key else label


def sentences(keys: Iterable[str], day: date | None = None) -> tuple[str, ...]:
    """What the law wants a document of this day to say about its exemptions, each once."""
    return tuple(mention(key, day) for key in dict.fromkeys(keys) if key)


def doubt_text(doubt: str) -> str:
    """Why VAT is charged to a customer of another member state, and what the buyer can do; nothing without doubt."""
    texts = {
        VatId.NONE: _(
            "VAT is charged: your company has given no VAT number, and a supply without VAT to another member state "
            "needs one. Give it on the page of your company; the supplier looks at this order before it goes on."
        ),
        VatId.INVALID: _(
            "VAT is charged: your company’s VAT number is not valid, and a supply without VAT to another member "
            "state needs one. Correct it on the page of your company; the supplier looks at this order before it goes "
            "on."
        ),
        VatId.UNVERIFIED: _(
            "VAT is charged: your company’s VAT number could not be checked yet. It is asked again automatically; "
            "order later, or ask the supplier to check it by hand."
        ),
        VatId.VALID: _(
            "VAT is charged: your company’s VAT number is of the country that taxes this order. A supply without VAT "
            "needs one of another member state."
        ),
    }
    return texts[VatId(doubt)] if doubt else ""


def review_text(doubt: str) -> str:
    """The same for the supplier, who has to look at it; nothing where there is nothing to do."""
    texts = {
        VatId.NONE: _(
            "Look at the VAT: this order is for another member state and the customer has given no VAT number, so that "
            "the VAT of your country is charged."
        ),
        VatId.INVALID: _(
            "Look at the VAT: this order is for another member state and the customer’s VAT number is not valid, so "
            "that the VAT of your country is charged."
        ),
        VatId.UNVERIFIED: _(
            "VAT is charged on an order for another member state: the customer’s VAT number could not be checked."
        ),
    }
    return texts.get(VatId(doubt), "") if doubt else ""
