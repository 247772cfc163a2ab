"""Approvals."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.approvals import by_mail, views

urlpatterns: list[URLPattern] = [
    path("approvals/", views.queue, name="storefront_approvals"),
    path("approvals/deputy/", views.deputy, name="storefront_deputy"),
    path("approvals/mail/<str:token>/", by_mail.mail_approval, name="storefront_mail_approval"),
    path("approvals/<uuid:request_id>/", views.approval, name="storefront_approval"),
    path("approvals/<uuid:request_id>/decide/", views.decision, name="storefront_approval_decide"),
    path("approvals/<uuid:request_id>/change/", views.change, name="storefront_approval_change"),
]
