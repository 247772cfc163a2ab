"""Carts beside the current one: named, saved, shared with colleagues, copied, deleted and restored."""
