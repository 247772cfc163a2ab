"""Registering as a buyer."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.joining import views

urlpatterns: list[URLPattern] = [path("register/", views.register, name="marketplace_register")]
