"""Comparing products."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.compare import views

urlpatterns: list[URLPattern] = [path("compare/", views.compare, name="marketplace_compare")]
