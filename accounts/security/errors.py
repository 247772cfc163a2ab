"""Refusals about signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class WrongCode(Refused):
    code = "wrong_code"
    message = _("This code is not right, or was used already. Wait for the next one.")


class FactorExists(Refused):
    code = "factor_exists"
    status = 409
    message = _("You have a code app already: remove it first.")


class OwnFactorFirst(Refused):
    code = "own_factor_first"
    message = _("Set up your own second factor first: otherwise you would be the first to be locked out.")


class PasskeyRefused(Refused):
    code = "passkey_refused"
    message = _("The passkey was not accepted. Try again.")


class ProviderUnreachable(Refused):
    code = "provider_unreachable"
    status = 503
    message = _("Your company’s sign-in provider could not be reached, or its answer makes no sense. Try again later.")


class ProviderRefused(Refused):
    code = "provider_refused"
    status = 403
    message = _("Your company’s sign-in provider did not confirm who you are. Start again.")


class EmailNotVouchedFor(Refused):
    code = "email_not_vouched_for"
    status = 403
    message = _("The provider did not confirm an e-mail address of your company. Ask your administrator.")


class NotOfThisCompany(Refused):
    code = "not_of_this_company"
    status = 403
    message = _("This login does not belong to the company: sign in with your password, or ask its administrator.")


class NoProvider(Refused):
    code = "no_provider"
    message = _("No company signs in with addresses of this kind: use your password.")


class InvalidDomain(Refused):
    code = "invalid_domain"
    message = _("“%(domain)s” is not a domain of a company.")


class DomainProvenElsewhere(Refused):
    code = "domain_proven_elsewhere"
    status = 409
    message = _("This domain is another company’s already.")


class ResetLinkGone(Refused):
    code = "reset_link_gone"
    status = 404
    message = _("This link is not valid any more: it was used, or is older than an hour. Ask for a new one.")


class ProviderInstead(Refused):
    code = "provider_instead"
    status = 403
    message = _("Your company has you sign in with its own provider: there is no password to set here.")
