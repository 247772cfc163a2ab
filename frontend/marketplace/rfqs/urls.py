"""The buyer's requests for quotation."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.rfqs import views

urlpatterns: list[URLPattern] = [
    path("rfqs/", views.rfqs, name="marketplace_rfqs"),
    path("rfqs/new/", views.new, name="marketplace_rfq_new"),
    path("rfqs/<uuid:rfq_id>/", views.rfq, name="marketplace_rfq"),
    path("rfqs/<uuid:rfq_id>/cancel/", views.cancel, name="marketplace_rfq_cancel"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/", views.negotiate, name="marketplace_rfq_negotiate"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/counter/", views.counter, name="marketplace_rfq_counter"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/accept/", views.accept, name="marketplace_rfq_accept"),
]
