"""The way through: what is known so far, steps one after the other, a line about each."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from websockets.exceptions import WebSocketException

from devkit import places
from devkit.announce import LOGINS
from devkit.walk.browser import Browser, Site
from devkit.walk.pages import Unexpected

#: How a step ends when what came back has another shape than anybody thought of.
ODD = (httpx.HTTPError, OSError, WebSocketException, LookupError, ValueError, StopIteration)


class NotReached(Exception):
    """A step needs what an earlier one did not bring."""


@dataclass
class Login:
    """Somebody of the example world, as the demo prints it."""

    email: str
    about: str


@dataclass
class Journey:
    """People with their browsers, and what was learned on the way: addresses, numbers, amounts."""

    site: Site
    folder: Path
    password: str = ""
    logins: list[Login] = field(default_factory=list)
    people: dict[str, Browser] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: f"{random.SystemRandom().randrange(10**6):06d}")

    def person(self, name: str) -> Browser:
        """A browser that an earlier step opened. Raises NotReached."""
        if name not in self.people:
            raise NotReached(name)
        return self.people[name]

    def fact(self, name: str) -> str:
        """What an earlier step learned. Raises NotReached."""
        if name not in self.facts:
            raise NotReached(name)
        return self.facts[name]

    def email_of(self, *words: str) -> str:
        """The e-mail of the first example login that all words stand at. Raises Unexpected."""
        for login in self.logins:
            if all(word in login.about for word in words):
                return login.email
        raise Unexpected(f"no example login is {' '.join(words)}")


Step = tuple[str, Callable[[Journey], str]]


def prepare(site: Site) -> Journey:
    """A journey that knows the example world's logins, from what the demo prints."""
    journey = Journey(site, Path(os.environ.get("COMPTOIR_VAR") or places.state_dir()))
    first, *lines = (journey.folder / LOGINS).read_text().splitlines()
    journey.password = first.rpartition(" ")[2]
    for line in lines:
        email, _space, about = line.strip().partition(" ")
        journey.logins.append(Login(email, " ".join(about.split())))
    return journey


def walk(journey: Journey, steps: Sequence[Step]) -> bool:
    """Take every step that can be taken; True when all went well."""
    all_well = True
    for title, step in steps:
        began = time.monotonic()
        try:
            sign, saw = "✓", step(journey)
        except NotReached as missing:
            sign, saw = "✗", f"not walked: {missing} is not there"
        except Unexpected as error:
            sign, saw = "✗", str(error)
        except ODD as error:
            sign, saw = "✗", f"{type(error).__name__}: {error}"
        all_well &= sign == "✓"
        print(f"{sign} {title} ({(time.monotonic() - began) * 1000:.0f} ms): {saw}", flush=True)
    return all_well


def siren() -> str:
    """A SIREN with a right check digit (Luhn) that is nobody's in the example world."""
    digits = [9, *(random.SystemRandom().randrange(10) for _ in range(7))]
    doubled = [sum(divmod(digit * 2, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    return "".join(map(str, [*digits, -sum(doubled) % 10]))
