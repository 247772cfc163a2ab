"""Addresses of changing many products at once."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.bulk import changes, exporting, views

urlpatterns: list[URLPattern] = [
    path("catalog/export/", exporting.export_catalog, name="portal_catalog_export"),
    path("catalog/bulk/", views.grid, name="portal_bulk"),
    path("catalog/bulk/<slug:column>/all/", changes.change_all, name="portal_bulk_all"),
    path("catalog/bulk/changes/<uuid:change_id>/", changes.change, name="portal_bulk_change"),
    path("catalog/bulk/changes/<uuid:change_id>/stop/", changes.stop, name="portal_bulk_stop"),
]
