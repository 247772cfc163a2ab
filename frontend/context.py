"""What stands around every page: brand, navigation, buyer's conditions, user, languages.

`shell_context(request, area)` builds one frozen `Shell` that the base templates read as
`page`. Areas add to it with a provider:

    @shell_provider("storefront")
    def storefront_shell(request: Request) -> ShellPart:
        return ShellPart(nav=(NavItem(_("Quick order"), "/quick/", key="q"),))

Providers live in `frontend/<area>/shell.py`, which is imported at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from accounts.requests import Request
from frontend import theming


@dataclass(frozen=True, slots=True)
class Brand:
    """Name and mark at the top of the page."""

    name: str
    href: str = "/"
    initials: str = ""
    logo_url: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of a menu; `key` is its letter after `g`, a `count` of 0 is not shown."""

    label: str
    href: str
    key: str = ""
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A titled group of the side navigation; the first group may have no title."""

    label: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class ContextItem:
    """One fact of the context bar: "Price list" **Accord-cadre 2026**."""

    value: str
    label: str = ""
    href: str = ""
    strong: bool = True


@dataclass(frozen=True, slots=True)
class CartLink:
    """The cart's summary in the brand bar."""

    href: str
    text: str
    short_text: str = ""


@dataclass(frozen=True, slots=True)
class Bell:
    """The way to the notification centre; with ``topic`` it counts anew from `live_href` when there is news."""

    href: str
    count_text: str = ""
    topic: str = ""
    live_href: str = ""


@dataclass(frozen=True, slots=True)
class SearchBox:
    """The global search form (GET, parameter `q`); `suggest_href` answers what is being typed."""

    href: str
    placeholder: str
    value: str = ""
    suggest_href: str = ""


@dataclass(frozen=True, slots=True)
class UserMenu:
    """Who is signed in, and what they may open from the menu."""

    name: str
    items: tuple[NavItem, ...] = ()
    sign_out_href: str = ""


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language of the switch, named in itself."""

    code: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A one-time message after a redirect; `tone` is ok, warn, bad or info."""

    text: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Acting:
    """Says above every page that somebody orders for a customer; a POST to `end_href` ends it."""

    text: str
    end_href: str


@dataclass(frozen=True, slots=True)
class ShellPart:
    """What one provider adds: tuples are appended, other values replace when given."""

    brand: Brand | None = None
    nav: tuple[NavItem, ...] = ()
    groups: tuple[NavGroup, ...] = ()
    context_items: tuple[ContextItem, ...] = ()
    cart: CartLink | None = None
    search: SearchBox | None = None
    user: UserMenu | None = None
    bell: Bell | None = None
    sign_in_href: str | None = None
    banners: tuple[Message, ...] = ()
    acting: Acting | None = None


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the base templates read, complete and formatted."""

    area: str
    brand: Brand
    language: str
    language_href: str
    languages: tuple[LanguageChoice, ...]
    theme_href: str
    path: str
    nav: tuple[NavItem, ...] = ()
    groups: tuple[NavGroup, ...] = ()
    context_items: tuple[ContextItem, ...] = ()
    cart: CartLink | None = None
    search: SearchBox | None = None
    user: UserMenu | None = None
    bell: Bell | None = None
    sign_in_href: str = ""
    banners: tuple[Message, ...] = ()
    messages: tuple[Message, ...] = ()
    acting: Acting | None = None
    live_href: str = "/live/"
    sign_in_path: str = ""
    shortcuts: tuple[NavItem, ...] = field(default=())


Provider = Callable[[Request], ShellPart]

EVERYWHERE = "*"
_PROVIDERS: dict[str, list[Provider]] = {}
_APPENDED = ("nav", "groups", "context_items", "banners")
_ROOTS = frozenset({"", "/", "/portal/", "/operator/", "/account/"})
_TONES = {"success": "ok", "warning": "warn", "error": "bad"}


def register_shell_provider(area: str, provider: Provider) -> None:
    """Let `provider` add to the shell of `area` (or of all areas: `EVERYWHERE`)."""
    known = _PROVIDERS.setdefault(area, [])
    if provider not in known:
        known.append(provider)


def shell_provider(area: str) -> Callable[[Provider], Provider]:
    """Decorate a function as a provider of `area`."""

    def decorate(provider: Provider) -> Provider:
        register_shell_provider(area, provider)
        return provider

    return decorate


def shell_context(request: Request, area: str = "storefront") -> Shell:
    """Return the shell of `area` for this request, with every provider's part."""
    language = get_language() or settings.LANGUAGE_CODE
    shell = Shell(
        area=area,
        brand=_default_brand(request),
        language=language.split("-")[0],
        language_href=reverse_or_blank("frontend:language"),
        languages=_languages(language),
        theme_href=theming.theme_href(request),
        live_href="/live/?side=portal" if area == "portal" else "/live/",
        path=request.get_full_path(),
        sign_in_path=resolve_url(settings.LOGIN_URL),
        user=_default_user(request),
        messages=_messages(request),
    )
    for provider in (*_PROVIDERS.get(EVERYWHERE, ()), *_PROVIDERS.get(area, ())):
        shell = _merged(shell, provider(request))
    return _finished(shell, request.path)


def reverse_or_blank(name: str, **kwargs: Any) -> str:
    """Return the URL called `name`, or "" when this host's URLs do not have it."""
    try:
        return reverse(name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def initials(name: str) -> str:
    """Return one or two letters that stand for `name` in the mark."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "C"


def _default_brand(request: Request) -> Brand:
    tenant = getattr(request, "tenant", None)
    name = str(getattr(tenant, "name", "") or "Comptoir")
    logo = str(getattr(tenant, "logo_url", "") or "")
    return Brand(name=name, initials=initials(name), logo_url=logo)


def _default_user(request: Request) -> UserMenu | None:
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return None
    items = (
        NavItem(_("Sign-in and security"), reverse_or_blank("security")),
        NavItem(_("E-mails you get"), reverse_or_blank("notifications_preferences")),
    )
    return UserMenu(
        name=actor.name or actor.email,
        items=tuple(item for item in items if item.href),
        sign_out_href=reverse_or_blank("account_sign_out"),
    )


def _languages(active: str) -> tuple[LanguageChoice, ...]:
    return tuple(
        LanguageChoice(
            code=code,
            label=str(get_language_info(code)["name_local"]).capitalize(),
            current=active.startswith(code),
        )
        for code, _name in settings.LANGUAGES
    )


def _messages(request: Request) -> tuple[Message, ...]:
    if not hasattr(request, "_messages"):
        return ()
    return tuple(Message(str(message), _TONES.get(message.level_tag, "info")) for message in get_messages(request))


def _merged(shell: Shell, part: ShellPart) -> Shell:
    changes: dict[str, Any] = {}
    for slot in fields(part):
        value = getattr(part, slot.name)
        if slot.name in _APPENDED:
            changes[slot.name] = getattr(shell, slot.name) + value
        elif value is not None:
            changes[slot.name] = value
    return replace(shell, **changes)


def _finished(shell: Shell, path: str) -> Shell:
    """Mark the current link (the longest that the path starts with) and list shortcuts."""
    items = [*shell.nav, *(item for group in shell.groups for item in group.items)]
    current = _current_href(items, path)

    def mark(entries: Iterable[NavItem]) -> tuple[NavItem, ...]:
        return tuple(replace(item, current=item.href == current) for item in entries)

    groups = tuple(replace(group, items=mark(group.items)) for group in shell.groups)
    keyed = tuple(item for item in items if item.key)
    return replace(shell, nav=mark(shell.nav), groups=groups, shortcuts=keyed)


def _current_href(items: Iterable[NavItem], path: str) -> str:
    chosen = ""
    for item in items:
        if item.current:
            return item.href
        href = item.href.split("?")[0]
        inside = href not in _ROOTS and path.startswith(href)
        if (path == href or inside) and len(href) > len(chosen):
            chosen = item.href
    return chosen
