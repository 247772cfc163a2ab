"""``/api/v1/`` on the marketplace."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from integrations.api.quotes import beginnings, compared
from integrations.api.quotes import company_views as views
from integrations.api.quotes import talk_views as talk
from integrations.api.views import Nothing

_SCHEMA = SpectacularAPIView.as_view(
    urlconf=settings.PLATFORM_URLCONF, authentication_classes=[], permission_classes=[], throttle_classes=[]
)

urlpatterns = [
    path("suppliers/", views.Suppliers.as_view(), name="api_suppliers"),
    path("rfqs/", views.Requests.as_view(), name="api_requests"),
    path("rfqs/<uuid:rfq_id>/", views.OneRequest.as_view(), name="api_request"),
    path("rfqs/<uuid:rfq_id>/from-template/", beginnings.FromTemplate.as_view(), name="api_request_from_template"),
    path("rfq-templates/", beginnings.Templates.as_view(), name="api_request_templates"),
    path("rfq-lines/", beginnings.Lines.as_view(), name="api_request_lines"),
    path("rfqs/<uuid:rfq_id>/cancel/", views.Cancel.as_view(), name="api_request_cancel"),
    path("rfqs/<uuid:rfq_id>/close/", views.Close.as_view(), name="api_request_close"),
    path("rfqs/<uuid:rfq_id>/extend/", views.Extend.as_view(), name="api_request_extend"),
    path("rfqs/<uuid:rfq_id>/talk/", talk.CompanyTalk.as_view(), name="api_request_talk"),
    path("rfqs/<uuid:rfq_id>/questions/<uuid:question_id>/", talk.Answer.as_view(), name="api_request_answer"),
    path("rfqs/<uuid:rfq_id>/files/<uuid:file_id>/", talk.CompanyFile.as_view(), name="api_request_file"),
    path("rfqs/<uuid:rfq_id>/comparison/", compared.Comparison.as_view(), name="api_request_comparison"),
    path("rfqs/<uuid:rfq_id>/award/", views.Award.as_view(), name="api_request_award"),
    path("versions/<uuid:version_id>/counter/", views.Counter.as_view(), name="api_version_counter"),
    path("schema/", _SCHEMA, name="api_schema"),
    re_path(r"", Nothing.as_view(), name="api_nothing"),
]
