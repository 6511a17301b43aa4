"""What every page shares: language, visitor, security headers, errors, page or part."""

from flask import Flask

from shop.web.frame import errors, guard, kept, language, letter_box, pictures, security, show


def furnish(app: Flask) -> None:
    """Set up what every page shares."""
    language.furnish(app)
    security.furnish(app)
    show.furnish(app)
    pictures.furnish(app)
    letter_box.furnish(app)
    guard.furnish(app)
    kept.furnish(app)
    errors.furnish(app)
