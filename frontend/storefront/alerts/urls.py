"""Being told when goods are back."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.alerts import views

urlpatterns: list[URLPattern] = [
    path("stock-alerts/", views.alerts, name="storefront_stock_alerts"),
]
