"""The addresses of the gallery alone, for tests of shell and macros."""

from django.urls import include, path

from frontend.theme import gallery

urlpatterns = [
    path("", include("frontend.theme.urls")),
    path("_ui/", gallery.storefront),
    path("_ui/console/", gallery.console),
    path("_ui/errors/<int:status>/", gallery.error),
]
handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.permission_denied"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.server_error"
