"""Cart, quick order, checkout."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.cart import checkout, quick, quick_progress, views
from frontend.storefront.catalog import packs

urlpatterns: list[URLPattern] = [
    path("cart/", views.cart, name="storefront_cart"),
    path("cart/lines/", views.add, name="storefront_cart_add"),
    path("cart/update/", views.update, name="storefront_cart_update"),
    path("cart/packs/<path:sku>/", packs.put, name="storefront_cart_pack"),
    path("cart/download/", views.download, name="storefront_cart_csv"),
    path("cart/prices/", views.take_prices, name="storefront_cart_prices"),
    path("cart/clear/", views.clear, name="storefront_cart_clear"),
    path("quick-order/", quick.quick_order, name="storefront_quick_order"),
    path("quick-order/progress/", quick_progress.progress, name="storefront_quick_progress"),
    path("quick-order/template/", quick.template, name="storefront_quick_template"),
    path("checkout/", checkout.checkout, name="storefront_checkout"),
]
