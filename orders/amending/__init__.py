"""Orders after they were placed: the buyer amends one, the supplier cancels a part of one. Nothing is ever lost."""
