"""The buyer's company at this supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.company import views

urlpatterns: list[URLPattern] = [
    path("register/", views.register, name="storefront_register"),
    path("account/request/", views.account_request, name="storefront_request_account"),
    path("company/", views.company, name="storefront_company"),
    path("company/addresses/", views.new_address, name="storefront_new_address"),
]
