"""The platform's own site: suppliers, comparison, requests for quotation, the buyer's documents."""
