"""The buyer's agreements with one supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.agreements import views

urlpatterns: list[URLPattern] = [
    path("agreements/", views.agreements, name="storefront_agreements"),
    path("agreements/<uuid:agreement_id>/", views.one, name="storefront_agreement"),
    path("agreements/<uuid:agreement_id>/lines.csv", views.export, name="storefront_agreement_csv"),
]
