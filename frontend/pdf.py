"""Documents on paper: a title, facts, one long table, numbered pages. Fonts are embedded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import font_source_sans_pro
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

_PLAIN, _BOLD = "SourceSansPro", "SourceSansPro-Bold"
_MARGIN = 15 * mm
_RULE = colors.HexColor("#c9d1d6")
#: A cell is cut where it would not fit a page.
_MOST = 1500


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading and its part of the page's width."""

    name: str
    share: int
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document says; all of it is plain text."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def pdf_of(sheet: Sheet) -> bytes:
    """The document as a PDF in the active language, A4 across."""
    _register()
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=landscape(A4),
        title=_clean(sheet.title),
        author="Comptoir",
        lang=get_language() or "fr",
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 4 * mm,
    )
    facts = [
        Paragraph(f"<font name='{_BOLD}'>{_text(label)}</font>  {_text(value)}", _style(9))
        for label, value in sheet.facts
    ]
    document.build(
        [
            Paragraph(_text(sheet.title), _style(16, _BOLD)),
            Paragraph(_text(sheet.subtitle), _style(10)),
            Spacer(1, 4 * mm),
            *facts,
            Spacer(1, 5 * mm),
            _table(sheet, document.width),
        ],
        canvasmaker=_Numbered,
    )
    return file.getvalue()


class _Numbered(Canvas):
    """Pages are kept until the last one is known: each then says ``Page 1 of 3``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initialFontName": _PLAIN})
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  (reportlab's name)
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        kept = self._kept
        for number, state in enumerate(kept, 1):
            self.__dict__.update(state)
            self.setFont(_PLAIN, 8)
            text = _("Page %(number)s of %(count)s") % {"number": number, "count": len(kept)}
            self.drawRightString(self._pagesize[0] - _MARGIN, _MARGIN - 2 * mm, text)
            self.drawString(_MARGIN, _MARGIN - 2 * mm, str(self._doc.info.title or ""))
            super().showPage()
        super().save()


def _table(sheet: Sheet, width: float) -> LongTable:
    whole = sum(column.share for column in sheet.columns)
    head = [Paragraph(_text(column.name), _style(8, _BOLD)) for column in sheet.columns]
    body = [
        [
            Paragraph(_text(text), _style(6 if column.is_small else 8))
            for text, column in zip(row, sheet.columns, strict=True)
        ]
        for row in sheet.rows
    ]
    return LongTable(
        [head, *body],
        colWidths=[width * column.share / whole for column in sheet.columns],
        repeatRows=1,
        splitInRow=1,
        style=TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), _PLAIN, 8),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        ),
    )


@cache
def _register() -> None:
    folder = Path(font_source_sans_pro.__file__).parent / "files"
    pdfmetrics.registerFont(TTFont(_PLAIN, folder / "SourceSansPro-Regular.ttf"))
    pdfmetrics.registerFont(TTFont(_BOLD, folder / "SourceSansPro-Bold.ttf"))


@cache
def _style(size: int, font: str = _PLAIN) -> ParagraphStyle:
    # Hashes and long words break where the cell ends.
    return ParagraphStyle(f"{font}{size}", fontName=font, fontSize=size, leading=size * 1.3, splitLongWords=1)


def _text(text: str) -> str:
    """Plain text for a paragraph, whose own language is markup."""
    return escape(_clean(text)).replace("\n", "<br/>")


def _clean(text: str) -> str:
    """Without control characters, which no font has."""
    cut = text if len(text) <= _MOST else text[: _MOST - 1] + "…"
    return "".join(sign for sign in cut if sign.isprintable() or sign == "\n" or sign.isspace())
