"""By which channel a person hears of each group of news. The centre has everything in any case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from core.db import atomic
from core.scope import PLATFORM
from core.tenancy import use_tenant
from notifications.enums import Channel, Group
from notifications.kinds import Kind
from notifications.models import Preference

#: What may be chosen for a group, its own channel first. Who wants to be reminded says so.
CHOICES: dict[Group, tuple[Channel, ...]] = {
    group: (Channel.NOW, Channel.DIGEST, Channel.NONE) for group in Group if group != Group.REMINDERS
} | {Group.REMINDERS: (Channel.NONE, Channel.WEEKLY)}


def channels_of(user_ids: Collection[UUID], kind: Kind) -> dict[UUID, Channel]:
    """Each person's channel for a kind of news; one statement, none for a letter that everybody must get."""
    channels = dict.fromkeys(user_ids, CHOICES[kind.group][0])
    if kind.required or not user_ids:
        return channels
    with use_tenant(PLATFORM):
        chosen = Preference.objects.filter(user_id__in=user_ids, group=kind.group).values_list("user_id", "channel")
        for user_id, channel in chosen:
            is_awaited = kind.urgent and channel == Channel.DIGEST
            channels[user_id] = Channel.NOW if is_awaited else Channel(channel)
    return channels


def preferences_of(user_id: UUID) -> dict[Group, Channel]:
    """A person's channel for every group; one statement."""
    with use_tenant(PLATFORM):
        chosen = dict(Preference.objects.filter(user_id=user_id).values_list("group", "channel"))
    return {group: Channel(chosen.get(group, CHOICES[group][0])) for group in Group}


def who_chose(group: Group, channel: Channel) -> list[UUID]:
    """People who chose a channel for a group."""
    with use_tenant(PLATFORM):
        return list(Preference.objects.filter(group=group, channel=channel).values_list("user_id", flat=True))


@atomic
def choose(*, user_id: UUID, channels: Mapping[Group, Channel]) -> None:
    """Set a person's channels; groups that are not named stay as they are."""
    with use_tenant(PLATFORM):
        Preference.objects.bulk_create(
            [Preference(user_id=user_id, group=group, channel=channel) for group, channel in channels.items()],
            update_conflicts=True,
            unique_fields=["user", "group"],
            update_fields=["channel"],
        )
