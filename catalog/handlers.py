"""Reactions to what happens to the catalogue."""

from __future__ import annotations

from catalog.events import ManyMediaRemoved, MediaRemoved
from catalog.media import storing
from catalog.models import Media
from core.events import handles


@handles(MediaRemoved)
def drop_files(event: MediaRemoved) -> None:
    """Delete the files of a picture or document that nothing has any more."""
    if not Media.objects.filter(digest=event.digest).exists():
        storing.drop(event.digest)


@handles(ManyMediaRemoved)
def drop_many_files(event: ManyMediaRemoved) -> None:
    """Delete the files that nothing has any more."""
    standing = set(Media.objects.filter(digest__in=event.digests).values_list("digest", flat=True))
    for digest in set(event.digests) - standing:
        storing.drop(digest)
