"""What every page shares: language, visitor, security headers, errors, page or part."""

from flask import Flask


def furnish(app: Flask) -> None:
    """Set up what every page shares."""
