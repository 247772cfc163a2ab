"""Catalogues: what the sources say comes in, what is missing is named."""

from __future__ import annotations

import polib
import pytest
from babel.messages.mofile import read_mo

from devkit import translations

VIEWS = """
_("Order %(number)s")
ngettext_lazy("%(n)s day", "%(n)s days")
"""
PAGE = """{{ _("Basket") }}{% trans n=1 %}one line{% pluralize %}{{ n }} lines{% endtrans %}"""


@pytest.fixture
def root(tmp_path):
    templates = tmp_path / "shop" / "templates"
    templates.mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text(VIEWS)
    (templates / "page.html").write_text(PAGE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "ignored.py").write_text('_("Not shown")')
    return tmp_path


def problems(root):
    return list(translations.check(root, root / "locale"))


def translate_all(root, change=lambda text: f"fr {text}"):
    file = root / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    catalog = polib.pofile(str(file))
    for entry in catalog:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: change(entry.msgid), 1: change(entry.msgid_plural)}
        else:
            entry.msgstr = change(entry.msgid)
    catalog.save()
    return file


def entry_of(catalog, text):
    entry = catalog.find(text)
    assert entry is not None
    return entry


def test_missing_catalogues_are_named(root):
    assert len(problems(root)) == 2


def test_untranslated_texts_are_named_until_they_are_translated(root):
    translations.update(root, root / "locale")
    found = problems(root)
    assert len(found) == 4
    assert all(line.startswith("fr: not translated") for line in found)
    translate_all(root)
    assert problems(root) == []


def test_english_says_each_text_as_it_stands(root):
    translations.update(root, root / "locale")
    english = polib.pofile(str(root / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    assert {entry.msgid: entry.msgstr for entry in english if not entry.msgid_plural} == {
        "Order %(number)s": "Order %(number)s",
        "Basket": "Basket",
    }
    assert entry_of(english, "%(n)s day").msgstr_plural == {0: "%(n)s day", 1: "%(n)s days"}


def test_a_translation_that_loses_a_placeholder_is_named(root):
    translations.update(root, root / "locale")
    translate_all(root, lambda text: "Commande" if text.startswith("Order") else f"fr {text}")
    assert [line for line in problems(root) if "Order" in line]


def test_fuzzy_and_leftover_texts_are_named(root):
    translations.update(root, root / "locale")
    file = translate_all(root)
    catalog = polib.pofile(str(file))
    entry_of(catalog, "Basket").flags.append("fuzzy")
    catalog.append(polib.POEntry(msgid="Gone", msgstr="Parti"))
    catalog.save()
    found = problems(root)
    assert len(found) == 2
    assert "fuzzy" in found[0]
    assert "no longer used: 'Gone'" in found[1]


def test_an_update_keeps_translations_and_is_stable(root):
    translations.update(root, root / "locale")
    file = translate_all(root)
    translations.update(root, root / "locale")
    before = file.read_bytes()
    translations.update(root, root / "locale")
    assert file.read_bytes() == before
    assert problems(root) == []


def test_catalogues_are_compiled_when_they_are_newer(root):
    translations.update(root, root / "locale")
    file = translate_all(root)
    translations.compile_stale(root / "locale")
    with file.with_suffix(".mo").open("rb") as compiled:
        message = read_mo(compiled).get("Basket")
    assert message is not None
    assert message.string == "fr Basket"
