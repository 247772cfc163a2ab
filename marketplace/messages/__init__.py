"""What buyer and supplier write to each other about an order or an invoice, with files (ADR 0025)."""
