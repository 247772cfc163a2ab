"""Refusals about accounts."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class EmailTaken(Refused):
    code = "email_taken"
    message = _("An account with this e-mail exists: sign in first.")


class InvalidLegalNumber(Refused):
    code = "invalid_legal_number"
    message = _("This number is not valid.")


class CompanyExists(Refused):
    code = "company_exists"
    message = _("This company is already registered: ask its administrator for access.")


class InvalidEntryToken(Refused):
    code = "invalid_entry"
    status = 403
    message = _("This link has expired. Please sign in.")


class UsualAddressNeeded(Refused):
    code = "usual_address_needed"
    message = _("This is the usual address: choose another one as usual before you remove it.")


class NameTaken(Refused):
    code = "name_taken"
    message = _("Your company has one with this name already.")


class UnitCycle(Refused):
    code = "unit_cycle"
    message = _("A site or department cannot stand below itself.")


class UnitInUse(Refused):
    code = "unit_in_use"
    message = _("People, addresses, cost centres, or other sites and departments still belong to it: move them first.")


class RoleInUse(Refused):
    code = "role_in_use"
    message = _("People still have this role: give them another one first.")


class BeyondOwnRights(Refused):
    """Nobody gives or takes what it may not do itself."""

    code = "beyond_own_rights"
    message = _("You can only give and take what you may do yourself.")


class LastAdministrator(Refused):
    code = "last_administrator"
    message = _("A company keeps at least one administrator: name another one first.")


class AlreadyInvited(Refused):
    code = "already_invited"
    message = _("Somebody with this e-mail is invited already: send the letter again instead.")


class AlreadyMember(Refused):
    code = "already_member"
    message = _("Somebody with this e-mail belongs to the company already.")


class InvitationGone(Refused):
    code = "invitation_gone"
    status = 404
    message = _("This invitation is not valid any more.")


class InvitationExpired(Refused):
    code = "invitation_expired"
    status = 409
    message = _("This invitation has expired.")


class InvitationForAnother(Refused):
    code = "invitation_for_another"
    status = 403
    message = _("This invitation was sent to another e-mail address.")
