"""Applying for a storefront."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.apply import views

urlpatterns: list[URLPattern] = [
    path("apply/", views.apply, name="marketplace_apply"),
    path("apply/<uuid:application_id>/", views.application, name="marketplace_application"),
]
