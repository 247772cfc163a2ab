"""After commit: a letter about each change of somebody's sign-in."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from accounts.events import PasswordForgotten, SignInChanged
from accounts.models import User
from accounts.security.enums import SecurityChange
from accounts.security.forgotten import LASTS, reset_token
from accounts.security.provider.connections import required_connection
from core import formatting
from core.events import handles
from core.scope import current_scope
from notifications import mail, recipients
from notifications.centre.writing import Subject
from notifications.enums import SubjectKind
from notifications.mail import Recipient
from tenants import directory


@handles(SignInChanged)
def sign_in_changed(event: SignInChanged) -> None:
    """Tell the owner, who may not have been the one."""
    mail.send(
        "sign_in_changed",
        event=event,
        about=Subject(SubjectKind.SIGN_IN, event.user_id),
        to=recipients.user(event.user_id),
        values={
            "change": lambda: str(SecurityChange(event.change).label),
            "at": lambda: formatting.moment(datetime.fromisoformat(event.at)),
            "link": f"{_origin()}/security/",
        },
    )


@handles(PasswordForgotten)
def password_forgotten(event: PasswordForgotten) -> None:
    """Send the link to who signs in with this address, or say that the company's provider is the way in."""
    until = datetime.fromisoformat(event.at) + LASTS
    user = User.objects.filter(email=event.email, is_active=True).first()
    if user is None or until <= timezone.now():
        return
    provider = required_connection(user.email)
    sign_in = f"{_origin()}/sign-in/company/?{urlencode({'next': event.target})}"
    link = sign_in if provider else f"{_origin()}/sign-in/reset/{reset_token(user, target=event.target)}/"
    mail.send(
        "password_forgotten",
        event=event,
        to=[Recipient(user.email, user.name, user.language or event.language)],
        values={
            "company": provider.company_name if provider else "",
            "until": lambda: formatting.moment(until),
            "link": link,
        },
    )


def _origin() -> str:
    """The host on which it happened, as people reach it."""
    tenant_id = current_scope().tenant_id
    tenant = directory.find_by_id(tenant_id) if tenant_id else None
    return mail.origin(tenant.primary_domain if tenant else settings.PLATFORM_DOMAIN)
