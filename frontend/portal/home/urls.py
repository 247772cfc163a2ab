"""The supplier's first page."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.home import views

urlpatterns: list[URLPattern] = [path("", views.home, name="portal_home")]
