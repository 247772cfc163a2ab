"""``/api/v1/`` on a supplier's host."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from integrations.api import views

_SCHEMA = SpectacularAPIView.as_view(
    urlconf=settings.TENANT_URLCONF, authentication_classes=[], permission_classes=[], throttle_classes=[]
)

urlpatterns = [
    path("products/", views.Products.as_view(), name="api_products"),
    path("products/<path:sku>/", views.Product.as_view(), name="api_product"),
    path("orders/", views.Orders.as_view(), name="api_orders"),
    path("orders/<uuid:order_id>/", views.Order.as_view(), name="api_order"),
    path("schema/", _SCHEMA, name="api_schema"),
    re_path(r"", views.Nothing.as_view(), name="api_nothing"),
]
