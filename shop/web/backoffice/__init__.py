"""The back office: what staff set and look up; for now prices, and who has which class (DOMAIN W5)."""

from shop.web.backoffice import ask, classes, kinds, people, person, prices  # noqa: F401 - they add their routes
from shop.web.backoffice.room import bp

__all__ = ["bp"]
