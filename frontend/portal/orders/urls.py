"""The supplier's orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.orders import agreeing, cancelling, views

urlpatterns: list[URLPattern] = [
    path("orders/", views.orders, name="portal_orders"),
    path("orders/<uuid:order_id>/", views.order, name="portal_order"),
    path("orders/<uuid:order_id>/confirm/", views.confirm, name="portal_order_confirm"),
    path("orders/<uuid:order_id>/ship/", views.ship, name="portal_order_ship"),
    path("orders/<uuid:order_id>/parcels/<uuid:shipment_id>/", views.track, name="portal_order_track"),
    path("orders/<uuid:order_id>/cut/", cancelling.cut, name="portal_order_cut"),
    path("orders/<uuid:order_id>/cancel/", cancelling.cancel, name="portal_order_cancel"),
    path("orders/<uuid:order_id>/quote-prices/", agreeing.quote_prices, name="portal_order_quote_prices"),
    path("orders/<uuid:order_id>/earlier/", cancelling.earlier, name="portal_order_earlier"),
    path("invoices/", views.invoices, name="portal_invoices"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="portal_invoice"),
]
