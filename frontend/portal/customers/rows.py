"""What the pages about customers show, put together from customers, pricing and payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.queries import staff_of
from customers import queries
from customers.queries import CustomerDetail, CustomerInfo, CustomerRow
from customers.segments import segment_choices
from customers.vat.checks import state_text
from frontend.portal.customers.forms import ProfileForm, TermsForm, TermsOptions
from payments.credit_use import CreditEntryRow, CreditUse, ledger, use_in_currencies, use_of
from pricing.assignments import list_choices, lists_of


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer of the list, with its credit."""

    row: CustomerRow
    credit: CreditUse | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One customer, with its lists, its credit by currency and what has happened."""

    detail: CustomerDetail
    lists: tuple[tuple[UUID, str], ...]
    credit: Mapping[str, CreditUse]
    ledger: tuple[CreditEntryRow, ...]
    segment_names: tuple[str, ...] = ()
    vat_state: tuple[str, str] = ("", "")


def customer_lines(*, search: str, state: str, limit: int, offset: int) -> list[CustomerLine]:
    """A page of customers with their credit; two statements."""
    rows = queries.customers_page(search=search, state=state, limit=limit, offset=offset)
    credit = use_of([row.id for row in rows])
    return [CustomerLine(row, credit.get(row.id)) for row in rows]


def customer_page(customer_id: UUID) -> CustomerPage | None:
    """One customer; nine statements."""
    detail = queries.customer_detail(customer_id)
    info = queries.customer_by_id(customer_id)
    if detail is None or info is None:
        return None
    return CustomerPage(
        detail=detail,
        lists=tuple(lists_of([customer_id]).get(customer_id, ())),
        credit=use_in_currencies(customer_id),
        ledger=tuple(ledger(customer_id)),
        segment_names=_segment_names(info),
        vat_state=state_text(info.vat),
    )


def terms_form(page: CustomerPage, *, tenant_id: UUID, data: Any = None) -> TermsForm:
    """The form with what the customer has now; four statements."""
    detail = page.detail
    options = TermsOptions(
        groups=queries.group_choices(),
        price_lists=list_choices(),
        terms=queries.term_choices(),
        staff=[(row.user_id, row.name) for row in staff_of(tenant_id)],
    )
    initial = {
        "group": str(detail.group_id or ""),
        "term": detail.term_value or options.terms[0][0],
        "limit": _plain(own.limit) if (own := page.credit.get(detail.currency)) else "",
        "sales_rep": str(detail.sales_rep_id or ""),
        **{f"list_{number}": str(key) for number, (key, _name) in enumerate(page.lists, start=1)},
    }
    return TermsForm(data, options=options, list_count=len(page.lists), initial=initial)


def _segment_names(info: CustomerInfo) -> tuple[str, ...]:
    names = dict(segment_choices()) if info.segment_ids else {}
    return tuple(name for key, name in names.items() if key in info.segment_ids)


def profile_form(page: CustomerPage) -> ProfileForm:
    """What the supplier knows of a customer's business."""
    detail = page.detail
    initial = {
        "naf_code": detail.naf_code,
        "country": detail.country,
        "revenue_band": detail.revenue_band,
        "customer_since": detail.customer_since,
        "currency": detail.currency,
    }
    return ProfileForm(initial=initial, auto_id="profile-%s")


def _plain(amount: Decimal) -> str:
    """An amount as a form takes it: 10000 or 10000.50."""
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"
