"""Static files: fingerprinted, compressed, with ES module imports rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

#: Files of packages that no page of ours loads, some of which do not survive the rewriting of imports.
_UNUSED = ("django_htmx/ext/", "rest_framework/", "drf_spectacular/")


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also inside `import "./x.js"`, so that no bundler is needed."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Fingerprint and compress what our pages use."""
        used = {path: place for path, place in paths.items() if not path.startswith(_UNUSED)}
        yield from super().post_process(used, *args, **kwargs)
