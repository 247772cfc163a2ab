"""The XML as a stream of elements: constant memory, no document type, no entities, no network. Nothing of Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

MAX_DEPTH = 40
MAX_ELEMENTS = 20_000  # of one product
_PROLOG = 64 * 1024
_ROOT = re.compile(r"<(?:[\w.-]+:)?BMECAT[\s>]")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?P<subset>\[)?")
_TRANSACTIONS = {"T_NEW_CATALOG", "T_UPDATE_PRODUCTS", "T_UPDATE_PRICES"}
_WHOLE = {
    "HEADER",
    "ARTICLE",
    "PRODUCT",
    "CATALOG_STRUCTURE",
    "ARTICLE_TO_CATALOGGROUP_MAP",
    "PRODUCT_TO_CATALOGGROUP_MAP",
}


class HostileXmlError(Exception):
    """The file declares entities, or is nested or filled beyond all measure."""


class BrokenXmlError(Exception):
    """The file is not well-formed from this line on, or ends too early."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def looks_like_bmecat(path: Path) -> bool:
    """Whether a file's beginning is that of a BMEcat catalogue, whatever declarations stand before it."""
    return _ROOT.search(_beginning(path)) is not None


def check_prolog(path: Path) -> None:
    """Refuse a file whose document type declares anything itself. Raises HostileXmlError.

    The reference to the norm's own DTD, which files of version 1.2 carry, is allowed and never followed.
    """
    text = _beginning(path)
    root = _ROOT.search(text)
    prolog = text[: root.start()] if root else text
    doctype = _DOCTYPE.search(prolog)
    if root is None or "<!ENTITY" in prolog or (doctype and doctype["subset"]):
        raise HostileXmlError


def _beginning(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_PROLOG)
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    return start.decode(encoding, errors="replace")


def elements(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """Transactions as they begin, then header, products, groups and assignments whole, by name without namespace.

    An element is emptied when the next one is asked for. Raises HostileXmlError, BrokenXmlError.
    """
    check_prolog(path)
    with path.open("rb") as file:
        events = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from _walk(iter(events))
        except etree.XMLSyntaxError as error:
            raise BrokenXmlError(error.lineno or 0) from error


def _walk(events: Iterator[tuple[str, etree._Element]]) -> Iterator[tuple[str, etree._Element]]:
    depth = count = 0
    inside = 0  # depth of the element that is being gathered
    for event, element in events:
        if event == "start":
            depth, count = depth + 1, count + 1
            if depth > MAX_DEPTH or (inside and count > MAX_ELEMENTS):
                raise HostileXmlError
            name = local(element)
            if not inside and name in _WHOLE:
                inside, count = depth, 0
            elif name in _TRANSACTIONS or depth == 1:
                yield name, element
            continue
        if inside == depth:
            yield local(element), element
            inside = 0
        if not inside:
            _forget(element)
        depth -= 1


def _forget(element: etree._Element) -> None:
    """Free what was read: the element's content, and its elder siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
