"""Requests that a supplier was invited to, and what its answers need."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.rfqs import desk, limits, talking, trail, views

urlpatterns: list[URLPattern] = [
    path("rfqs/", views.rfqs, name="portal_rfqs"),
    path("rfqs/limits/", limits.settings, name="portal_quoting"),
    path("rfqs/limits/floors/", limits.floor, name="portal_quoting_floor"),
    path("rfqs/limits/floors/<uuid:floor_id>/remove/", limits.remove, name="portal_quoting_floor_remove"),
    path("rfqs/<uuid:invitation_id>/", views.rfq, name="portal_rfq"),
    path("rfqs/<uuid:invitation_id>/desk/", desk.act, name="portal_rfq_desk"),
    path("rfqs/<uuid:invitation_id>/draft/", desk.draft, name="portal_rfq_draft"),
    path("rfqs/<uuid:invitation_id>/approval/", desk.approval, name="portal_rfq_approval"),
    path("rfqs/<uuid:invitation_id>/decline/", views.decline, name="portal_rfq_decline"),
    path("rfqs/<uuid:invitation_id>/withdraw/", views.withdraw, name="portal_rfq_withdraw"),
    path("rfqs/<uuid:invitation_id>/questions/", talking.talk, name="portal_rfq_talk"),
    path("rfqs/<uuid:invitation_id>/presence/", talking.presence, name="portal_rfq_presence"),
    path("rfqs/<uuid:invitation_id>/files/<uuid:file_id>/", talking.file, name="portal_rfq_file"),
    path("rfqs/<uuid:invitation_id>/offer-files/<uuid:file_id>/", talking.offer_file, name="portal_rfq_offer_file"),
    path("rfqs/<uuid:invitation_id>/report/", views.report, name="portal_rfq_report"),
    path("rfqs/<uuid:invitation_id>/trail/", trail.trail, name="portal_rfq_trail"),
    path("rfqs/<uuid:invitation_id>/trail.pdf", trail.pdf, name="portal_rfq_trail_pdf"),
    path("rfqs/<uuid:invitation_id>/versions/", trail.versions, name="portal_rfq_versions"),
]
