"""The buyer's orders and invoices with one supplier."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.orders import again, changing, invoices, test_gateway, views
from payments.gateways.fake import CHECKOUT_PATH

urlpatterns: list[URLPattern] = [
    path("orders/", views.orders, name="storefront_orders"),
    path("orders/<uuid:order_id>/", views.order, name="storefront_order"),
    path("orders/<uuid:order_id>/again/", again.again, name="storefront_order_again"),
    path("orders/<uuid:order_id>/change/", changing.change, name="storefront_order_change"),
    path("orders/<uuid:order_id>/cancel/", changing.cancel, name="storefront_order_cancel"),
    path("orders/<uuid:order_id>/earlier/", changing.earlier, name="storefront_order_earlier"),
    path("invoices/", invoices.invoices, name="storefront_invoices"),
    path("invoices/<uuid:invoice_id>/", invoices.invoice, name="storefront_invoice"),
    path("invoices/<uuid:invoice_id>/pay/", invoices.pay, name="storefront_invoice_pay"),
    path(CHECKOUT_PATH, test_gateway.checkout, name="storefront_test_gateway"),
]
