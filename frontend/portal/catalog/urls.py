"""Addresses of the supplier's product list."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.catalog import families, views

urlpatterns: list[URLPattern] = [
    path("catalog/", views.catalog, name="portal_catalog"),
    path("catalog/<uuid:variant_id>/", views.product, name="portal_product"),
    path("catalog/<uuid:variant_id>/state/", views.change_state, name="portal_product_state"),
    path("catalog/families/", families.structure, name="portal_families"),
    path("catalog/families/new/", families.family, name="portal_family_new"),
    path("catalog/families/<uuid:family_id>/", families.family, name="portal_family"),
    path("catalog/families/<uuid:family_id>/delete/", families.delete_family, name="portal_family_delete"),
    path("catalog/attributes/new/", families.attribute, name="portal_attribute_new"),
    path("catalog/attributes/<uuid:attribute_id>/", families.attribute, name="portal_attribute"),
    path("catalog/attributes/<uuid:attribute_id>/delete/", families.delete_attribute, name="portal_attribute_delete"),
]
