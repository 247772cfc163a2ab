"""Framework agreements for the systems of both sides: read, and called off by the buyer's."""
