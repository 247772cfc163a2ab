"""What allauth asks of us where it keeps second factors."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from core.sealing import seal, unseal

_PURPOSE = "second factors"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of code apps and recovery codes are sealed in the table."""

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=_PURPOSE)
