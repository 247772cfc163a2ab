"""Refusals about files, questions and answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TooManyFiles(Refused):
    code = "too_many_files"
    message = _("At most %(count)s files are taken here.")


class FilesAreFixed(Refused):
    code = "files_are_fixed"
    status = 409
    message = _("This request has been sent: what was sent with it stays.")


class TooManyQuestions(Refused):
    code = "too_many_questions"
    status = 429
    message = _("You have asked %(count)s questions about this request. Write the next ones into your offer.")


class AlreadyAnswered(Refused):
    code = "already_answered"
    status = 409
    message = _("Somebody of your company has answered this question already.")


class AlreadyPublished(Refused):
    code = "already_published"
    status = 409
    message = _("The answer has been sent to all suppliers already.")


class NamesASupplier(Refused):
    code = "names_a_supplier"
    message = _("All suppliers read this, and it names %(name)s. Leave the name out.")
