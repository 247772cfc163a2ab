"""``/api/v1/`` on a supplier's host."""

from __future__ import annotations

from django.conf import settings
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from integrations.api import carts, views
from integrations.api.agreements import views as agreements
from integrations.api.quotes import talk_views as talk
from integrations.api.quotes import views as quotes

_SCHEMA = SpectacularAPIView.as_view(
    urlconf=settings.TENANT_URLCONF, authentication_classes=[], permission_classes=[], throttle_classes=[]
)

urlpatterns = [
    path("products/", views.Products.as_view(), name="api_products"),
    path("products/<path:sku>/", views.Product.as_view(), name="api_product"),
    path("orders/", views.Orders.as_view(), name="api_orders"),
    path("orders/<uuid:order_id>/", views.Order.as_view(), name="api_order"),
    path("agreements/", agreements.Agreements.as_view(), name="api_agreements"),
    path("agreements/<uuid:agreement_id>/", agreements.Agreement.as_view(), name="api_agreement"),
    path("agreements/<uuid:agreement_id>/call-offs/", agreements.CallOffs.as_view(), name="api_call_offs"),
    path("supplier/agreements/", agreements.SupplierAgreements.as_view(), name="api_supplier_agreements"),
    path(
        "supplier/agreements/<uuid:agreement_id>/",
        agreements.SupplierAgreement.as_view(),
        name="api_supplier_agreement",
    ),
    path("supplier/rfqs/", quotes.Invitations.as_view(), name="api_supplier_rfqs"),
    path("supplier/rfqs/<uuid:invitation_id>/", quotes.Invitation.as_view(), name="api_supplier_rfq"),
    path("supplier/rfqs/<uuid:invitation_id>/offers/", quotes.Offers.as_view(), name="api_supplier_offers"),
    path("supplier/rfqs/<uuid:invitation_id>/draft/", quotes.Draft.as_view(), name="api_supplier_draft"),
    path("supplier/rfqs/<uuid:invitation_id>/talk/", talk.SupplierTalk.as_view(), name="api_supplier_talk"),
    path("supplier/rfqs/<uuid:invitation_id>/questions/", talk.Ask.as_view(), name="api_supplier_ask"),
    path(
        "supplier/rfqs/<uuid:invitation_id>/files/<uuid:file_id>/",
        talk.SupplierFile.as_view(),
        name="api_supplier_file",
    ),
    path("supplier/rfqs/<uuid:invitation_id>/decline/", quotes.Decline.as_view(), name="api_supplier_decline"),
    path("supplier/rfqs/<uuid:invitation_id>/withdraw/", quotes.Withdraw.as_view(), name="api_supplier_withdraw"),
    path("carts/", carts.Carts.as_view(), name="api_carts"),
    path("carts/<uuid:cart_id>/switch/", carts.CartSwitch.as_view(), name="api_cart_switch"),
    path("schema/", _SCHEMA, name="api_schema"),
    re_path(r"", views.Nothing.as_view(), name="api_nothing"),
]
