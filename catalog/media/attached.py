"""Where files lie that people send each other: in a private folder of those they are between, by their digest."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from catalog.media.attachments import Prepared


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it is served."""

    name: str
    content_type: str
    content: bytes


def between(tenant_id: UUID, company_id: UUID) -> str:
    """The folder of what a tenant and a company send each other."""
    return f"tenants/{tenant_id.hex}/exchange/{company_id.hex}"


def of_company(company_id: UUID) -> str:
    """The folder of what a company sends to several tenants."""
    return f"companies/{company_id.hex}/exchange"


def store(folder: str, file: Prepared) -> None:
    """Write a file that is not there yet."""
    path = _path(folder, file.digest)
    if not _storage().exists(path):
        _storage().save(path, ContentFile(file.content))


def content_of(folder: str, digest: str) -> bytes | None:
    """What a stored file holds; None when it is not there."""
    path = _path(folder, digest)
    if not _storage().exists(path):
        return None
    with _storage().open(path) as file:
        return bytes(file.read())


def _storage() -> Storage:
    return storages["private"]


def _path(folder: str, digest: str) -> str:
    if not (len(digest) == 64 and digest.isalnum()):
        raise RuntimeError("files that are sent are named by their digest")
    return f"{folder}/{digest[:2]}/{digest}"
