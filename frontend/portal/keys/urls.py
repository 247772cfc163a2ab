"""API keys of the supplier itself."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.keys import views

urlpatterns: list[URLPattern] = [
    path("api-keys/", views.api_keys, name="portal_api_keys"),
    path("api-keys/<uuid:key_id>/revoke/", views.revoke, name="portal_revoke_api_key"),
]
