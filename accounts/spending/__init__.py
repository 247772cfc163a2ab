"""Spending of a company: ceilings, cost centres and their budgets, rules of who approves which order, deputies."""
