"""Orders that wait for an approval: the queue, one of them, deciding, changing, deputies."""
