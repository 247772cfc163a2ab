"""The Jinja2 environment behind every page (Django's Jinja2 backend, `TEMPLATES` first)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from markupsafe import Markup, escape

from core import formatting

HTMX_FILE = "django_htmx/htmx-4.min.js"


def environment(**options: Any) -> Environment:
    """Return the environment; `options` come from the backend (loader, auto_reload…).

    Undefined names are errors, output is escaped, texts go through Django's catalogues.
    """
    options.update(
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(getattr(settings, "JINJA_BYTECODE_DIR", None)),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env = Environment(**options)  # noqa: S701 - autoescape is set above
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext,
        ngettext=translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        url=url, static=static, icon=icon, attrs=attrs, labelled=formatting.labelled, htmx_file=HTMX_FILE
    )
    env.filters.update(
        attrs=attrs,
        attr_names=attr_names,
        money=formatting.money,
        unit_price=formatting.unit_price,
        number=formatting.number,
        percent=formatting.percent,
        day=formatting.day,
        moment=formatting.moment,
        clock=formatting.clock,
    )
    return env


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the path of the view called `name` on this host."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def static(path: str) -> str:
    """Return the fingerprinted URL of a static file."""
    return staticfiles_storage.url(path)


@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> Markup:
    """Return an icon of the sprite: decorative, or an image with a text when labelled."""
    href = f"{static('icons/sprite.svg')}#{name}"
    if not label:
        return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>').format(href)
    return Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>').format(label, href)


def attr_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` with HTML names (`hx_get` as `hx-get`), for a Django widget."""
    return {key.rstrip("_").replace("_", "-"): value for key, value in values.items()}


def attrs(values: Mapping[str, Any]) -> Markup:
    """Return HTML attributes: `hx_get` becomes `hx-get`, True bare, None and False nothing."""
    parts: list[str] = []
    for key, value in values.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704 - names are literals of templates, values escaped
