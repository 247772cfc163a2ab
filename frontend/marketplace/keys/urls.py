"""API keys of a company on the marketplace."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.keys import views

urlpatterns: list[URLPattern] = [
    path("company/api-keys/", views.api_keys, name="marketplace_api_keys"),
    path("company/api-keys/<uuid:key_id>/revoke/", views.revoke, name="marketplace_revoke_api_key"),
]
