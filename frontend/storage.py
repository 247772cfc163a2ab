"""Static files: fingerprinted, compressed, with ES module imports rewritten."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names also inside `import "./x.js"`, so that no bundler is needed."""

    support_js_module_import_aggregation = True
