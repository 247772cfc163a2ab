"""The buyer's orders and invoices with one supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.orders import invoices, test_gateway, views
from payments.gateways.fake import CHECKOUT_PATH

urlpatterns: list[URLPattern] = [
    path("orders/", views.orders, name="storefront_orders"),
    path("orders/<uuid:order_id>/", views.order, name="storefront_order"),
    path("orders/<uuid:order_id>/again/", views.again, name="storefront_order_again"),
    path("invoices/", invoices.invoices, name="storefront_invoices"),
    path("invoices/<uuid:invoice_id>/", invoices.invoice, name="storefront_invoice"),
    path("invoices/<uuid:invoice_id>/pay/", invoices.pay, name="storefront_invoice_pay"),
    path(CHECKOUT_PATH, test_gateway.checkout, name="storefront_test_gateway"),
]
