"""Letters about carts that colleagues share by name; what the whole company may open is told to nobody."""

from __future__ import annotations

from core.events import handles
from customers.queries import customer_of
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.handlers.letters import supplier_of
from orders.events import CartShared
from orders.named_carts.models import CartShare
from orders.named_carts.policies import LIVE
from orders.named_carts.queries import colleagues_of


@handles(CartShared)
def cart_shared(event: CartShared) -> None:
    """Tell the colleague, while the cart is there, shared as it was said, and the colleague may open it."""
    share = CartShare.objects.select_related("cart").filter(pk=event.share_id, may_change=event.may_change).first()
    customer = customer_of(event.company_id)
    if share is None or customer is None or not type(share.cart).objects.filter(LIVE, pk=share.cart_id).exists():
        return
    if event.user_id not in {each.id for each in colleagues_of(customer, share.cart.owner_id, share.cart.unit_id)}:
        return
    supplier, origin = supplier_of(event.tenant_id)
    mail.send(
        "cart_shared",
        event=event,
        about=Subject(SubjectKind.CART, share.cart_id, share.cart.name, event.company_id),
        to=recipients.user(event.user_id),
        values={
            "who": event.by_name,
            "cart": share.cart.name,
            "supplier": supplier,
            "may_change": event.may_change,
            "link": f"{origin}/carts/{share.cart_id}/",
        },
    )
