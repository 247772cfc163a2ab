"""Addresses that payment gateways call on a tenant's host."""

from __future__ import annotations

from django.urls import URLPattern, path

from payments import endpoints

urlpatterns: list[URLPattern] = [
    path("webhooks/payments/<slug:gateway>/", endpoints.webhook, name="payments_webhook"),
]
