"""The look of the storefront and its domains."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.appearance import views

urlpatterns: list[URLPattern] = [
    path("appearance/", views.appearance, name="portal_appearance"),
    path("appearance/domains/", views.new_domain, name="portal_domain_new"),
    path("appearance/domains/<uuid:domain_id>/remove/", views.drop_domain, name="portal_domain_remove"),
]
