"""The supplier's agreements."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.agreements import views

urlpatterns: list[URLPattern] = [
    path("agreements/", views.agreements, name="portal_agreements"),
    path("agreements/<uuid:agreement_id>/", views.one, name="portal_agreement"),
    path("agreements/<uuid:agreement_id>/lines.csv", views.export, name="portal_agreement_csv"),
]
