"""What no page may contain: a strict content security policy would not run it."""

from __future__ import annotations

import re

import pytest

from tests.architecture import sources

INLINE = re.compile(
    r"""<[^>]*\s(style|on[a-z]+)\s*=\s*["']  # an attribute
    | <style\b
    | <script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*["']application/(?:ld\+)?json["'])
    | javascript:""",
    re.IGNORECASE | re.VERBOSE,
)
ELSEWHERE = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*\s(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE
)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def test_templates_have_no_inline_style_or_script():
    assert _templates_with(INLINE) == []


def test_templates_load_nothing_from_elsewhere():
    assert _templates_with(ELSEWHERE) == []


def test_templates_never_switch_escaping_off():
    assert _templates_with(UNESCAPED) == []


@pytest.mark.parametrize(
    ("markup", "is_inline"),
    [
        ('<p style="color:red">', True),
        ("<p class='a' onclick='go()'>", True),
        ("<script>go()</script>", True),
        ("<style>p{}</style>", True),
        ('<a href="javascript:go()">', True),
        ('<script type="module" src="/static/app.js"></script>', False),
        ('<script type="application/json">{}</script>', False),
        ('<input data-style="x" name="one">', False),
    ],
)
def test_the_rule_itself(markup, is_inline):
    assert bool(INLINE.search(markup)) is is_inline


def _templates_with(pattern):
    return [sources.shown(path) for path in sources.templates() if pattern.search(COMMENT.sub("", path.read_text()))]
