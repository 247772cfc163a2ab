"""Moves of an application."""

from core.states import Machine
from vendors.enums import ApplicationState as S
from vendors.models import ApplicationTransition

APPLICATION = Machine("application", {S.SUBMITTED: frozenset({S.APPROVED, S.REFUSED})}, history=ApplicationTransition)
