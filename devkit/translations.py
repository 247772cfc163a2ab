"""The catalogues in ``frontend/locale``: taken from the sources by Babel, compared, compiled.

Texts in the code are English; ``en`` says each as it stands, ``fr`` is translated by people. Catalogues name the files
a text comes from but no line numbers, and are sorted, so that a diff shows what changed.
"""

from __future__ import annotations

import copy
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from devkit import places
from devkit.errors import SetupError

LOCALE = places.ROOT / "frontend" / "locale"
SOURCE_LANGUAGE = "en"
LANGUAGES = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
NOT_SHIPPED = {"bench", "devkit", "docs", "infra", "migrations", "tests", "var"}
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
# As in frontend/jinja.py: white space around blocks is part of a text.
JINJA_OPTIONS = {
    "extensions": "jinja2.ext.do",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Comptoir\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def main(arguments: list[str]) -> int:
    """``--update`` (the default) or ``--check``."""
    if arguments == ["--check"]:
        problems = list(check())
        for problem in problems:
            print(problem, file=sys.stderr)
        return 1 if problems else 0
    if arguments not in ([], ["--update"]):
        raise SetupError("takes --update or --check")
    update()
    return 0


def extract(root: Path = places.ROOT) -> Catalog:
    """Every text that the product shows."""
    catalog = Catalog(charset="utf-8")
    options = {pattern: JINJA_OPTIONS for pattern, method in METHODS if method == "jinja2"}
    for app in sorted(path for path in root.iterdir() if _is_shipped(path)):
        for file, _line, message, comments, context in extract_from_dir(
            app, METHODS, options, KEYWORDS, directory_filter=lambda folder: _is_shipped(Path(folder))
        ):
            catalog.add(message, None, [(f"{app.name}/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def update(root: Path = places.ROOT, locale: Path = LOCALE) -> None:
    """Refresh the catalogues: new texts come in (untranslated in French), texts that are gone go out."""
    wanted = extract(root)
    for language in LANGUAGES:
        catalog = _read(locale, language)
        catalog.update(copy.deepcopy(wanted), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if language == SOURCE_LANGUAGE:
            for message in _messages(catalog):
                message.string = message.id
        _write(catalog, _file(locale, language), language)
        missing = sum(not _is_complete(message) for message in _messages(catalog))
        print(f"{language}: {len(catalog)} texts, {missing} without translation")


def check(root: Path = places.ROOT, locale: Path = LOCALE) -> Iterator[str]:
    """What is missing or wrong, one line each."""
    wanted = extract(root)
    for language in LANGUAGES:
        if not _file(locale, language).exists():
            yield f"{_file(locale, language)} is missing: ./dev translations"
            continue
        catalog = _read(locale, language)
        for message in _messages(wanted):
            found = catalog.get(message.id, message.context)
            for problem in _problems(message, found, language):
                yield f"{language}: {problem}: {message.id!r} ({message.locations[0][0]})"
        for message in _messages(catalog):
            if wanted.get(message.id, message.context) is None:
                yield f"{language}: no longer used: {message.id!r}"


def compile_stale(locale: Path = LOCALE) -> None:
    """Compile each catalogue that is newer than its ``.mo``; another process may do the same at the same time."""
    for source in locale.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalog = read_po(text)
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        with partial.open("wb") as out:
            write_mo(out, catalog)
        partial.rename(target)


def _is_shipped(folder: Path) -> bool:
    return folder.is_dir() and folder.name not in NOT_SHIPPED and not folder.name.startswith((".", "__"))


def _file(locale: Path, language: str) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _read(locale: Path, language: str) -> Catalog:
    file = _file(locale, language)
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as text:
        return read_po(text, locale=language)


def _write(catalog: Catalog, file: Path, language: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False)
    file.write_bytes(
        HEADER.format(language=language, plural=LANGUAGES[language]).encode() + out.getvalue().lstrip(b"\n")
    )


def _problems(message: Message, found: Message | None, language: str) -> Iterator[str]:
    if found is None:
        yield "missing"
    elif found.fuzzy:
        yield "fuzzy"
    elif not _is_complete(found):
        yield "not translated"
    elif language == SOURCE_LANGUAGE and found.string != message.id:
        yield "differs from the source"
    elif not _same_placeholders(message, found):
        yield "other placeholders"


def _is_complete(message: Message) -> bool:
    strings = _forms(message.string)
    return bool(strings) and all(strings)


def _same_placeholders(message: Message, found: Message) -> bool:
    """Whether the translation fills in what the source does; "one line" may leave the number out."""
    wanted = set(PLACEHOLDER.findall(" ".join(_forms(message.id))))
    *singular, last = (set(PLACEHOLDER.findall(form)) for form in _forms(found.string))
    return last == wanted and all(placeholders <= wanted for placeholders in singular)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    if text is None:
        return []
    return [text] if isinstance(text, str) else list(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
