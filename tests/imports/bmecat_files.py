"""Small BMEcat files of our own."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

HEADER = (
    "<HEADER><CATALOG><LANGUAGE>{language}</LANGUAGE><CATALOG_ID>C1</CATALOG_ID><CATALOG_VERSION>001.000"
    "</CATALOG_VERSION><CATALOG_NAME>Fixations</CATALOG_NAME><CURRENCY>EUR</CURRENCY></CATALOG>"
    "<SUPPLIER><SUPPLIER_NAME>Vissal</SUPPLIER_NAME></SUPPLIER></HEADER>"
)
DTD = '<!DOCTYPE BMECAT SYSTEM "bmecat_new_catalog_1_2.dtd">'


def bmecat(
    body: str,
    *,
    transaction: str = "T_NEW_CATALOG",
    version: str = "2005",
    language: str = "fra",
    prolog: str = "",
    namespace: str = "",
) -> str:
    """A catalogue around products."""
    attributes = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{prolog}<BMECAT version="{version}"{attributes}>'
        f"{HEADER.format(language=language)}<{transaction}>{body}</{transaction}></BMECAT>"
    )


def product(sku: str, inner: str = "", *, name: str = "Vis M8", details: str = "", mode: str = "") -> str:
    """A product in the words of 2005."""
    attributes = f' mode="{mode}"' if mode else ""
    short = f"<DESCRIPTION_SHORT>{name}</DESCRIPTION_SHORT>" if name else ""
    return (
        f"<PRODUCT{attributes}><SUPPLIER_PID>{sku}</SUPPLIER_PID>"
        f"<PRODUCT_DETAILS>{short}{details}</PRODUCT_DETAILS>{inner}</PRODUCT>"
    )


def price(amount: str, *, kind: str = "net_customer", bound: str = "", currency: str = "", more: str = "") -> str:
    lower = f"<LOWER_BOUND>{bound}</LOWER_BOUND>" if bound else ""
    named = f"<PRICE_CURRENCY>{currency}</PRICE_CURRENCY>" if currency else ""
    return (
        f'<PRODUCT_PRICE price_type="{kind}"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT>{named}{lower}{more}</PRODUCT_PRICE>'
    )


def prices(*rows: str, dates: str = "") -> str:
    return f"<PRODUCT_PRICE_DETAILS>{dates}{''.join(rows)}</PRODUCT_PRICE_DETAILS>"


def order(unit: str = "C62", **more: str) -> str:
    inner = "".join(f"<{name.upper()}>{value}</{name.upper()}>" for name, value in more.items())
    return f"<PRODUCT_ORDER_DETAILS><ORDER_UNIT>{unit}</ORDER_UNIT>{inner}</PRODUCT_ORDER_DETAILS>"


def feature(name: str, value: str, *, unit: str = "", fid: str = "", parent: str = "") -> str:
    parts = {"FNAME": name, "FVALUE": value, "FUNIT": unit, "FID": fid, "FPARENT_ID": parent}
    return f"<FEATURE>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in parts.items() if text)}</FEATURE>"


def features(*rows: str, system: str = "ETIM-7.0", group: str = "EC001234") -> str:
    return (
        f"<PRODUCT_FEATURES><REFERENCE_FEATURE_SYSTEM_NAME>{system}</REFERENCE_FEATURE_SYSTEM_NAME>"
        f"<REFERENCE_FEATURE_GROUP_ID>{group}</REFERENCE_FEATURE_GROUP_ID>{''.join(rows)}</PRODUCT_FEATURES>"
    )


def xml_file(text: str, *, name: str = "catalogue.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())
