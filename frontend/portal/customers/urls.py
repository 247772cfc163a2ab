"""The supplier's customers."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.customers import documents, ordering, vat, views

urlpatterns: list[URLPattern] = [
    path("customers/", views.customers, name="portal_customers"),
    path("customers/ordering/", ordering.ordering, name="portal_ordering"),
    path("customers/<uuid:customer_id>/ordering/", ordering.customer_ordering, name="portal_customer_ordering"),
    path("customers/<uuid:customer_id>/", views.customer, name="portal_customer"),
    path("customers/<uuid:customer_id>/act/", views.act, name="portal_customer_act"),
    path("customers/<uuid:customer_id>/approve/", views.approve, name="portal_customer_approve"),
    path("customers/<uuid:customer_id>/refuse/", views.refuse, name="portal_customer_refuse"),
    path("customers/<uuid:customer_id>/terms/", views.change, name="portal_customer_terms"),
    path("customers/<uuid:customer_id>/profile/", views.change_profile, name="portal_customer_profile"),
    path("customers/documents/", documents.asked, name="portal_account_documents"),
    path("customers/documents/<uuid:document_id>/", documents.document, name="portal_account_document"),
    path("customers/documents/<uuid:document_id>/again/", documents.again, name="portal_account_document_again"),
    path("customers/vat/", vat.own, name="portal_vat"),
    path("customers/<uuid:customer_id>/vat/", vat.by_hand, name="portal_customer_vat"),
    path("customers/<uuid:customer_id>/vat/ask/", vat.ask, name="portal_customer_vat_ask"),
    path("customers/<uuid:customer_id>/block/", views.block, name="portal_customer_block"),
    path("customers/<uuid:customer_id>/unblock/", views.unblock, name="portal_customer_unblock"),
]
