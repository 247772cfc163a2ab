"""Refusals about imports, safe to show beside the field that they name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class UnreadableFile(Refused):
    code = "unreadable_file"
    message = _("This file cannot be read as a table. CSV, XLSX, ODS and BMEcat files are read.")


class OldSpreadsheet(UnreadableFile):
    code = "old_spreadsheet"
    message = _("This is an old Excel file (.xls) or a file with a password. Save it as XLSX without password.")


class FileTooBig(UnreadableFile):
    code = "file_too_big"
    message = _("The file has %(size)s MB; %(limit)s MB are accepted. Split it into several files.")


class TooManyRows(UnreadableFile):
    code = "too_many_rows"
    message = _("The file has more than %(limit)s rows. Split it into several files.")


class HostileFile(UnreadableFile):
    code = "hostile_file"
    message = _("The file unpacks to far more than it should. Save it again from your spreadsheet program.")


class HostileXml(UnreadableFile):
    code = "hostile_xml"
    message = _(
        "The XML declares entities or is nested beyond measure: such files are not read. Export it again without."
    )


class BrokenXml(UnreadableFile):
    code = "broken_xml"
    message = _("The XML is not complete or not well-formed: it cannot be read beyond line %(line)s.")


class EmptyTable(UnreadableFile):
    code = "empty_table"
    message = _("The file holds no table: a line of column names and rows below it are needed.")


class SkuNotMapped(Refused):
    code = "sku_not_mapped"
    message = _("Choose the column that holds your reference (SKU): rows are recognised by it.")


class TargetTwice(Refused):
    code = "target_twice"
    message = _("“%(target)s” is chosen for two columns: “%(first)s” and “%(second)s”.")


class UnknownTarget(Refused):
    code = "unknown_target"
    message = _("Column “%(column)s” is mapped to something that does not exist.")


class TierHalf(Refused):
    code = "tier_half"
    message = _("Tier %(number)s has a quantity or a price column, but not both.")


class CurrencyDiffers(Refused):
    code = "currency_differs"
    message = _(
        "The prices of the file are in %(file)s, the price list “%(list)s” is in %(currency)s. Prices are not "
        "converted: choose a list in %(file)s, or correct the currency of the file."
    )


class ImportNotFound(Refused):
    code = "import_not_found"
    status = 404
    message = _("This import does not exist.")


class NothingToUndo(Refused):
    code = "nothing_to_undo"
    status = 409
    message = _("This import has nothing that could be undone.")


class LaterImport(Refused):
    code = "later_import"
    status = 409
    message = _("“%(file)s” was applied after this import and built on it: undo that one first.")


class StillRunning(Refused):
    code = "import_running"
    status = 409
    message = _("This import is still being worked on.")
