"""What changes of the catalogue's structure share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.events import CatalogChanged
from catalog.models import Category
from catalog.outline import forget_outline
from core.db import Lock, advisory_lock
from core.errors import InvalidInput
from core.events import emit
from core.scope import current_scope


def require_name(french: str, english: str, *, field: str) -> None:
    """A name in one language at least. Raises InvalidInput."""
    if not (french.strip() or english.strip()):
        raise InvalidInput(field=field, reason=_("Give a name in at least one language."))


def hold_visibility() -> None:
    """One change of visibility at a time."""
    advisory_lock(Lock.VISIBILITY, str(current_scope().tenant_id))


def held_categories(keys: Iterable[UUID | None]) -> set[UUID]:
    """Those of these categories that exist: goods can be put there, none is merged or deleted until then."""
    rows = Category.objects.select_for_update(of=("self",), no_key=True).filter(pk__in={key for key in keys if key})
    return set(rows.order_by("pk").values_list("pk", flat=True))


def catalogue_changed() -> None:
    """What attributes, families or categories mean has changed for all goods. Emits CatalogChanged."""
    forget_outline()
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(CatalogChanged(tenant_id=tenant_id))
