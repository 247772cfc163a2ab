"""How somebody proves who they are, and the sessions that this opened: ADR 0023."""
