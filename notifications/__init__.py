"""Notifications: the websocket of live pages, and e-mail; both fed by events."""
