"""URLs of goods."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.goods import views

urlpatterns: list[URLPattern] = [
    path("goods/<uuid:goods_id>/", views.goods, name="marketplace_goods"),
    path("goods/<uuid:goods_id>/cart/", views.add, name="marketplace_goods_cart"),
]
