"""Refusals about applications."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class MissingLegalNumber(Refused):
    code = "missing_legal_number"
    message = _("Give a SIREN or a European VAT number.")
