"""The operator's console: who is there, who asks to come in, how much they sell, what does not work."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import Request
from core import outbox
from core.failures import failures, resolve_task_failure
from frontend.guards import operator_required
from frontend.operator.overview import overview, tenant_volumes
from frontend.redirects import see_other
from frontend.render import render_page
from marketplace.taxonomy import taxonomy
from tenants.domains import remove_domain, verify_domain
from tenants.enums import TenantState
from tenants.queries import domains_to_verify
from tenants.services import change_state, retry_provisioning
from vendors import queries
from vendors.services import approve_application, refuse_application


@require_safe
@operator_required
def home(request: Request) -> HttpResponse:
    """The platform at a glance."""
    return render_page(request, "operator/home.html", {"overview": overview()}, area="operator")


@require_safe
@operator_required
def taxonomy_nodes(request: Request) -> HttpResponse:
    """The taxonomy that tenants map their categories to."""
    nodes = tuple(taxonomy().nodes.values())
    return render_page(request, "operator/taxonomy.html", {"nodes": nodes}, area="operator")


@require_safe
@operator_required
def applications(request: Request) -> HttpResponse:
    """All applications, open ones first."""
    return render_page(request, "operator/applications.html", {"rows": queries.applications()}, area="operator")


@require_safe
@operator_required
def application(request: Request, application_id: UUID) -> HttpResponse:
    """One application, with the decision to take."""
    return _application_page(request, application_id)


@require_POST
@operator_required
def approve(request: Request, application_id: UUID) -> HttpResponse:
    """Approve: the storefront is set up by a job."""
    approve_application(application_id=_known(application_id), actor=request.actor)
    messages.success(request, _("Approved. The storefront is being set up."))
    return see_other(reverse("operator_application", args=[application_id]))


@require_POST
@operator_required
def refuse(request: Request, application_id: UUID) -> HttpResponse:
    """Refuse with a reason."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _application_page(request, application_id, reason_error=_("Say why: the applicant reads it."))
    refuse_application(application_id=_known(application_id), reason=reason, actor=request.actor)
    messages.success(request, _("Refused. The applicant is told why."))
    return see_other(reverse("operator_applications"))


@require_safe
@operator_required
def tenants(request: Request) -> HttpResponse:
    """All tenants with their volume."""
    return render_page(request, "operator/tenants.html", {"rows": tenant_volumes()}, area="operator")


@require_POST
@operator_required
def change_tenant_state(request: Request, tenant_id: UUID) -> HttpResponse:
    """Suspend, reopen or set up again."""
    wanted = request.POST.get("to", "")
    if wanted == TenantState.PROVISIONING:
        retry_provisioning(tenant_id=tenant_id, actor=request.actor)
    elif wanted in (TenantState.ACTIVE, TenantState.SUSPENDED):
        reason = request.POST.get("reason", "").strip()
        change_state(tenant_id=tenant_id, to=TenantState(wanted), actor=request.actor, reason=reason)
    else:
        raise Http404
    messages.success(request, _("Done."))
    return see_other(reverse("operator_tenants"))


@require_safe
@operator_required
def domains(request: Request) -> HttpResponse:
    """Domains that suppliers added and that wait for a look at their TXT record."""
    return render_page(request, "operator/domains.html", {"rows": domains_to_verify()}, area="operator")


@require_POST
@operator_required
def verify(request: Request, domain_id: UUID) -> HttpResponse:
    """Switch a domain on: its record was found."""
    verify_domain(domain_id=domain_id, actor=request.actor)
    messages.success(request, _("The domain is on."))
    return see_other(reverse("operator_domains"))


@require_POST
@operator_required
def refuse_domain(request: Request, domain_id: UUID) -> HttpResponse:
    """Take away a domain that its owner did not prove."""
    found = next((row for row in domains_to_verify() if row.id == domain_id), None)
    if found is None:
        raise Http404
    remove_domain(tenant_id=found.tenant_id, domain_id=domain_id, actor=request.actor)
    messages.success(request, _("Removed."))
    return see_other(reverse("operator_domains"))


@require_safe
@operator_required
def jobs(request: Request) -> HttpResponse:
    """What did not work, and how far behind the outbox is."""
    context = {"rows": failures(), "health": outbox.health()}
    return render_page(request, "operator/jobs.html", context, area="operator")


@require_POST
@operator_required
def retry(request: Request, failure_id: UUID) -> HttpResponse:
    """Try a dead delivery again; take a failed task off the list."""
    if request.POST.get("kind") == "delivery":
        outbox.retry(failure_id)
    else:
        resolve_task_failure(failure_id)
    return see_other(reverse("operator_jobs"))


def _application_page(request: Request, application_id: UUID, reason_error: str = "") -> HttpResponse:
    found = queries.application(application_id)
    if found is None:
        raise Http404
    context = {"application": found, "reason_error": reason_error}
    return render_page(
        request,
        "operator/application.html",
        context,
        area="operator",
        status=422 if reason_error else 200,
        fragment="state",
    )


def _known(application_id: UUID) -> UUID:
    if queries.application(application_id) is None:
        raise Http404
    return application_id
