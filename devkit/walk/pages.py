"""A page as a person reads it: text, links, table rows, forms with their fields and buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

Values = Mapping[str, str | Sequence[str]]
_SILENT = frozenset({"script", "style", "template"})
_TICKS = frozenset({"checkbox", "radio"})
_BLOCKS = frozenset({"p", "div", "li", "tr", "td", "th", "dt", "dd", "h1", "h2", "h3", "section", "option", "span"})


class Unexpected(Exception):
    """The platform did something else than the path wants."""


@dataclass
class Control:
    """A field or a button; ``options`` of a select are (value, text)."""

    name: str
    kind: str
    value: str = ""
    label: str = ""
    is_chosen: bool = True
    action: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_button(self) -> bool:
        return self.kind in ("submit", "button")


@dataclass
class Form:
    action: str
    method: str
    ref: str = ""
    controls: list[Control] = field(default_factory=list)

    def named(self, name: str) -> list[Control]:
        """Fields of this name. Raises Unexpected when there is none."""
        found = [control for control in self.controls if control.name == name and not control.is_button]
        if not found:
            names = sorted({control.name for control in self.controls if control.name})
            raise Unexpected(f"the form {self.action} has no field {name}, only {', '.join(names)}")
        return found

    def names(self, prefix: str) -> list[str]:
        """Names of fields that begin so, in the page's order."""
        return list(dict.fromkeys(c.name for c in self.controls if c.name.startswith(prefix) and not c.is_button))

    def choice(self, name: str, text: str) -> str:
        """The value of the option or tick box with this text. Raises Unexpected."""
        for control in self.named(name):
            pairs = control.options or [(control.value, control.label)]
            for value, label in pairs:
                if text in label:
                    return value
        raise Unexpected(f"nothing in {name} is called {text}")

    def fill(self, values: Values) -> None:
        """Type and tick; a list fills fields of the same name one after the other. Raises Unexpected."""
        for name, wanted in values.items():
            texts = [wanted] if isinstance(wanted, str) else list(wanted)
            controls = self.named(name)
            if controls[0].kind in _TICKS:
                _tick(controls, texts)
            elif len(texts) > len(controls):
                raise Unexpected(f"{name} takes {len(controls)} values, not {len(texts)}")
            else:
                for control, text in zip(controls, texts, strict=False):
                    _type(control, text)

    def button(self, text: str) -> Control:
        """The button with this text or value; the only one for "". Raises Unexpected."""
        found = self._buttons(text)
        if not found or (not text and len(found) > 1):
            raise Unexpected(f"the form {self.action} has no button {text or 'that is the only one'}")
        return found[0]

    def has_button(self, text: str) -> bool:
        """Whether there is such a button."""
        return bool(self._buttons(text))

    def _buttons(self, text: str) -> list[Control]:
        buttons = [control for control in self.controls if control.kind == "submit"]
        return [button for button in buttons if text in button.label or text in f"{button.name}={button.value}"]

    def data(self, button: Control) -> list[tuple[str, str]]:
        """What a browser sends when ``button`` is pressed."""
        fields = [c for c in self.controls if c.name and c.is_chosen and not c.is_button and c.kind != "file"]
        sent = [(control.name, control.value) for control in fields]
        return [*sent, (button.name, button.value)] if button.name else sent


def _tick(controls: Sequence[Control], wanted: Sequence[str]) -> None:
    missing = set(wanted) - {control.value for control in controls}
    if missing:
        raise Unexpected(f"{controls[0].name} cannot be {', '.join(missing)}")
    for control in controls:
        control.is_chosen = control.value in wanted


def _type(control: Control, text: str) -> None:
    if control.kind == "select" and text not in (value for value, _text in control.options):
        raise Unexpected(f"{control.name} cannot be {text}")
    control.value = text


@dataclass
class Row:
    """A row of a table."""

    text: str
    links: list[str]

    def link(self, part: str) -> str:
        """The first link whose address has ``part`` in it. Raises Unexpected."""
        for href in self.links:
            if part in href:
                return href
        raise Unexpected(f"no link to {part} in the row: {self.text}")


@dataclass
class Page:
    """What came back: where it was found, its status, and what stands in it. Addresses of links are whole ones."""

    url: str
    status: int
    html: str
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    def expect(self, *texts: str) -> Page:
        """Raises Unexpected unless all of them stand in the page."""
        for text in texts:
            if text not in self.text:
                raise Unexpected(f"{self.url} ({self.status}) does not say “{text}” but: {self.excerpt()}")
        return self

    def find(self, pattern: str) -> str:
        """The first group of the first match in the text. Raises Unexpected."""
        found = re.search(pattern, self.text)
        if found is None:
            raise Unexpected(f"{self.url} ({self.status}) has nothing like {pattern} but: {self.excerpt()}")
        return found.group(1)

    def link(self, part: str, *, text: str = "") -> str:
        """The first link whose address has ``part`` in it and whose text has ``text``. Raises Unexpected."""
        for href, words in self.links:
            if part in href and text in words:
                return href
        raise Unexpected(f"{self.url} ({self.status}) has no link to {part} {text}: {self.excerpt()}")

    def row(self, text: str) -> Row:
        """The first row with this text. Raises Unexpected."""
        for row in self.rows:
            if text in row.text:
                return row
        raise Unexpected(f"{self.url} ({self.status}) has no row with {text}: {self.excerpt()}")

    def form(self, name: str) -> Form:
        """The form with this id, else the first whose action ends so. Raises Unexpected."""
        found = [form for form in self.forms if form.ref == name]
        found = found or [form for form in self.forms if form.action.endswith(name)]
        if not found:
            actions = ", ".join(form.ref or form.action for form in self.forms)
            raise Unexpected(f"{self.url} ({self.status}) has no form {name}, only {actions}")
        return found[0]

    def form_with(self, name: str) -> Form:
        """The first form that has a field or button of this name. Raises Unexpected."""
        for form in self.forms:
            if any(control.name == name for control in form.controls):
                return form
        raise Unexpected(f"{self.url} ({self.status}) has no form with {name}: {self.excerpt()}")

    def excerpt(self) -> str:
        """Errors if the page says any, else how its main part begins."""
        errors = re.findall(r'class="(?:error|banner-text)"[^>]*>(.*?)</p>', self.html, re.DOTALL)
        words = " / ".join(re.sub(r"<[^>]+>|\s+", " ", error).strip() for error in errors)
        return (words or self.text[-400:])[:400]


def read(url: str, status: int, html: str) -> Page:
    """Take a page apart."""
    page = Page(url, status, html)
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    reader.finish()
    return page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.words: list[str] = []
        self.silent = 0
        self.form: Form | None = None
        self.by_ref: dict[str, Control] = {}
        self.labels: list[tuple[str, int, list[Control]]] = []
        self.apart: list[tuple[str, Control]] = []
        self.opened: list[tuple[str, str, int]] = []
        self.row_links: list[str] = []
        self.control: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.page.topics += values.get("data-live-topics", "").split()
        if tag in _SILENT:
            self.silent += 1
        if tag in _BLOCKS:
            self.words.append(" ")
        start = getattr(self, f"start_{tag}", None)
        if start is not None:
            start(values)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        if tag in _BLOCKS:
            self.words.append(" ")
        end = getattr(self, f"end_{tag}", None)
        if end is not None:
            end()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)

    def finish(self) -> None:
        """Bring what stands apart together: fields outside of their form."""
        self.page.text = _collapse(self.words)
        self.page.topics = list(dict.fromkeys(self.page.topics))
        for ref, control in self.apart:
            for form in self.page.forms:
                if form.ref == ref:
                    form.controls.append(control)

    # --- forms -------------------------------------------------------------------------------------------------------

    def start_form(self, values: dict[str, str]) -> None:
        self.form = Form(values.get("action", ""), values.get("method", "get").lower(), values.get("id", ""))
        self.page.forms.append(self.form)

    def end_form(self) -> None:
        self.form = None

    def start_input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text").lower()
        default = "on" if kind in _TICKS else ""
        control = Control(values.get("name", ""), kind, values.get("value", default))
        control.is_chosen = kind not in _TICKS or "checked" in values
        self._add(control, values)

    def start_select(self, values: dict[str, str]) -> None:
        self.control = Control(values.get("name", ""), "select")
        self._add(self.control, values)

    def start_option(self, values: dict[str, str]) -> None:
        if self.control is not None:
            value = values.get("value", "")
            if "selected" in values or not self.control.options:
                self.control.value = value
            self.control.options.append((value, ""))
            self._open("option", value)

    def end_option(self) -> None:
        text = self._text_of("option")
        if self.control is not None and self.control.options:
            self.control.options[-1] = (self.control.options[-1][0], text)

    def end_select(self) -> None:
        self.control = None

    def start_textarea(self, values: dict[str, str]) -> None:
        self.control = Control(values.get("name", ""), "textarea")
        self._add(self.control, values)
        self._open("textarea", "")

    def end_textarea(self) -> None:
        text = self._text_of("textarea", collapse=False)
        if self.control is not None:
            self.control.value = text
        self.control = None

    def start_button(self, values: dict[str, str]) -> None:
        control = Control(values.get("name", ""), values.get("type", "submit"), values.get("value", ""))
        control.label, control.action = values.get("aria-label", ""), values.get("formaction", "")
        self._add(control, values)
        self.control = control
        self._open("button", "")

    def end_button(self) -> None:
        text = self._text_of("button")
        if self.control is not None:
            self.control.label = f"{text} {self.control.label}".strip()
        self.control = None

    def start_label(self, values: dict[str, str]) -> None:
        self._open("label", "")
        self.labels.append((values.get("for", ""), len(self.words), []))

    def end_label(self) -> None:
        text = self._text_of("label")
        if self.labels:
            ref, _place, inside = self.labels.pop()
            for control in [*inside, *([self.by_ref[ref]] if ref in self.by_ref else [])]:
                control.label = control.label or text

    def _add(self, control: Control, values: dict[str, str]) -> None:
        if "disabled" in values:
            return
        if values.get("id"):
            self.by_ref[values["id"]] = control
        if self.labels:
            self.labels[-1][2].append(control)
        if values.get("form"):
            self.apart.append((values["form"], control))
        elif self.form is not None:
            self.form.controls.append(control)

    # --- links and rows ----------------------------------------------------------------------------------------------

    def start_a(self, values: dict[str, str]) -> None:
        self._open("a", urljoin(self.page.url, values.get("href", "")))

    def end_a(self) -> None:
        href = next((value for tag, value, _place in reversed(self.opened) if tag == "a"), "")
        self.page.links.append((href, self._text_of("a")))
        self.row_links.append(href)

    def start_tr(self, _values: dict[str, str]) -> None:
        self._open("tr", "")
        self.row_links = []

    def end_tr(self) -> None:
        self.page.rows.append(Row(self._text_of("tr"), self.row_links))

    def _open(self, tag: str, value: str) -> None:
        self.opened.append((tag, value, len(self.words)))

    def _text_of(self, tag: str, *, collapse: bool = True) -> str:
        """The text since ``tag`` was opened; closes it."""
        for number in range(len(self.opened) - 1, -1, -1):
            if self.opened[number][0] == tag:
                _tag, _value, place = self.opened.pop(number)
                words = self.words[place:]
                return _collapse(words) if collapse else "".join(words).removeprefix("\n")
        return ""


def _collapse(words: Iterable[str]) -> str:
    return " ".join("".join(words).split())


def amounts(text: str) -> Iterator[str]:
    """Amounts of money in an English text, in order."""
    yield from re.findall(r"€[\d,]+(?:\.\d+)?", text)
