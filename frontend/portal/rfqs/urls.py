"""Requests that a supplier was invited to."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.rfqs import views

urlpatterns: list[URLPattern] = [
    path("rfqs/", views.rfqs, name="portal_rfqs"),
    path("rfqs/<uuid:invitation_id>/", views.rfq, name="portal_rfq"),
    path("rfqs/<uuid:invitation_id>/decline/", views.decline, name="portal_rfq_decline"),
]
