"""The buyer's own part numbers."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.numbers import views

urlpatterns: list[URLPattern] = [
    path("company/part-numbers/", views.numbers, name="storefront_numbers"),
    path("company/part-numbers/import/", views.take_over, name="storefront_numbers_import"),
    path("company/part-numbers/export/", views.export, name="storefront_numbers_export"),
    path("company/part-numbers/<uuid:number_id>/", views.change, name="storefront_number"),
]
