"""Secrets that a table holds: sealed with a key made from ``SECRET_KEY``, one per purpose."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """What is sealed was sealed for something else, with another key, or was changed."""


def seal(text: str, *, purpose: str) -> str:
    """The text, to be read again only by :func:`unseal` for the same purpose."""
    return _keys(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed; also with a key that was replaced (``SECRET_KEY_FALLBACKS``). Raises Unreadable."""
    try:
        return _keys(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(str(secret), purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"comptoir:{purpose}".encode())
    return urlsafe_b64encode(derived.derive(secret.encode()))
