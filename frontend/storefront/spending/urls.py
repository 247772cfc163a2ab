"""Limits of spending."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.spending import centre, views

urlpatterns: list[URLPattern] = [
    path("company/spending/", views.spending, name="storefront_spending"),
    path("company/spending/rules/new/", views.new_rule, name="storefront_rule_new"),
    path("company/spending/cost-centres/<uuid:centre_id>/", centre.cost_centre, name="storefront_cost_centre"),
]
