"""Refusals about carts that are named, saved and shared."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class CartNameTaken(Refused):
    code = "cart_name_taken"
    message = _("You have a cart of this name already.")


class CartNameMissing(Refused):
    code = "cart_name_missing"
    message = _("A cart that is kept needs a name of at most %(limit)s characters.")


class TooManyCarts(Refused):
    code = "too_many_carts"
    message = _("At most %(limit)s carts: delete one that you no longer need.")


class NotAColleague(Refused):
    code = "not_a_colleague"
    message = _("Choose colleagues who may order and see what is ordered where this cart belongs.")


class CartChanged(Refused):
    """Somebody else has changed a shared cart since the page was shown; nothing was changed."""

    code = "cart_changed"
    status = 409
    message = _(
        "%(name)s has changed this cart since this page was shown. Nothing of yours was saved: here is the cart as it "
        "is now. Look at it, then change it again."
    )


class CartGone(Refused):
    code = "cart_gone"
    status = 409
    message = _("This cart has been ordered or deleted in the meantime.")


class CartInUse(Refused):
    code = "cart_in_use"
    status = 409
    message = _("%(name)s is working in this cart. Take a copy, or change it on its page.")
