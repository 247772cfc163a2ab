"""Signing in and out, language, entering from another host."""
