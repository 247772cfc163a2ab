"""Single sign-on: a company's own OpenID Connect provider vouches for its people, and for nobody else (ADR 0023)."""
