"""The operator's console, under ``/operator/`` of the platform's host."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.operator import abuse, views
from frontend.security import provider_settings

urlpatterns: list[URLPattern] = [
    path("", views.home, name="operator_home"),
    path("applications/", views.applications, name="operator_applications"),
    path("applications/<uuid:application_id>/", views.application, name="operator_application"),
    path("applications/<uuid:application_id>/approve/", views.approve, name="operator_application_approve"),
    path("applications/<uuid:application_id>/refuse/", views.refuse, name="operator_application_refuse"),
    path("tenants/", views.tenants, name="operator_tenants"),
    path("tenants/<uuid:tenant_id>/state/", views.change_tenant_state, name="operator_tenant_state"),
    path("domains/", views.domains, name="operator_domains"),
    path("domains/<uuid:domain_id>/verify/", views.verify, name="operator_domain_verify"),
    path("domains/<uuid:domain_id>/remove/", views.refuse_domain, name="operator_domain_remove"),
    path("sign-in-domains/", provider_settings.domains, name="operator_sign_in_domains"),
    path("sign-in-domains/<uuid:domain_id>/confirm/", provider_settings.confirm, name="operator_sign_in_domain"),
    path("reports/", abuse.reports, name="operator_reports"),
    path("reports/<uuid:report_id>/decide/", abuse.decide, name="operator_report_decide"),
    path("reports/stops/<uuid:stop_id>/lift/", abuse.lift, name="operator_stop_lift"),
    path("companies/", abuse.companies, name="operator_companies"),
    path("companies/<uuid:company_id>/verify/", abuse.verify, name="operator_company_verify"),
    path("taxonomy/", views.taxonomy_nodes, name="operator_taxonomy"),
    path("jobs/", views.jobs, name="operator_jobs"),
    path("jobs/<uuid:failure_id>/retry/", views.retry, name="operator_job_retry"),
]
