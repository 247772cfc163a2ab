"""Addresses of the notification centre, the same on every host."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.notifications import choices, views

urlpatterns: list[URLPattern] = [
    path("notifications/", views.centre, name="notifications"),
    path("notifications/bell/", views.bell, name="notifications_bell"),
    path("notifications/read/", views.read, name="notifications_read"),
    path("notifications/<uuid:notification_id>/", views.open_one, name="notifications_open"),
    path("notifications/preferences/", choices.preferences, name="notifications_preferences"),
    path("unsubscribe/<str:token>/", choices.unsubscribe, name="unsubscribe"),
]
