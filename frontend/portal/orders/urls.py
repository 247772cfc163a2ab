"""The supplier's orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.orders import views

urlpatterns: list[URLPattern] = [
    path("orders/", views.orders, name="portal_orders"),
    path("orders/<uuid:order_id>/", views.order, name="portal_order"),
    path("orders/<uuid:order_id>/confirm/", views.confirm, name="portal_order_confirm"),
    path("orders/<uuid:order_id>/ship/", views.ship, name="portal_order_ship"),
    path("orders/<uuid:order_id>/parcels/<uuid:shipment_id>/", views.track, name="portal_order_track"),
    path("invoices/", views.invoices, name="portal_invoices"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="portal_invoice"),
]
