"""A company registers on the marketplace and asks suppliers for an account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.requests import Request
from frontend.organisation.registering import CompanyForm, NewcomerForm, enter, submitted
from frontend.redirects import see_other
from frontend.render import render_page
from frontend.typed import choose
from marketplace.directory import suppliers
from marketplace.joining import register_and_ask, register_newcomer_and_ask

#: So many are asked at once: each of them has somebody look at the company.
MOST_ASKED = 10


class BuyerForm(CompanyForm):
    """A company, and whom it wants to buy from."""

    suppliers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Suppliers to ask for an account"),
        help_text=gettext_lazy("At most ten at once; you can ask others later, on their storefronts."),
        widget=forms.CheckboxSelectMultiple,
        coerce=UUID,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "suppliers", [(key.hex, supplier.name) for key, supplier in suppliers().items()])
        self.fields["message"].label = _("Message to these suppliers")

    def clean_suppliers(self) -> list[UUID]:
        asked: list[UUID] = self.cleaned_data["suppliers"]
        if len(asked) > MOST_ASKED:
            raise forms.ValidationError(_("Choose at most %(count)s.") % {"count": MOST_ASKED})
        return asked


class NewBuyerForm(BuyerForm, NewcomerForm):
    """The same for somebody without a login."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """Register a company, with a login where there is none yet, and ask suppliers for an account."""
    if request.actor.company_id is not None:
        return see_other(reverse("account_choose_company"))
    known = request.actor.is_signed_in
    form = (BuyerForm if known else NewBuyerForm)(request.POST or None)
    answer = submitted(request, form, lambda: _register(request, form))
    if answer is not None:
        return answer
    context = {"form": form, "known": known}
    status = 422 if form.is_bound else 200
    return render_page(request, "marketplace/register.html", context, area="marketplace", status=status)


def _register(request: Request, form: BuyerForm) -> HttpResponse:
    asked, message = form.cleaned_data["suppliers"], form.cleaned_data["message"]
    if isinstance(form, NewBuyerForm):
        login = form.login(request.LANGUAGE_CODE)
        user_id = register_newcomer_and_ask(login=login, data=form.company_data(), tenant_ids=asked, message=message)
        enter(request, user_id)
    else:
        user_id = request.actor.require_user()
        register_and_ask(data=form.company_data(), user_id=user_id, tenant_ids=asked, message=message)
    text = _("Your company is registered.")
    if asked:
        told = ngettext("%(count)s supplier was asked", "%(count)s suppliers were asked", len(asked))
        told = told % {"count": len(asked)}
        text = _("Your company is registered. %(asked)s for an account; you are told by e-mail.") % {"asked": told}
    messages.success(request, text)
    return see_other(reverse("marketplace_home"))
