"""The marketplace: the buyer's index of documents over all suppliers, and the supplier directory (schema ``public``)."""
