"""Addresses of the supplier's product list."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.catalog import views

urlpatterns: list[URLPattern] = [
    path("catalog/", views.catalog, name="portal_catalog"),
    path("catalog/<uuid:variant_id>/", views.product, name="portal_product"),
    path("catalog/<uuid:variant_id>/state/", views.change_state, name="portal_product_state"),
]
