"""Fixtures of the tests about news."""

from __future__ import annotations

import pytest

from core.scope import OPERATOR
from core.tenancy import use_tenant
from notifications.models import Notification


@pytest.fixture
def quiet(world, drain, mailoutbox):
    """The world, with what its making told people taken away."""
    drain()
    mailoutbox.clear()
    with use_tenant(OPERATOR):
        Notification.objects.all().delete()
    return world
