"""Purchase lists."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.lists import files, keeping, lines, views

urlpatterns: list[URLPattern] = [
    path("lists/", views.overview, name="storefront_lists"),
    path("lists/keep/", keeping.keep, name="storefront_list_keep"),
    path("lists/<uuid:list_id>/", views.purchase_list, name="storefront_list"),
    path("lists/<uuid:list_id>/settings/", views.settings, name="storefront_list_settings"),
    path("lists/<uuid:list_id>/delete/", views.delete, name="storefront_list_delete"),
    path("lists/<uuid:list_id>/lines/", lines.change, name="storefront_list_lines"),
    path("lists/<uuid:list_id>/add/", lines.add, name="storefront_list_add"),
    path("lists/<uuid:list_id>/cart/", lines.to_cart, name="storefront_list_cart"),
    path("lists/<uuid:list_id>/download/", files.download, name="storefront_list_csv"),
    path("lists/<uuid:list_id>/import/", files.take_over, name="storefront_list_import"),
]
