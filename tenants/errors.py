"""Refusals about tenants."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class SlugTaken(Refused):
    code = "slug_taken"
    message = _("This address is already taken.")
