"""The way into the marketplace."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.home import views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="marketplace_home"),
    path("search/", views.search, name="marketplace_search"),
]
