"""Every macro with sample data in long texts, to be looked at while building (never in production)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.requests import Request
from frontend import context as shell
from frontend.charts import BarInput, bar_chart
from frontend.context import CartLink, ContextItem, NavGroup, NavItem, SearchBox, UserMenu
from frontend.errors import render_error
from frontend.paging import build_pager, sort_link
from frontend.render import render_page
from frontend.theme.samples import COLUMNS, FACETS, PARCELS, PRODUCTS, QUEUE, THREAD


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Raison sociale", help_text="Telle qu’elle figure au registre du commerce.")
    siren = forms.CharField(label="Numéro SIREN", max_length=9)
    group = forms.ChoiceField(label="Groupe de clients", choices=[("i", "Industrie 62"), ("b", "Bâtiment")])
    limit = forms.DecimalField(label="Encours autorisé")
    note = forms.CharField(label="Message à l’équipe", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    delivery = forms.ChoiceField(
        label="Livraison",
        widget=forms.RadioSelect,
        choices=[("g", "Groupée, en une fois"), ("p", "Au plus tôt, en plusieurs colis")],
    )
    terms = forms.BooleanField(label="J’accepte les conditions générales de vente")


def storefront(request: Request) -> HttpResponse:
    """Show the macros in the storefront's shell."""
    data = {"name": "", "siren": "12345", "group": "b", "limit": "10000"}
    form = SampleForm(data)
    form.add_error("siren", "Ce numéro n’a pas 9 chiffres : il en manque 4.")
    values: dict[str, Any] = {
        "form": form,
        "products": PRODUCTS,
        "facets": FACETS,
        "parcels": PARCELS,
        "thread": THREAD,
        "columns": COLUMNS,
        "pager": build_pager(request, total=3214, per_page=50),
        "sort": sort_link(request, "reference"),
    }
    return _with_shell(request, "gallery/storefront.html", values, "gallery-storefront")


def console(request: Request) -> HttpResponse:
    """Show the macros in the back office's shell."""
    days = [
        BarInput(f"{day} nov.", f"{day * 310} €", (Decimal(day * 200), Decimal(day * 110))) for day in range(11, 25)
    ]
    values: dict[str, Any] = {
        "queue": QUEUE,
        "chart": bar_chart("Commandes des 14 derniers jours", days, ("accords", "autres")),
    }
    return _with_shell(request, "gallery/console.html", values, "gallery-console")


def error(request: Request, status: int) -> HttpResponse:
    """Show an error page."""
    return render_error(request, status)


def _with_shell(request: Request, template: str, values: dict[str, Any], area: str) -> HttpResponse:
    shell.register_shell_provider(area, _storefront_part if area == "gallery-storefront" else _console_part)
    return render_page(request, template, values, area=area, fragment="results")


def _storefront_part(_request: Request) -> shell.ShellPart:
    return shell.ShellPart(
        nav=(
            NavItem("Commande rapide", "/quick/", key="q"),
            NavItem("Listes", "/lists/", key="l"),
            NavItem("Devis", "/_ui/", key="r", count=2),
            NavItem("Commandes", "/orders/", key="o"),
        ),
        context_items=(
            ContextItem("Ateliers Delmas", href="/company/"),
            ContextItem("Accord-cadre 2026", label="Tarif"),
            ContextItem("45 jours fin de mois", strong=False),
            ContextItem("11 240,00 €", label="Encours disponible"),
        ),
        cart=CartLink("/cart/", "Panier · 12 lignes · 1 842,60 €", "12 · 1 842 €"),
        search=SearchBox("/search/", "Référence, désignation, code-barres, votre code article…"),
        user=UserMenu("Claire M.", (NavItem("Mes préférences", "/me/"), NavItem("Société", "/company/")), "/sign-out/"),
    )


def _console_part(request: Request) -> shell.ShellPart:
    part = _storefront_part(request)
    groups = (
        NavGroup("", (NavItem("À faire", "/_ui/console/", count=9), NavItem("Demandes de devis", "/rfq/", count=4))),
        NavGroup(
            "Vendre", (NavItem("Clients", "/customers/"), NavItem("Catalogue", "/catalog/"), NavItem("Tarifs", "/p/"))
        ),
        NavGroup("Encaisser", (NavItem("Encours et factures", "/i/"), NavItem("Reversements", "/payouts/"))),
    )
    search = SearchBox("/portal/search/", "Rechercher commande, client, référence…")
    return replace(part, nav=(), context_items=(), cart=None, groups=groups, search=search)
