"""Whom a provider vouched for: a member of its company, or somebody new who becomes one just in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError

from accounts.models import CompanyUser, User
from accounts.security.errors import EmailNotVouchedFor, NotOfThisCompany
from accounts.security.models import ProviderConnection, ProviderDomain, ProviderIdentity
from accounts.security.provider.connections import domain_of
from core.db import atomic, savepoint
from core.errors import NotFound


@atomic
def person_of(*, connection_id: UUID, claims: Mapping[str, Any], language: str) -> User:
    """The user that verified claims of an ID token speak of.

    The provider must vouch for the e-mail, and its domain must be the company's. A login that exists is the company's
    member already, or it is not touched: nobody is taken over or let in again by a provider's word.
    Raises NotFound, EmailNotVouchedFor, NotOfThisCompany.
    """
    connection = ProviderConnection.objects.select_for_update(of=("self",)).filter(pk=connection_id).first()
    if connection is None or not connection.is_enabled:
        raise NotFound
    email, subject = _email(connection, claims), str(claims["sub"])[:255]
    known = ProviderIdentity.objects.select_related("user").filter(connection=connection, subject=subject).first()
    if known is not None:
        return _member(connection, known.user)
    user = User.objects.filter(email=email).first()
    if user is not None:
        _member(connection, user)
    else:
        user = _newcomer(connection, email, str(claims.get("name") or email)[:120], language)
    try:
        with savepoint():
            ProviderIdentity.objects.create(connection=connection, subject=subject, user=user)
    except IntegrityError as error:  # the e-mail has gone over to another person there
        raise NotOfThisCompany from error
    return user


def _email(connection: ProviderConnection, claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        raise EmailNotVouchedFor
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailNotVouchedFor from error
    proven = ProviderDomain.objects.filter(connection=connection, domain=domain_of(email), proven_at__isnull=False)
    if not proven.exists():
        raise EmailNotVouchedFor
    return email


def _member(connection: ProviderConnection, user: User) -> User:
    is_member = CompanyUser.objects.filter(user=user, company_id=connection.company_id).exists()
    if not user.is_active or not is_member:
        raise NotOfThisCompany
    return user


def _newcomer(connection: ProviderConnection, email: str, name: str, language: str) -> User:
    try:
        with savepoint():
            user = User.objects.create_user(email, None, name=name, language=language)
    except IntegrityError as error:  # made by another request a moment ago
        raise NotOfThisCompany from error
    CompanyUser.objects.create(
        user=user,
        company_id=connection.company_id,
        role=connection.default_role,
        unit_id=connection.default_unit_id,
    )
    return user
