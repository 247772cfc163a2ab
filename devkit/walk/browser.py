"""A person's browser: its own cookies, forms filled in and sent as they stand in the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from devkit.walk.pages import Control, Form, Page, Unexpected, Values, read

Files = Mapping[str, tuple[str, bytes, str]]
PAUSE = 0.15


@dataclass(frozen=True)
class Site:
    """Where the platform is: its domain and port; storefronts are below the domain."""

    domain: str
    port: int

    def url(self, path: str = "/", shop: str = "") -> str:
        host = f"{shop}.{self.domain}" if shop else self.domain
        return f"http://{host}:{self.port}{path}"


class _ToThisMachine(httpx.HTTPTransport):
    """Every host of the platform is on this machine: no name is looked up."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        local = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1"),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return super().handle_request(local)


class Browser:
    """One person; ``home`` is the host that paths without host belong to."""

    def __init__(self, site: Site, *, shop: str = "") -> None:
        self.site = site
        self.home = site.url(shop=shop)
        self.client = httpx.Client(
            transport=_ToThisMachine(limits=httpx.Limits(max_keepalive_connections=0)),  # nobody has to close it
            headers={"Accept": "text/html", "Accept-Language": "en", "User-Agent": "comptoir-walk"},
            follow_redirects=True,
            timeout=30,
        )

    def get(self, path: str, *, status: int = 200, part: bool = False) -> Page:
        """Open a page, or with ``part`` ask for its fragment as htmx does. Raises Unexpected for another status."""
        headers = {"HX-Request": "true"} if part else {}
        return self._page(self.client.get(urljoin(self.home, path), headers=headers), status)

    def submit(
        self,
        page: Page,
        form: Form,
        values: Values | None = None,
        *,
        press: str = "",
        files: Files | None = None,
        status: int = 200,
    ) -> Page:
        """Fill a form of a page in, press a button, answer what comes. Raises Unexpected for another status."""
        form.fill(values or {})
        button = form.button(press) if press or form.has_button("") else Control("", "submit")
        target = urljoin(page.url, button.action or form.action or page.url)
        sent = urlencode(form.data(button))
        if form.method == "get":
            return self._page(self.client.get(f"{target.partition('?')[0]}?{sent}"), status)
        headers = {"Referer": page.url, "Origin": f"http://{urlsplit(page.url).netloc}"}
        if files:
            data = dict(form.data(button))
            response = self.client.post(target, data=data, files=files, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            response = self.client.post(target, content=sent.encode(), headers=headers)
        return self._page(response, status)

    def download(self, path: str) -> str:
        """A file's text."""
        return self.client.get(urljoin(self.home, path)).content.decode("utf-8-sig")

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, json: object = None
    ) -> httpx.Response:
        """Talk to an address that is no page."""
        every = {"Accept": "*/*", **(headers or {})}
        return self.client.request(method, urljoin(self.home, path), headers=every, json=json)

    def sign_in(self, path: str, *, email: str, password: str) -> Page:
        """Ask for a page that wants a sign-in, sign in, and read it in English."""
        page = self.get(path)
        page = self.submit(page, page.form_with("password"), {"username": email, "password": password})
        return self.submit(page, page.form("/language/"), press="language=en")

    def wait_for(self, path: str, seen: Callable[[Page], bool], *, seconds: float = 240, what: str = "") -> Page:
        """Open a page again and again until it is as wanted. Raises Unexpected when it takes too long."""
        end = time.monotonic() + seconds
        while True:
            response = self.client.get(urljoin(self.home, path))
            page = read(str(response.url), response.status_code, response.text)
            if seen(page):
                return page
            if time.monotonic() > end:
                raise Unexpected(f"{what or path} did not come within {seconds:.0f} s: {page.status} {page.excerpt()}")
            time.sleep(PAUSE)

    def cookies_for(self, url: str) -> str:
        """The Cookie header that goes to an address."""
        return str(self.client.build_request("GET", url).headers.get("cookie", ""))

    def _page(self, response: httpx.Response, status: int) -> Page:
        page = read(str(response.url), response.status_code, response.text)
        if page.status != status:
            raise Unexpected(f"{page.url} answered {page.status}, not {status}: {page.excerpt()}")
        return page
