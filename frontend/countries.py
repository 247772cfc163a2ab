"""Countries that forms offer, by ISO 3166-1 code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

COUNTRY_CHOICES = [
    ("FR", _("France")),
    ("BE", _("Belgium")),
    ("DE", _("Germany")),
    ("ES", _("Spain")),
    ("IT", _("Italy")),
]
