"""What every host serves by itself: the tenant's style sheet and the language switch."""
