"""The platform's own domain: marketplace and operator's console."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.theme.urls")),
    path("", include("frontend.account.urls")),
    path("", include("frontend.organisation.urls")),
    path("", include("frontend.security.urls")),
    path("", include("frontend.notifications.urls")),
    path("api/v1/", include("integrations.urls_platform")),
    path("operator/", include("frontend.operator.urls")),
    path("", include("frontend.marketplace.urls")),
]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.permission_denied"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.server_error"
