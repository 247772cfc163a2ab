"""A tenant's domain: storefront, back office under ``/portal/``, API."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.theme.urls")),
    path("", include("frontend.account.urls")),
    path("", include("frontend.organisation.urls")),
    path("", include("frontend.security.urls")),
    path("", include("frontend.notifications.urls")),
    path("portal/", include("frontend.portal.urls")),
    path("api/v1/", include("integrations.urls")),
    path("", include("payments.urls")),
    path("", include("frontend.storefront.urls")),
]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.permission_denied"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.server_error"
