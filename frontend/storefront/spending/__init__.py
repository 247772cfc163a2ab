"""How a company limits its spending: ceilings, cost centres with budgets, approval rules."""
