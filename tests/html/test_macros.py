"""Templates compile, macros escape and label, pages and fragments say the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory, override_settings
from jinja2 import UndefinedError

from core.actor import ANONYMOUS
from frontend import context, paging
from frontend.render import render_page

ENV: Any = cast("Any", engines["jinja2"]).env
TEMPLATES = sorted(name for name in ENV.list_templates() if name.endswith(".html"))


def _request(path: str = "/", *, htmx: bool = False, **query: str):
    request: Any = RequestFactory().get(path, query)
    request.tenant = None
    request.user = AnonymousUser()
    request.actor = ANONYMOUS
    request.htmx = SimpleNamespace(boosted=False, history_restore_request=False) if htmx else None
    return request


def _render(source: str, **values: object) -> str:
    return str(ENV.from_string(source).render(values))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name: str) -> None:
    ENV.get_template(name)


class Registration(forms.Form):
    name = forms.CharField(label="Name", help_text="As registered")
    siren = forms.CharField(label="SIREN")
    terms = forms.BooleanField(label="Terms")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_refused_field_carries_its_error_and_help_for_screen_readers() -> None:
    form = Registration({"siren": "<b>12</b>"})
    form.add_error("siren", "<i>too short</i>")
    html = _render('{% import "ui/form.html" as f %}{{ f.errors(form) }}{{ f.fields(form) }}', form=form)
    assert 'aria-describedby="id_name-help id_name-error"' in html
    assert 'id="id_name-help"' in html
    assert 'id="id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'href="#id_siren"' in html
    assert "&lt;i&gt;too short" in html
    assert "&lt;b&gt;12" in html
    assert "<i>" not in html
    assert "<legend>Kind" in html


def test_attributes_are_named_and_escaped() -> None:
    html = _render(
        '{% import "ui/form.html" as f %}{{ f.button("A<b", hx_get="/x?a=\\"", disabled=true, title=none) }}'
    )
    assert 'hx-get="/x?a=&#34;"' in html
    assert " disabled" in html
    assert "title" not in html
    assert "A&lt;b" in html


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _render("{{ price_text }}")


def test_states_are_words_with_a_shape() -> None:
    html = _render(
        '{% import "ui/status.html" as s %}{{ s.pill("Late", "warn") }}{{ s.meter("Credit", "9 / 10", 140, 30) }}'
    )
    assert '<span aria-hidden="true">▲</span> Late' in html
    assert 'width="100%"' in html
    assert "140%" not in html
    assert "style=" not in html


@override_settings(ROOT_URLCONF="tests.html.gallery_urls")
def test_page_and_fragment_come_from_one_block() -> None:
    values = {"rows": ("a", "b")}
    whole = render_page(_request(), "gallery/fragment.html", values, fragment="results")
    part = render_page(_request(htmx=True), "gallery/fragment.html", values, fragment="results")
    assert part.content.decode().strip().startswith('<ul id="results">')
    assert part.content.decode().strip() in whole.content.decode()
    assert "<html" in whole.content.decode()
    assert "HX-Request" in part["Vary"]
    assert part["Cache-Control"] == "private"


@override_settings(ROOT_URLCONF="tests.html.gallery_urls")
def test_back_and_boosted_links_get_the_whole_page() -> None:
    for name in ("boosted", "history_restore_request"):
        request = _request(htmx=True)
        setattr(request.htmx, name, True)
        response = render_page(request, "gallery/fragment.html", {"rows": ()}, fragment="results")
        assert "<html" in response.content.decode()


def test_providers_add_to_the_shell_of_their_area_only() -> None:
    context.register_shell_provider(
        "test-area", lambda _request: context.ShellPart(nav=(context.NavItem("Orders", "/orders/", key="o"),))
    )
    shell = context.shell_context(_request("/orders/CO-1/"), "test-area")
    assert shell.nav[0].current
    assert shell.shortcuts[0].key == "o"
    assert context.shell_context(_request("/"), "other-area").nav == ()


@pytest.mark.parametrize(
    ("page", "number"), [("2", 2), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("999", 5), ("9" * 30, 1)]
)
def test_the_pager_survives_any_page_number(page: str, number: int) -> None:
    pager = paging.build_pager(_request(page=page, q="vis"), total=230, per_page=50)
    assert pager.number == number
    assert all("q=vis" in link.href for link in pager.links if link.href)


def test_sorting_and_chips_keep_the_rest_of_the_query() -> None:
    request = _request("/list/", sort="price", q="vis", page="3")
    link = paging.sort_link(request, "price")
    assert link.state == "asc"
    assert link.href == "/list/?sort=-price&q=vis"
    several: Any = RequestFactory().get("/list/?m=A4&m=A2&page=2")
    assert paging.without(several, "m", "A4") == "/list/?m=A2"
