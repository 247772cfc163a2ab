"""Orders that wait for an approval: snapshots with frozen prices that go through their steps."""
