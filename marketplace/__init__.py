"""The marketplace: the buyer's index of documents over all suppliers, the supplier directory (schema ``public``)."""
