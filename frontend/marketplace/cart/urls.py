"""One cart over all suppliers, and the purchases that it has become."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.cart import views

urlpatterns: list[URLPattern] = [
    path("cart/", views.cart, name="marketplace_cart"),
    path("purchases/<uuid:purchase_id>/", views.purchase, name="marketplace_purchase"),
]
