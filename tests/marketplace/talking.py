"""An order that buyer and supplier write about, and files as people send them."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from uuid import UUID

from PIL import Image

from core.actor import Actor
from core.ids import uuid7
from core.tenancy import use_tenant
from customers.queries import require_approved
from marketplace.messages import services as talking
from marketplace.models import Document
from orders.lines import NewLine
from orders.services import OrderDetails, place_order
from tests.world import CompanyWorld, TenantWorld

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
ADDRESS = {"label": "Arras", "street": "12 rue des Forges", "postal_code": "62000", "city": "Arras", "country": "FR"}


def ordered(tenant: TenantWorld, company: CompanyWorld, *, actor: Actor | None = None, po_number: str = "PO-1") -> UUID:
    """An order of ten screws."""
    buyer = actor or company.buyer
    with use_tenant(tenant.scope, company_id=company.id):
        return place_order(
            actor=buyer,
            customer=require_approved(buyer),
            lines=[NewLine(tenant.variants["VN-1001"], "", Decimal(10))],
            delivery_address=ADDRESS,
            details=OrderDetails(po_number=po_number),
        )


def document_id(tenant: TenantWorld, object_id: UUID) -> UUID:
    """Under which key the index knows it."""
    with use_tenant(tenant.scope, party="tenant"):
        return Document.objects.get(object_id=object_id).pk


def buyer_writes(
    tenant: TenantWorld,
    company: CompanyWorld,
    document: UUID,
    body: str = "Bonjour",
    *,
    contents: tuple[tuple[str, bytes], ...] = (),
    token: UUID | None = None,
    actor: Actor | None = None,
) -> UUID:
    """A message of the buyer."""
    with use_tenant(tenant.scope, company_id=company.id):
        return talking.send_message(
            document_id=document, body=body, contents=contents, token=token or uuid7(), actor=actor or company.buyer
        )


def staff_writes(tenant: TenantWorld, document: UUID, body: str = "Bonjour", contents=()) -> UUID:
    """A message of the supplier."""
    with use_tenant(tenant.scope, party="tenant"):
        return talking.send_message(
            document_id=document, body=body, contents=contents, token=uuid7(), actor=tenant.staff
        )


def photo(form: str, *, secret: bytes = b"") -> bytes:
    """A picture that says in its metadata where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "GPS-SECRET"
    Image.new("RGB", (8, 6), "#123456").save(out, form, exif=exif)
    return out.getvalue() + secret


def workbook(parts: dict[str, bytes] | None = None) -> bytes:
    """A file that is built as a workbook is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>", **(parts or {})}.items():
            archive.writestr(name, content)
    return out.getvalue()
