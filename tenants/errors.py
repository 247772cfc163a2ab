"""Refusals about tenants."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class SlugTaken(Refused):
    code = "slug_taken"
    message = _("This address is already taken.")


class InvalidDomain(Refused):
    code = "invalid_domain"
    message = _("A domain looks like shop.example.com; this platform's own names cannot be added.")


class DomainTaken(Refused):
    code = "domain_taken"
    message = _("This domain is already registered here.")


class TooManyDomains(Refused):
    code = "too_many_domains"
    message = _("You have %(maximum)s domains already: remove one first.")
