"""Carts beside the current one."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.cart import views as cart_views
from frontend.storefront.carts import sharing, views

urlpatterns: list[URLPattern] = [
    path("carts/", views.overview, name="storefront_carts"),
    path("carts/deleted/", views.deleted, name="storefront_carts_deleted"),
    path("carts/switch/", views.switch, name="storefront_cart_switch"),
    path("carts/<uuid:cart_id>/", cart_views.saved, name="storefront_cart_saved"),
    path("carts/<uuid:cart_id>/copy/", views.copy, name="storefront_cart_copy"),
    path("carts/<uuid:cart_id>/delete/", views.delete, name="storefront_cart_delete"),
    path("carts/<uuid:cart_id>/restore/", views.restore, name="storefront_cart_restore"),
    path("carts/<uuid:cart_id>/settings/", sharing.settings, name="storefront_cart_settings"),
]
