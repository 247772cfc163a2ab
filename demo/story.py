"""What has happened in the example world so far: orders, parcels, invoices, requests for quotation in several states."""

from __future__ import annotations

from demo.world import DemoWorld


def tell(world: DemoWorld) -> None:
    """Let the buyers order, the suppliers ship and both negotiate."""
