"""URLs of the area, one module per noun."""

from django.urls import include, path

urlpatterns = [
    path("", include("frontend.marketplace.home.urls")),
    path("", include("frontend.marketplace.apply.urls")),
    path("", include("frontend.marketplace.joining.urls")),
    path("", include("frontend.marketplace.compare.urls")),
    path("", include("frontend.marketplace.goods.urls")),
    path("", include("frontend.marketplace.rfqs.urls")),
    path("", include("frontend.marketplace.documents.urls")),
    path("", include("frontend.marketplace.cart.urls")),
    path("", include("frontend.marketplace.keys.urls")),
]
