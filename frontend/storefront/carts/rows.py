"""Carts as texts, prepared before rendering."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formatting
from orders.enums import ListSharing
from orders.named_carts.queries import CartInfo

SHARING = (
    (ListSharing.PRIVATE.value, gettext_lazy("Only me")),
    (ListSharing.READ.value, gettext_lazy("The whole company may see it")),
    (ListSharing.EDIT.value, gettext_lazy("The whole company may change it")),
)


@dataclass(frozen=True, slots=True)
class CartText:
    """A cart in a list; ``state`` says that it is current, or in whose hands it is, with its tone.

    ``may_switch``: it can be gone on with. ``may_delete``: nobody else is working in it.
    """

    id: UUID
    name: str
    is_current: bool
    state: tuple[str, str] | None
    owner_text: str
    sharing_text: str
    lines_text: str
    net_text: str
    changed_text: str
    may_switch: bool
    may_manage: bool
    may_delete: bool


def cart_name(info: CartInfo) -> str:
    """What a cart is called; by its day, where nobody gave it a name."""
    day = formatting.day(timezone.localdate(info.created_at))
    return info.name or _("Cart of %(day)s") % {"day": day}


def changed_text(info: CartInfo) -> str:
    """When it was last changed, and by whom."""
    values = {"moment": formatting.moment(info.updated_at), "name": info.changed_by_name}
    return _("%(moment)s by %(name)s") % values if info.changed_by_name else values["moment"]


def sharing_text(info: CartInfo) -> str:
    """Who may open it, for its owner; that it is shared, for others."""
    if not info.is_own:
        return _("shared by a colleague")
    named = ngettext("%(count)s colleague", "%(count)s colleagues", info.named_count)
    told = named % {"count": formatting.number(info.named_count)} if info.named_count else ""
    company = str(dict(SHARING)[info.sharing.value])
    if info.sharing == ListSharing.PRIVATE:
        return told or company
    return f"{company} · {told}" if told else company


def cart_text(info: CartInfo) -> CartText:
    """A cart as the overview shows it."""
    total = info.sum
    has_net = total is not None and total.net is not None and total.count > 0
    return CartText(
        id=info.id,
        name=cart_name(info),
        is_current=info.is_current,
        state=_state(info),
        owner_text=_("me") if info.is_own else info.owner_name,
        sharing_text=sharing_text(info),
        lines_text=formatting.number(total.count) if total is not None else "",
        net_text=formatting.money(total.net, total.currency) if has_net and total and total.net is not None else "—",
        changed_text=changed_text(info),
        may_switch=info.may_change and not info.is_current and (not info.holder_name or info.may_manage),
        may_manage=info.may_manage,
        may_delete=info.may_manage and not info.holder_name,
    )


def _state(info: CartInfo) -> tuple[str, str] | None:
    if info.is_current:
        return _("current"), "ok"
    return (_("%(name)s is working in it") % {"name": info.holder_name}, "warn") if info.holder_name else None
