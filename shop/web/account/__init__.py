"""Accounts: log in, prove who you are, look after your own."""

from flask import Flask

from shop.web.account import details, home, invited, register  # noqa: F401 - they add their routes
from shop.web.account.library import furnish as _furnish_library
from shop.web.account.room import bp

__all__ = ["bp", "furnish"]


def furnish(app: Flask) -> None:
    """Set the library up that knows about passwords, codes and passkeys."""
    _furnish_library(app)
