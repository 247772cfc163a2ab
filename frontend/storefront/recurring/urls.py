"""Recurring orders."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.recurring import new, views

urlpatterns: list[URLPattern] = [
    path("recurring/", views.overview, name="storefront_recurring"),
    path("recurring/new/", new.new, name="storefront_recurring_new"),
    path("recurring/<uuid:recurring_id>/", views.recurring, name="storefront_recurring_order"),
    path("recurring/<uuid:recurring_id>/do/", views.act, name="storefront_recurring_act"),
]
