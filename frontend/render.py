"""One way to answer with HTML: a whole page, or only the block that htmx asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.template import loader
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from jinja2 import Template

from accounts.requests import Request
from frontend.context import shell_context
from frontend.head import NOT_INDEXED, Head


def render_page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    area: str = "storefront",
    status: int = 200,
    fragment: str | tuple[str, ...] = (),
    head: Head = NOT_INDEXED,
) -> HttpResponse:
    """Render `template` in the shell of `area`.

    When htmx asks (and not for a whole page after "back" or a boosted link), only the
    block(s) named by `fragment` are rendered; `oob` is then true, so that a second block
    can mark its element `hx-swap-oob`. URL and template are the same for page and fragment. A view
    whose part needs only some of the shell may bring that as ``page``. Without a `head` search
    engines do not list the page.
    """
    values = {**(context or {}), "head": head}
    blocks = (fragment,) if isinstance(fragment, str) else fragment
    partial = bool(blocks) and wants_fragment(request)
    values.update(oob=partial)
    # Parts hardly ever look at the shell: it is put together for those that do.
    values.setdefault("page", SimpleLazyObject(lambda: shell_context(request, area)))
    backend = loader.get_template(template)
    if partial:
        values.update(_request_values(request))
        html = render_blocks(backend.template, blocks, values)  # type: ignore[attr-defined]
    else:
        html = backend.render(values, request)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, ("HX-Request", "Accept-Language", "Cookie"))
    patch_cache_control(response, private=True)
    if not head.is_indexed:
        response["X-Robots-Tag"] = "noindex"
    return response


def wants_fragment(request: Request) -> bool:
    """Return whether htmx asked for a part of the page rather than the page."""
    htmx: Any = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not (htmx.boosted or htmx.history_restore_request)


def render_blocks(template: Template, names: Iterable[str], values: Mapping[str, Any]) -> str:
    """Render blocks of `template` alone, with the imports and sets of its top level.

    The root generator is advanced to its first output only: by then every template of the
    inheritance chain has run its top-level statements and nothing has been rendered.
    """
    context = template.new_context(dict(values))
    root = template.root_render_func(context)
    try:
        next(root, None)
        parts = [part for name in names for part in context.blocks[name][0](context)]
    except Exception:  # noqa: BLE001 - rewritten with the template's line, then raised again
        template.environment.handle_exception()
    finally:
        root.close()  # type: ignore[attr-defined]
    return "".join(parts)


def _request_values(request: Request) -> dict[str, Any]:
    return {
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
