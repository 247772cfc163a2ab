"""The buyer's company at this supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.company import addresses, views

urlpatterns: list[URLPattern] = [
    path("register/", views.register, name="storefront_register"),
    path("account/request/", views.account_request, name="storefront_request_account"),
    path("company/", views.company, name="storefront_company"),
    path("company/addresses/", addresses.new_address, name="storefront_new_address"),
    path("company/addresses/<uuid:address_id>/", addresses.address, name="storefront_address"),
]
