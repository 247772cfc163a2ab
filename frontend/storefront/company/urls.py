"""The buyer's company at this supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.company import addresses, documents, views

urlpatterns: list[URLPattern] = [
    path("register/", views.register, name="storefront_register"),
    path("account/request/", views.account_request, name="storefront_request_account"),
    path("account/documents/<uuid:kind_id>/give/", documents.give_document, name="storefront_give_document"),
    path("account/documents/<uuid:document_id>/", documents.document, name="storefront_account_document"),
    path("company/", views.company, name="storefront_company"),
    path("company/vat/", views.vat_number, name="storefront_company_vat"),
    path("company/addresses/", addresses.new_address, name="storefront_new_address"),
    path("company/addresses/<uuid:address_id>/", addresses.address, name="storefront_address"),
]
