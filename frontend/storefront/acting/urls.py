"""Ordering on behalf."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.acting import views

urlpatterns: list[URLPattern] = [
    path("company/on-behalf/", views.on_behalf, name="storefront_on_behalf"),
    path("company/on-behalf/finish/", views.finish, name="storefront_on_behalf_finish"),
]
