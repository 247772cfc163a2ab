"""Refusals about media imports, safe to show beside the field that they name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class NoArchive(Refused):
    code = "no_archive"
    message = _("This is no ZIP file, or it is damaged.")


class ArchiveTooBig(Refused):
    code = "archive_too_big"
    message = _("The file has %(size)s MB; %(limit)s MB are accepted. Split it into several files.")


class HostileArchive(Refused):
    code = "hostile_archive"
    message = _("The ZIP holds more files than are taken, or unpacks to far more than it should.")


class NothingInArchive(Refused):
    code = "nothing_in_archive"
    message = _("There is no file in this ZIP.")


class MediaImportNotFound(Refused):
    code = "media_import_not_found"
    status = 404
    message = _("This import does not exist.")


class NothingBrought(Refused):
    code = "nothing_brought"
    status = 409
    message = _("There is nothing any more that this import added.")


class MediaImportRunning(Refused):
    code = "media_import_running"
    status = 409
    message = _("This import is still being worked on.")
