"""The buyer's documents over all suppliers."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.documents import views

urlpatterns: list[URLPattern] = [
    path("documents/", views.documents, name="marketplace_documents"),
    path("documents/export.csv", views.export, name="marketplace_documents_csv"),
]
