"""A company's people, sites and roles: the same pages on every host."""
