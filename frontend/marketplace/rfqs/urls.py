"""The buyer's requests for quotation."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.marketplace.rfqs import awarding, changing, exporting, reusing, talking, trail, views, writing

urlpatterns: list[URLPattern] = [
    path("rfqs/", views.rfqs, name="marketplace_rfqs"),
    path("rfqs/new/", writing.new, name="marketplace_rfq_new"),
    path("rfqs/<uuid:rfq_id>/drop/", writing.drop, name="marketplace_rfq_drop"),
    path("rfqs/<uuid:rfq_id>/", views.rfq, name="marketplace_rfq"),
    path("rfqs/<uuid:rfq_id>/change/", changing.change, name="marketplace_rfq_change"),
    path("rfqs/<uuid:rfq_id>/reckon/", changing.reckon, name="marketplace_rfq_reckon"),
    path("rfqs/<uuid:rfq_id>/export.xlsx", exporting.export, name="marketplace_rfq_export"),
    path("rfqs/templates/", reusing.templates, name="marketplace_rfq_templates"),
    path("rfqs/templates/<uuid:template_id>/drop/", reusing.drop, name="marketplace_rfq_template_drop"),
    path("rfqs/<uuid:rfq_id>/template/", reusing.save, name="marketplace_rfq_template"),
    path("rfqs/<uuid:rfq_id>/trail/", trail.trail, name="marketplace_rfq_trail"),
    path("rfqs/<uuid:rfq_id>/trail.pdf", trail.pdf, name="marketplace_rfq_trail_pdf"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/versions/", trail.versions, name="marketplace_rfq_versions"),
    path("rfqs/<uuid:rfq_id>/award/", awarding.award, name="marketplace_rfq_award"),
    path("rfqs/<uuid:rfq_id>/questions/", talking.talk, name="marketplace_rfq_talk"),
    path("rfqs/<uuid:rfq_id>/questions/<uuid:question_id>/", talking.answer, name="marketplace_rfq_answer"),
    path("rfqs/<uuid:rfq_id>/presence/", talking.presence, name="marketplace_rfq_presence"),
    path("rfqs/<uuid:rfq_id>/tell/", talking.tell, name="marketplace_rfq_tell"),
    path("rfqs/<uuid:rfq_id>/files/", talking.add_files, name="marketplace_rfq_files"),
    path("rfqs/<uuid:rfq_id>/files/<uuid:file_id>/", talking.file, name="marketplace_rfq_file"),
    path("rfqs/<uuid:rfq_id>/files/<uuid:file_id>/remove/", talking.remove_file, name="marketplace_rfq_file_remove"),
    path(
        "rfqs/<uuid:rfq_id>/<uuid:invitation_id>/files/<uuid:file_id>/",
        talking.offer_file,
        name="marketplace_rfq_offer_file",
    ),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/", views.negotiate, name="marketplace_rfq_negotiate"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/counter/", views.counter, name="marketplace_rfq_counter"),
    path("rfqs/<uuid:rfq_id>/<uuid:invitation_id>/accept/", views.accept, name="marketplace_rfq_accept"),
]
