"""Addresses of the mapping to the platform's taxonomy."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.taxonomy import views

urlpatterns: list[URLPattern] = [path("taxonomy/", views.mapping, name="portal_taxonomy")]
