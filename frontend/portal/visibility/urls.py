"""Segments and visibility."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.visibility import views

urlpatterns: list[URLPattern] = [
    path("segments/", views.segments, name="portal_segments"),
    path("segments/new/", views.new_segment, name="portal_segment_new"),
    path("segments/<uuid:segment_id>/", views.segment, name="portal_segment"),
    path("visibility/", views.visibility, name="portal_visibility"),
    path("visibility/defaults/", views.change_defaults, name="portal_visibility_defaults"),
    path("visibility/public/", views.change_public_prices, name="portal_visibility_public"),
    path("visibility/add/", views.add, name="portal_visibility_add"),
    path("visibility/<uuid:rule_id>/remove/", views.remove, name="portal_visibility_remove"),
]
