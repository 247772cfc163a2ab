"""Who may approve an answer."""

from __future__ import annotations

from uuid import UUID

from accounts.queries import staff_ids
from quoting.models import QuoteDraft
from quoting.policies import approving_roles


def approvers(tenant_id: UUID, draft: QuoteDraft, *, sales_may: bool) -> set[UUID]:
    """Who may approve this answer: nobody who has written in it; one statement.

    What a key has sent, its maker does not approve either, as long as anybody else may: otherwise a key of one's own
    would replace the second pair of eyes. The only one who may approve is an owner, who may lift the limits as well.
    """
    may = staff_ids(tenant_id, approving_roles(sales_may=sales_may))
    return ((may - {draft.maker_id}) or may) - set(draft.writer_ids)
