"""URLs of the area, one module per noun."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.storefront.catalog.urls")),
    path("", include("frontend.storefront.cart.urls")),
    path("", include("frontend.storefront.carts.urls")),
    path("", include("frontend.storefront.lists.urls")),
    path("", include("frontend.storefront.recurring.urls")),
    path("", include("frontend.storefront.orders.urls")),
    path("", include("frontend.storefront.messages.urls")),
    path("", include("frontend.storefront.returns.urls")),
    path("", include("frontend.storefront.agreements.urls")),
    path("", include("frontend.storefront.company.urls")),
    path("", include("frontend.storefront.acting.urls")),
    path("", include("frontend.storefront.approvals.urls")),
    path("", include("frontend.storefront.spending.urls")),
    path("", include("frontend.storefront.keys.urls")),
    path("", include("frontend.storefront.numbers.urls")),
    path("", include("frontend.storefront.seo.urls")),
    path("", include("frontend.storefront.alerts.urls")),
]
