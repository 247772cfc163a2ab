"""The buyer's returns and credit notes with one supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.returns import views

urlpatterns: list[URLPattern] = [
    path("orders/<uuid:order_id>/return/", views.ask, name="storefront_order_return"),
    path("returns/", views.returns, name="storefront_returns"),
    path("returns/<uuid:return_id>/", views.one, name="storefront_return"),
    path("credit-notes/<uuid:note_id>/", views.credit_note, name="storefront_credit_note"),
]
