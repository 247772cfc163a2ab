"""Accounts: users, buying companies, memberships, staff of tenants, and how one sign-in reaches many hosts."""
