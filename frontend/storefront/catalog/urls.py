"""The catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend import media
from frontend.storefront.catalog import again, packs, views, why

urlpatterns: list[URLPattern] = [
    path("", views.home, name="storefront_home"),
    path("again/", again.again, name="storefront_again"),
    path("catalog/", views.catalogue, name="storefront_listing"),
    path("catalog/configure/<path:sku>/", packs.configure, name="storefront_configure"),
    path("catalog/p/<path:sku>/", views.product, name="storefront_product"),
    path("media/<uuid:media_id>/<str:version>/<int:size>.webp", media.image, name="storefront_image"),
    path("media/<uuid:media_id>/<str:version>/download/", media.document, name="storefront_document"),
    path("catalog/price/<uuid:variant_id>/", why.price, name="storefront_price"),
    path("search/suggest/", views.suggest, name="storefront_suggest"),
]
