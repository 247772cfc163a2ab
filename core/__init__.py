"""What every app stands on and no business noun lives in.

Tenancy (scopes, the database backend), money and its rounding, states, the outbox and its events, errors, ids,
locks, numbering and formatting. Nothing here imports another app of the project.
"""
