"""Addresses of sign-in, the same on every host."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.account import views

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.sign_in, name="account_sign_in"),
    path("sign-in/code/", views.code, name="account_code"),
    path("sign-out/", views.sign_out, name="account_sign_out"),
    path("company/choose/", views.choose_company, name="account_choose_company"),
    path("go/platform/", views.go_to_platform, name="account_go_platform"),
    path("go/<uuid:tenant_id>/", views.go_to_tenant, name="account_go"),
    path("enter/", views.enter, name="account_enter"),
]
