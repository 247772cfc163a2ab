"""The catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.catalog import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="storefront_home"),
    path("catalog/", views.catalogue, name="storefront_listing"),
    path("catalog/p/<path:sku>/", views.product, name="storefront_product"),
    path("search/suggest/", views.suggest, name="storefront_suggest"),
]
