"""The port to whoever knows which VAT numbers are valid. Its answers are kept, so that an exemption can be proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from customers.enums import VatOutcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register said; ``consultation_number`` is its receipt, which it gives to those that say who asks."""

    outcome: VatOutcome
    consultation_number: str = ""
    name: str = ""
    note: str = ""


class VatRegister(Protocol):
    """Nobody answering is an answer too: ``UNANSWERED``, with the reason in ``note``; nothing is raised."""

    def ask(self, number: str, *, requester: str) -> Answer:
        """What is known of a number with its country's prefix; never inside a transaction."""
        ...


class NoRegister:
    """Where none is configured, nobody answers."""

    def ask(self, number: str, *, requester: str) -> Answer:
        return Answer(VatOutcome.UNANSWERED, note="no register")
