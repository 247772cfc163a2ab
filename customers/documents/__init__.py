"""Documents that a company gives a supplier with its request for an account; the supplier alone keeps them."""
