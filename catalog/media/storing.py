"""Where pictures and documents lie: in a private folder of the tenant, named by the digest of what was uploaded."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from catalog.media.pictures import SIZES
from core.scope import current_scope

#: The name of a document's only file.
WHOLE = ""


def store(digest: str, files: Mapping[str, bytes]) -> None:
    """Write files that are not there yet; the same content has the same name, so that it is written once."""
    storage = _storage()
    for variety, content in files.items():
        path = _path(digest, variety)
        if not storage.exists(path):
            storage.save(path, ContentFile(content))


def content_of(digest: str, variety: str = WHOLE) -> bytes | None:
    """What a stored file holds; None when it is not there."""
    path = _path(digest, variety)
    if not _storage().exists(path):
        return None
    with _storage().open(path) as file:
        return bytes(file.read())


def drop(digest: str) -> None:
    """Delete all files of this digest."""
    for variety in (WHOLE, *map(str, SIZES)):
        _storage().delete(_path(digest, variety))


def _storage() -> Storage:
    return storages["private"]


def _path(digest: str, variety: str) -> str:
    tenant_id = current_scope().tenant_id
    if tenant_id is None or not (len(digest) == 64 and digest.isalnum()):
        raise RuntimeError("files of goods belong to a tenant and are named by their digest")
    return f"tenants/{tenant_id.hex}/media/{digest[:2]}/{digest}{'-' if variety else ''}{variety}"
