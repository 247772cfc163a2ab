"""Prices."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.prices import batch_file, batches, discounts, limits, lists

_BATCH = "prices/batches/<uuid:batch_id>/"

urlpatterns: list[URLPattern] = [
    path("prices/", lists.lists, name="portal_prices"),
    path("prices/lists/<uuid:list_id>/", lists.one_list, name="portal_price_list"),
    path("prices/lists/<uuid:list_id>/change/", lists.change, name="portal_price_list_change"),
    path("prices/lists/<uuid:list_id>/give/", lists.assign, name="portal_price_list_give"),
    path("prices/lists/<uuid:list_id>/take/<uuid:assignment_id>/", lists.unassign, name="portal_price_list_take"),
    path("prices/lists/<uuid:list_id>/paste/", lists.paste, name="portal_price_list_paste"),
    path("prices/batches/", batches.batches, name="portal_price_batches"),
    path(_BATCH, batches.batch, name="portal_price_batch"),
    path(f"{_BATCH}raise/", batches.raise_prices, name="portal_price_batch_raise"),
    path(f"{_BATCH}file/", batch_file.load, name="portal_price_batch_file"),
    path(f"{_BATCH}paste/", batches.paste, name="portal_price_batch_paste"),
    path(f"{_BATCH}remove/<uuid:line_id>/", batches.remove, name="portal_price_batch_remove"),
    path(f"{_BATCH}publish/", batches.publish, name="portal_price_batch_publish"),
    path(f"{_BATCH}cancel/", batches.cancel, name="portal_price_batch_cancel"),
    path(f"{_BATCH}roll-back/", batches.roll_back, name="portal_price_batch_roll_back"),
    path("prices/discounts/", discounts.discounts, name="portal_discounts"),
    path("prices/discounts/new/", discounts.new_discount, name="portal_discount_new"),
    path("prices/discounts/<uuid:key>/", discounts.discount, name="portal_discount"),
    path("prices/discounts/<uuid:key>/end/", discounts.end, name="portal_discount_end"),
    path("prices/conflicts/", discounts.conflicts, name="portal_price_conflicts"),
    path("prices/settings/", limits.settings, name="portal_price_settings"),
    path("prices/settings/rate/", limits.rate, name="portal_price_rate"),
    path("prices/settings/rate/end/", limits.end_rate, name="portal_price_rate_end"),
    path("prices/costs/", limits.costs, name="portal_costs"),
    path("prices/seen/", limits.seen, name="portal_price_seen"),
]
