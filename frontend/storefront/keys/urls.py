"""API keys of the buyer's company at this supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.keys import views

urlpatterns: list[URLPattern] = [
    path("company/api-keys/", views.api_keys, name="storefront_api_keys"),
    path("company/api-keys/<uuid:key_id>/revoke/", views.revoke, name="storefront_revoke_api_key"),
]
