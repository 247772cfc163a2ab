"""The HTML part of a letter, made from its text: the words are written once, in the ``.txt`` template.

The text's own structure is read: paragraphs, lines of the form ``label: value`` (a table), ``- …`` (the same, or a
list), and the lines that are the letter's own links (buttons). No other address becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.colours import Oklch, darkened, is_colour, on_colour, to_oklch

FOLDER = Path(__file__).resolve().parent / "templates" / "mail"
PLATFORM_NAME = "Comptoir"
PLATFORM_COLOUR = "#114b5f"

_ROW = re.compile(r"(?P<label>[^:]{1,60}?)\s?: (?P<value>\S.*[^.:]|\S)")
_COLON = re.compile(r"\s*:$")
_GROUND = "#ffffff"
_TEXT_CONTRAST = 4.6
_LABEL_LENGTH = 48

Kind = Literal["text", "rows", "list", "button"]


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name a letter is sent: a supplier's, or the platform's own."""

    name: str = PLATFORM_NAME
    colour: str = PLATFORM_COLOUR
    logo: str = ""

    @property
    def ground(self) -> str:
        """The brand's colour, as a ground of the button and the bar."""
        return self.colour if is_colour(self.colour) else PLATFORM_COLOUR

    @property
    def on_ground(self) -> str:
        return on_colour(self.ground)

    @property
    def ink(self) -> str:
        """The brand's colour as text on white, dark enough to be read."""
        colour: Oklch = to_oklch(self.ground)
        return darkened(colour, (_GROUND,), _TEXT_CONTRAST)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter: text, rows of label and value, a list, or a button (its label is its line)."""

    kind: Kind
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    href: str = ""


def html_of(
    *, subject: str, body: str, link: str, sender: Sender, language: str, quick_link: str = "", stop: str = ""
) -> str:
    """The HTML part of a letter whose text was rendered; call it in the recipient's language.

    ``stop`` is the page that turns letters of this kind off, named in the foot.
    """
    blocks = blocks_of(body, link=link, quick_link=quick_link)
    return (
        _environment()
        .get_template("layout.html")
        .render(
            subject=subject,
            blocks=blocks,
            sender=sender,
            platform=PLATFORM_NAME,
            language=language,
            stop=stop,
            preheader=_preheader(blocks),
        )
    )


def blocks_of(body: str, *, link: str = "", quick_link: str = "") -> list[Block]:
    """The parts of a letter's text; ``link`` and ``quick_link`` are the only addresses that become buttons."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        texts: list[str] = []
        for line in filter(None, (line.strip() for line in paragraph.splitlines())):
            if line in {link, quick_link} - {""}:
                label = texts.pop() if texts and _is_label(texts[-1]) else ""
                found += _read(texts)
                found.append(Block("button", lines=(_COLON.sub("", label) or _("Open"),), href=line))
                texts = []
            else:
                texts.append(line)
        found += _read(texts)
    return found


def _read(lines: Iterable[str]) -> list[Block]:
    """Neighbouring lines of one kind are one block."""
    found: list[Block] = []
    for line in lines:
        is_item = line.startswith("- ")
        row = _ROW.fullmatch(line.removeprefix("- "))
        kind: Kind = "rows" if row else "list" if is_item else "text"
        before = found.pop() if found and found[-1].kind == kind else Block(kind)
        if row:
            found.append(Block(kind, rows=(*before.rows, (row["label"], row["value"]))))
        else:
            found.append(Block(kind, lines=(*before.lines, line.removeprefix("- "))))
    return found


def _is_label(line: str) -> bool:
    return line.endswith(":") and len(line) <= _LABEL_LENGTH


def _preheader(blocks: Iterable[Block]) -> str:
    """What a mailbox shows behind the subject: the first words after the greeting."""
    texts = [" ".join(block.lines) for block in blocks if block.kind == "text"]
    return texts[min(1, len(texts) - 1)][:140] if texts else ""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """HTML: everything that is put in is escaped."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    return env
