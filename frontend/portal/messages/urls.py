"""Threads, messages about one document, and their files."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.messages import views

urlpatterns: list[URLPattern] = [
    path("messages/", views.threads, name="portal_threads"),
    path("messages/<uuid:document_id>/", views.thread, name="portal_messages"),
    path("messages/<uuid:document_id>/<uuid:attachment_id>/", views.file, name="portal_message_file"),
]
