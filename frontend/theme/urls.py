"""Addresses that every host has; the gallery of macros only where settings ask for it."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from frontend.theme import gallery, logo, views

app_name = "frontend"

urlpatterns: list[URLPattern] = [
    path("theme.css", views.theme_css, name="theme"),
    path("brand/<uuid:tenant_id>/logo.png", logo.logo, name="logo"),
    path("language/", views.choose_language, name="language"),
]

if settings.DEBUG or getattr(settings, "UI_GALLERY", False):
    urlpatterns += [
        path("_ui/", gallery.storefront, name="gallery"),
        path("_ui/console/", gallery.console, name="gallery-console"),
        path("_ui/errors/<int:status>/", gallery.error, name="gallery-error"),
    ]
