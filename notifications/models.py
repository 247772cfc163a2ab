"""What was sent to whom, each person's news and choices (schema ``public``)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Company, User
from core.fields import Keyed
from notifications.enums import Channel, Group, Place, Reader, SubjectKind
from tenants.models import Tenant


class SentMail(Keyed):
    """One e-mail about one event to one person; ``sent_at`` is set once the mail server has taken it."""

    key = models.CharField(max_length=64, unique=True)
    template = models.CharField(max_length=40)
    recipient = models.EmailField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)


class Digest(Keyed):
    """One letter a day with what came for a person; the row is what makes it one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "day"), name="notifications_digest_once"),
        ]


class Reminder(Keyed):
    """One letter a week to a person about what its company is due to order again from a supplier."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text="its Monday")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "company", "tenant", "week"), name="notifications_reminder_once"),
        ]


class Notification(Keyed):
    """Something that a person was told (row-level security: as the company's buyer, or as the tenant's staff).

    ``words`` are the values of the title, which is put into words when it is read. ``key`` stands for the event: told
    again, it is not written again. Without a company it is the person's own matter. ``for_digest`` waits for the
    person's next digest until ``digest`` is set.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reader = models.CharField(max_length=8, choices=Reader.choices)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    subject_label = models.CharField(max_length=120, blank=True)
    words = models.JSONField(default=dict)
    place = models.CharField(max_length=8, choices=Place.choices)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    for_digest = models.BooleanField(default=False)
    digest = models.ForeignKey(Digest, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "key"), name="notifications_notification_once"),
            models.CheckConstraint(
                condition=Q(reader=Reader.BUYER) | Q(reader=Reader.STAFF, tenant__isnull=False),
                name="notifications_notification_reader",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("user", "-id"), name="notifications_list"),
            models.Index(fields=("user",), name="notifications_unread", condition=Q(read_at=None)),
            models.Index(
                fields=("user",), name="notifications_digest_due", condition=Q(for_digest=True, digest_id=None)
            ),
            models.Index(fields=("created_at",), name="notifications_age"),
        ]


class Preference(Keyed):
    """The channel that a person chose for a group of news; without a row, the group's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=12, choices=Group.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "group"), name="notifications_preference_once"),
        ]
