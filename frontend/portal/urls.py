"""URLs of the area, one module per noun."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.portal.home.urls")),
    path("", include("frontend.portal.imports.urls")),
    path("", include("frontend.portal.bulk.urls")),
    path("", include("frontend.portal.catalog.urls")),
    path("", include("frontend.portal.taxonomy.urls")),
    path("", include("frontend.portal.searches.urls")),
    path("", include("frontend.portal.customers.urls")),
    path("", include("frontend.portal.prices.urls")),
    path("", include("frontend.portal.visibility.urls")),
    path("", include("frontend.portal.rfqs.urls")),
    path("", include("frontend.portal.orders.urls")),
    path("", include("frontend.portal.messages.urls")),
    path("", include("frontend.portal.returns.urls")),
    path("", include("frontend.portal.agreements.urls")),
    path("", include("frontend.portal.appearance.urls")),
    path("", include("frontend.portal.keys.urls")),
    path("", include("frontend.notifications.portal_urls")),
]
