"""Who gives a command: a name for the records."""

import getpass
import os

import click


def _login() -> str:
    """The login name, or the bare id where this machine knows no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


BY = click.option("--by", default=_login, show_default="your login", help="Your name.")
