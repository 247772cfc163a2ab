"""Refusals about the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class RowRefused(Refused):
    """A row of a catalogue cannot be taken; ``sku`` names it, ``reason`` is the verdict's code."""

    code = "catalog_row"
    message = _("%(sku)s cannot be taken: %(reason)s.")


class VariantNotFound(Refused):
    code = "variant_not_found"
    status = 404
    message = _("This product does not exist.")
