"""Drawings in the form of a new request: stored when they come, named by signed texts until it is kept or sent.

A browser does not send a file twice: a form that is to be corrected names what it has sent already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core import signing

from accounts.requests import Request
from core.actor import Actor
from core.errors import Refused
from frontend.downloads import uploaded
from rfq.talk.errors import TooManyFiles
from rfq.talk.files import FIELD, MOST_AT_ONCE, MOST_FILES, Contents, stored_for_new
from rfq.versions import VersionFile

_SALT = "rfqs.attached"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the form; ``token`` stands for it in the form of its company, and of no other."""

    file: VersionFile
    token: str


def as_attached(files: Iterable[VersionFile], actor: Actor) -> list[Attached]:
    """Files that the company has stored, as its form names them."""
    return [
        Attached(file, signing.dumps([file.name, file.content_type, file.digest, file.size], salt=_salt(actor)))
        for file in files
    ]


@dataclass(frozen=True, slots=True)
class Brought:
    """The files of one field of the form, those that it named and those that came, and what is wrong with these."""

    files: Sequence[Attached] = ()
    error: str = ""


def keys_with_files(request: Request) -> set[str]:
    """Which lines the form brings files for, by the keys of their fields; a browser sends empty fields as texts."""
    given = (("kept-", request.POST), (f"{FIELD}-", request.FILES))
    return {name.removeprefix(start) for start, data in given for name in data if name.startswith(start)}


def read_attached(request: Request, keys: Iterable[str]) -> dict[str, Brought]:
    """What the form has for the whole request (at "") and for each line by its key. What is new is stored."""
    found, left, count = {}, MOST_AT_ONCE, 0
    for key in dict.fromkeys(("", *keys)):
        suffix = f"-{key}" if key else ""
        kept = named(request.POST.getlist(f"kept{suffix}")[:MOST_FILES], request.actor)
        contents = uploaded(request, f"{FIELD}{suffix}", most=left)
        new, error = _stored(contents, request.actor, most=left)
        known = {one.file for one in kept}
        files = kept + as_attached([file for file in new if file not in known], request.actor)
        left, count = left - len(new), count + len(files)
        if count > MOST_FILES:
            error = error or str(TooManyFiles(field=FIELD, count=MOST_FILES))
        found[key] = Brought(files, error)
    return found


def _stored(contents: Contents, actor: Actor, *, most: int) -> tuple[list[VersionFile], str]:
    """Files that were taken, or none and why."""
    if len(contents) > most:
        return [], str(TooManyFiles(field=FIELD, count=MOST_AT_ONCE))
    try:
        return stored_for_new(contents=contents, actor=actor) if contents else [], ""
    except Refused as refusal:
        if refusal.field != FIELD:
            raise
        return [], str(refusal)


def named(tokens: Iterable[str], actor: Actor) -> list[Attached]:
    """The files that texts name which this company's form was given; others are none."""
    found = []
    for token in dict.fromkeys(tokens):
        try:
            name, content_type, digest, size = signing.loads(token, salt=_salt(actor))
        except signing.BadSignature:
            continue
        found.append(Attached(VersionFile(name, content_type, digest, size), token))
    return found


def _salt(actor: Actor) -> str:
    return f"{_SALT}:{actor.require_company().hex}"
