"""What changes of the catalogue's structure share."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.events import CatalogChanged
from catalog.outline import forget_outline
from core.errors import InvalidInput
from core.events import emit
from core.scope import current_scope


def require_name(french: str, english: str, *, field: str) -> None:
    """A name in one language at least. Raises InvalidInput."""
    if not (french.strip() or english.strip()):
        raise InvalidInput(field=field, reason=_("Give a name in at least one language."))


def catalogue_changed() -> None:
    """What attributes, families or categories mean has changed for all goods. Emits CatalogChanged."""
    forget_outline()
    tenant_id = current_scope().tenant_id
    if tenant_id is not None:
        emit(CatalogChanged(tenant_id=tenant_id))
