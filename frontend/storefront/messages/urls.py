"""Messages about a document, and their files."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.messages import views

urlpatterns: list[URLPattern] = [
    path("messages/<uuid:document_id>/", views.thread, name="storefront_messages"),
    path("messages/<uuid:document_id>/<uuid:attachment_id>/", views.file, name="storefront_message_file"),
]
