"""Purchase lists: goods that are ordered again and again, kept by a person, shared in its company."""
