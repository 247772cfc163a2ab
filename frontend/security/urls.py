"""Addresses of sign-in and security, the same on every host."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.security import company, factors, forgotten, passkeys, provider, provider_settings, sessions

urlpatterns: list[URLPattern] = [
    path("security/", sessions.overview, name="security"),
    path("security/sessions/", sessions.end, name="security_end_sessions"),
    path("security/confirm/", sessions.confirm, name="security_confirm"),
    path("security/password/", sessions.password, name="security_password"),
    path("security/required/", factors.required, name="security_required"),
    path("security/code-app/", factors.code_app, name="security_code_app"),
    path("security/code-app/remove/", factors.remove_code_app, name="security_remove_code_app"),
    path("security/recovery-codes/", factors.recovery_codes, name="security_recovery_codes"),
    path("security/passkeys/", passkeys.add, name="security_passkey"),
    path("security/passkeys/<int:passkey_id>/remove/", passkeys.remove, name="security_remove_passkey"),
    path("sign-in/passkey/", passkeys.sign_in, name="account_passkey"),
    path("sign-in/forgotten/", forgotten.ask, name="account_forgotten"),
    path("sign-in/reset/<str:token>/", forgotten.reset, name="account_reset"),
    path("sign-in/company/", provider.ask, name="account_provider"),
    path("sign-in/company/go/", provider.go, name="account_provider_go"),
    path("sign-in/company/start/", provider.start, name="account_provider_start"),
    path("sign-in/company/back/", provider.back, name="account_provider_back"),
    path("company/security/provider/", provider_settings.company_provider, name="company_provider"),
    path("company/security/", company.company, name="company_security"),
    path("company/security/second-factor/", company.second_factor, name="company_second_factor"),
]
