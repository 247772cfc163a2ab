"""What goes wrong on a developer's machine, said in one line."""


class SetupError(Exception):
    """Something the command needs is not there; the message says what to do. Shown without a traceback."""
