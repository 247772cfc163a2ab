"""Refusals about a supplier's desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TakenAlready(Refused):
    code = "taken_already"
    status = 409
    message = _("%(name)s has taken this request.")


class NoColleague(Refused):
    code = "no_colleague"
    message = _("Choose somebody who works for you.")


class DraftChanged(Refused):
    """Somebody else has saved since; ``name`` and ``when`` say who and when."""

    code = "draft_changed"
    status = 409
    message = _(
        "%(name)s has saved this draft at %(when)s. What you see is yours: save or send it again to replace it, "
        "or open the request anew to see the other one."
    )


class DraftGone(Refused):
    code = "draft_gone"
    status = 409
    message = _("This draft has been sent or thrown away in the meantime. Open the request anew.")


class NothingToDecide(Refused):
    code = "nothing_to_decide"
    status = 409
    message = _("This answer does not wait for an approval any more.")


class OtherContent(Refused):
    code = "other_content"
    status = 409
    message = _("The answer has changed since you looked at it. Look at it again, then decide.")


class OwnAnswer(Refused):
    code = "own_answer"
    status = 403
    message = _("Whoever has written an answer does not approve it: ask a colleague.")


class ReasonNeeded(Refused):
    code = "reason_needed"
    message = _("Say why: your colleague reads it.")
