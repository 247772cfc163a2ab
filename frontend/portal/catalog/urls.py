"""Addresses of the supplier's product list."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.media import own_document, own_image
from frontend.portal.catalog import categories, editor, families, media, packs, views

urlpatterns: list[URLPattern] = [
    path("catalog/", views.catalog, name="portal_catalog"),
    path("catalog/new/", editor.new_product, name="portal_product_new"),
    path("catalog/<uuid:variant_id>/", editor.product, name="portal_product"),
    path("catalog/<uuid:variant_id>/state/", editor.change_state, name="portal_product_state"),
    path("catalog/<uuid:variant_id>/relations/", editor.relate, name="portal_product_relate"),
    path(
        "catalog/<uuid:variant_id>/relations/<uuid:relation_id>/remove/",
        editor.unrelate,
        name="portal_product_unrelate",
    ),
    path("catalog/media/<uuid:media_id>/<str:version>/<int:size>.webp", own_image, name="portal_image"),
    path("catalog/media/<uuid:media_id>/<str:version>/download/", own_document, name="portal_document"),
    path("catalog/categories/", categories.tree, name="portal_categories"),
    path("catalog/categories/<uuid:category_id>/", categories.category, name="portal_category"),
    path("catalog/families/", families.structure, name="portal_families"),
    path("catalog/families/new/", families.family, name="portal_family_new"),
    path("catalog/families/<uuid:family_id>/", families.family, name="portal_family"),
    path("catalog/families/<uuid:family_id>/delete/", families.delete_family, name="portal_family_delete"),
    path("catalog/attributes/new/", families.attribute, name="portal_attribute_new"),
    path("catalog/attributes/<uuid:attribute_id>/", families.attribute, name="portal_attribute"),
    path("catalog/attributes/<uuid:attribute_id>/delete/", families.delete_attribute, name="portal_attribute_delete"),
    path("catalog/<uuid:variant_id>/pack/", packs.pack, name="portal_pack"),
    path("catalog/<uuid:variant_id>/pack/dissolve/", packs.dissolve, name="portal_pack_dissolve"),
    path("catalog/<uuid:variant_id>/media/", media.upload, name="portal_product_media"),
    path("catalog/<uuid:variant_id>/media/<uuid:media_id>/", media.change, name="portal_product_media_change"),
    path("catalog/<uuid:variant_id>/<slug:section>/", editor.save, name="portal_product_save"),
]
