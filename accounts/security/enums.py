"""What changes about a sign-in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecurityChange(models.TextChoices):
    """One thing that its owner is written to about."""

    PASSWORD = "password", _("The password was changed.")
    CODE_ADDED = "code_added", _("A code app was added as second factor.")
    CODE_REMOVED = "code_removed", _("The code app was removed as second factor.")
    PASSKEY_ADDED = "passkey_added", _("A passkey was added.")
    PASSKEY_REMOVED = "passkey_removed", _("A passkey was removed.")
    NEW_RECOVERY_CODES = "new_recovery_codes", _("New recovery codes were made; those before are worthless.")
    RECOVERY_USED = "recovery_used", _("A recovery code was used to sign in.")
