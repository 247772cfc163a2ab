"""The supplier's returns and credit notes."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.returns import views

urlpatterns: list[URLPattern] = [
    path("returns/", views.returns, name="portal_returns"),
    path("returns/<uuid:return_id>/", views.one, name="portal_return"),
    path("credit-notes/<uuid:note_id>/", views.credit_note, name="portal_credit_note"),
]
