"""What an engine may raise, for the code that called; and at the end refusals to people who teach the search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class SearchError(Exception):
    """Base of everything that a search engine raises on purpose."""


class UnknownFacetError(SearchError):
    """A facet was asked for, or filtered by, that no document of the index has ever had."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"unknown facet: {code!r}")


class IndexBusyError(SearchError):
    """Another writer holds the index (a rebuild, usually). Try again later; nothing was written."""


class IndexOutdatedError(SearchError):
    """The index was built by another version of the code. Rebuild it."""


class WriteFailedError(SearchError):
    """The engine took the write and then could not carry it out."""


class WriteTimeoutError(SearchError):
    """The write was still under way when the time given for it was over."""


class NoSuchSearch(Refused):
    code = "search_not_found"
    status = 404
    message = _("This text is no longer on the list.")


class NoSuchSynonym(Refused):
    code = "synonym_not_found"
    status = 404
    message = _("This synonym does not exist.")


class TooManySynonyms(Refused):
    code = "too_many_synonyms"
    message = _("There are %(most)s synonyms already: delete some first.")
