"""Addresses of the notification centre in a supplier's back office."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.notifications import views

urlpatterns: list[URLPattern] = [
    path("notifications/", views.portal_centre, name="portal_notifications"),
    path("notifications/bell/", views.portal_bell, name="portal_notifications_bell"),
    path("notifications/read/", views.portal_read, name="portal_notifications_read"),
    path("notifications/<uuid:notification_id>/", views.portal_open, name="portal_notifications_open"),
]
