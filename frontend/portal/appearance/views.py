"""The look of the storefront, and the domains it answers on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import Request
from core.errors import Refused
from frontend.forms import add_refusal
from frontend.guards import staff_required
from frontend.portal.appearance.forms import RADII, AppearanceForm, DomainForm
from frontend.portal.appearance.preview import preview
from frontend.redirects import see_other
from frontend.render import render_page
from tenants.directory import TenantInfo
from tenants.domains import add_domain, remove_domain
from tenants.queries import domains_of
from tenants.services import change_branding


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def appearance(request: Request) -> HttpResponse:
    """Choose colours, corners, taglines and logo; "preview" shows them and saves nothing."""
    tenant = _tenant(request)
    if request.method != "POST":
        return _page(request, AppearanceForm(initial=_shown(request, tenant)), DomainForm())
    form = AppearanceForm(request.POST, request.FILES)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, form, DomainForm())
    change_branding(tenant_id=tenant.id, actor=request.actor, **form.choices_for_service())
    messages.success(request, _("Saved. Your storefront looks like this now."))
    return see_other(reverse("portal_appearance"))


@require_POST
@staff_required
def new_domain(request: Request) -> HttpResponse:
    """Add a domain of one's own, to be verified."""
    tenant = _tenant(request)
    form = DomainForm(request.POST)
    if form.is_valid():
        try:
            add_domain(tenant_id=tenant.id, domain=form.cleaned_data["domain"], actor=request.actor)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Added. Set the records below; it works once they were checked."))
            return see_other(reverse("portal_appearance") + "#domains")
    return _page(request, AppearanceForm(initial=_shown(request, tenant)), form)


@require_POST
@staff_required
def drop_domain(request: Request, domain_id: UUID) -> HttpResponse:
    """Take a domain away."""
    remove_domain(tenant_id=_tenant(request).id, domain_id=domain_id, actor=request.actor)
    messages.success(request, _("Removed."))
    return see_other(reverse("portal_appearance") + "#domains")


def _page(request: Request, form: AppearanceForm, domain_form: DomainForm) -> HttpResponse:
    tenant = _tenant(request)
    chosen = {name: str(form[name].value() or "") for name in ("primary", "accent", "radius")}
    radius = int(chosen["radius"]) if chosen["radius"] in dict(RADII) else tenant.radius
    context = {
        "form": form,
        "domain_form": domain_form,
        "preview": preview(chosen["primary"], chosen["accent"], radius),
        "tenant_name": tenant.name,
        "logo_url": tenant.logo_url,
        "domains": domains_of(tenant.id),
        "target": tenant.primary_domain,
    }
    status = 422 if form.errors or domain_form.errors else 200
    return render_page(
        request, "portal/appearance.html", context, area="portal", status=status, fragment="preview_part"
    )


def _shown(request: Request, tenant: TenantInfo) -> dict[str, str]:
    """What the form starts from: the saved choices, changed by what is to be previewed."""
    saved = {
        "primary": tenant.primary,
        "accent": tenant.accent,
        "radius": str(tenant.radius),
        "tagline_fr": tenant.tagline_fr,
        "tagline_en": tenant.tagline_en,
    }
    return {name: request.GET.get(name, value)[:160] for name, value in saved.items()}


def _tenant(request: Request) -> TenantInfo:
    if request.tenant is None:
        raise Http404
    return request.tenant
