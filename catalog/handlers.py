"""Reactions to what happens to the catalogue."""

from __future__ import annotations

from catalog.events import MediaRemoved
from catalog.media import storing
from catalog.models import Media
from core.events import handles


@handles(MediaRemoved)
def drop_files(event: MediaRemoved) -> None:
    """Delete the files of a picture or document that nothing has any more."""
    if not Media.objects.filter(digest=event.digest).exists():
        storing.drop(event.digest)
