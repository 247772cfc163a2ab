"""Addresses of searches and synonyms."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.searches import views

urlpatterns: list[URLPattern] = [
    path("searches/", views.searches, name="portal_searches"),
    path("searches/<uuid:search_id>/dismiss/", views.dismiss, name="portal_search_dismiss"),
    path("searches/synonyms/new/", views.synonym, name="portal_synonym_new"),
    path("searches/synonyms/<uuid:synonym_id>/", views.synonym, name="portal_synonym"),
    path("searches/synonyms/<uuid:synonym_id>/delete/", views.delete_synonym, name="portal_synonym_delete"),
]
