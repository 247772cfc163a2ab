"""States of customers and kinds of payment terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerState(models.TextChoices):
    PENDING = "pending", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    BLOCKED = "blocked", _("Blocked")


class RevenueBand(models.TextChoices):
    """Yearly revenue, in the bands in which statistics sort companies (EU recommendation 2003/361/EC)."""

    UNKNOWN = "", _("Unknown")
    MICRO = "micro", _("up to 2 million euros")
    SMALL = "small", _("2 to 10 million euros")
    MEDIUM = "medium", _("10 to 50 million euros")
    LARGE = "large", _("over 50 million euros")


class Fact(models.TextChoices):
    """What a segment's rule looks at in a customer."""

    SECTOR = "sector", _("Sector (NAF code)")
    COUNTRY = "country", _("Country")
    REVENUE = "revenue", _("Revenue")
    SENIORITY = "seniority", _("Years as a customer, at least")


class TermKind(models.TextChoices):
    """How a due date is computed from the invoice's date (C. com. L441-10)."""

    NET = "net", _("days after the invoice")
    DAYS_THEN_END_OF_MONTH = "days_eom", _("days, then end of month")
    END_OF_MONTH_THEN_DAYS = "eom_days", _("end of month, then days")


class ActingKind(models.TextChoices):
    """What somebody of the supplier did for a customer."""

    ORDERED = "ordered", _("Ordered")
    CANCELLED = "cancelled", _("Cancelled")
    CHANGED = "changed", _("Changed")


class DeliveryMethod(models.TextChoices):
    """How an order's goods get to the customer."""

    CARRIER = "carrier", _("By carrier")
    OWN_FLEET = "own_fleet", _("By the supplier's own lorry")
    COLLECT = "collect", _("Collected by the customer")


class PaymentMethod(models.TextChoices):
    """How an order is paid. Every order takes from the customer's credit until it is paid, however that is."""

    ACCOUNT = "account", _("On account")
    CARD = "card", _("By card")
    TRANSFER = "transfer", _("By transfer in advance")


class Incoterm(models.TextChoices):
    """Who carries cost and risk up to which place (ICC, Incoterms 2020)."""

    NONE = "", _("None")
    EXW = "EXW", "EXW"
    FCA = "FCA", "FCA"
    CPT = "CPT", "CPT"
    CIP = "CIP", "CIP"
    DAP = "DAP", "DAP"
    DPU = "DPU", "DPU"
    DDP = "DDP", "DDP"
    FAS = "FAS", "FAS"
    FOB = "FOB", "FOB"
    CFR = "CFR", "CFR"
    CIF = "CIF", "CIF"


class VatRegime(models.TextChoices):
    """Whether a supplier charges VAT at all (French CGI art. 293 B: small businesses do not)."""

    NORMAL = "normal", _("Charges VAT")
    FRANCHISE = "franchise", _("Small business without VAT (franchise en base)")


class DoubtfulVat(models.TextChoices):
    """What a supplier does with a number that has the form of one, and that the register has not confirmed."""

    TAXED = "taxed", _("As without a number: VAT is charged, and the order goes on")
    HOLD = "hold", _("VAT is charged, and somebody has to look at the order before it is confirmed")
    ACCEPT = "accept", _("As a valid one: no VAT is charged, at your own risk")


class VatOutcome(models.TextChoices):
    """What a check of a VAT number said. Nobody answering is not a refusal."""

    VALID = "valid", _("Valid")
    INVALID = "invalid", _("Not valid")
    UNANSWERED = "unanswered", _("No answer")


class CheckSource(models.TextChoices):
    """Who said so."""

    VIES = "vies", _("VIES, the register of the European Commission")
    MANUAL = "manual", _("Checked by hand")
