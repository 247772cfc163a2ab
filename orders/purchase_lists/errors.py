"""Refusals about purchase lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NameTaken(Refused):
    code = "name_taken"
    message = _("You have a list of this name already.")


class NameMissing(Refused):
    code = "name_missing"
    message = _("A list needs a name of at most %(limit)s characters.")


class TooManyLists(Refused):
    code = "too_many_lists"
    message = _("At most %(limit)s lists: delete one that you no longer need.")


class ListFull(Refused):
    code = "list_full"
    message = _("At most %(limit)s lines in a list. Nothing was added.")


class ListInUse(Refused):
    code = "list_in_use"
    status = 409
    message = _("A recurring order needs this list. End it first.")


class NothingToSave(Refused):
    code = "nothing_to_save"
    message = _("The cart is empty: there is nothing to save.")


class NothingToKeep(Refused):
    code = "nothing_to_keep"
    message = _("Enter a quantity first: then the article can be kept in a list.")
