"""What is said after lines were taken: each that was not, and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.requests import Request
from core import formatting
from orders.errors import LineProblem

_TOLD = 10


def tell_refused(request: Request, problems: Sequence[LineProblem], introduction: str) -> None:
    """Warn of lines that were left out; nothing where there are none."""
    if not problems:
        return
    texts = list(dict.fromkeys(problem.message for problem in problems))
    more = len(texts) - _TOLD
    if more > 0:
        texts = [*texts[:_TOLD], _("And %(count)s more.") % {"count": formatting.number(more)}]
    messages.warning(request, " ".join([introduction, *texts]))
