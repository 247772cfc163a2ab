"""How one signs in, and where one is signed in: the same pages on every host."""
