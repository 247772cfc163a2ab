"""Error pages need no session, no shell and no database."""

from __future__ import annotations

import json

import pytest
from django.test import Client, RequestFactory, override_settings

from core.errors import IllegalMove
from frontend import errors

STATUSES = sorted(errors.PAGES)


def _request(path: str = "/x/", **headers: str):
    return RequestFactory().get(path, headers=headers)


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_a_page_with_a_reference(status: int) -> None:
    response = errors.render_error(_request(), status, retry_after=60 if status == 503 else None)
    text = response.content.decode()
    assert response.status_code == status
    assert "<h1>" in text
    assert response["X-Request-ID"] in text
    assert "no-store" in response["Cache-Control"]
    assert (status == 503) == ("Retry-After" in response)


@pytest.mark.parametrize("path", ["/api/v1/orders/", "/x/"])
def test_programs_get_a_problem(path: str) -> None:
    response = errors.not_found(_request(path, accept="application/json"))
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == 404
    assert body["instance"].endswith(response["X-Request-ID"])


def test_a_refusal_keeps_its_status_message_and_code() -> None:
    page = errors.refusal_page(_request(), IllegalMove())
    assert page.status_code == 409
    assert str(IllegalMove()) in page.content.decode()
    problem = errors.refusal_page(_request("/api/v1/x/"), IllegalMove())
    assert json.loads(problem.content)["code"] == "illegal_move"


def test_the_path_is_escaped() -> None:
    response = errors.server_error(_request('/"><script>alert(1)</script>'))
    assert b"<script" not in response.content


def test_an_error_page_that_fails_is_still_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "title_of", lambda _status: 1 / 0)
    response = errors.server_error(_request())
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()


@override_settings(
    ROOT_URLCONF="tests.html.gallery_urls",
    MIDDLEWARE=["frontend.middleware.LanguageMiddleware"],
)
def test_the_language_switch_remembers_and_goes_back_only_here() -> None:
    client = Client()
    answer = client.post("/language/", {"language": "fr", "next": "/orders/?page=2"})
    assert (answer.status_code, answer["Location"]) == (303, "/orders/?page=2")
    assert client.cookies["lang"].value == "fr"
    elsewhere = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/"
    assert client.cookies["lang"].value == "fr"
    assert client.get("/language/").status_code == 405
