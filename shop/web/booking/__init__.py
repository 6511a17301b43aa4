"""Booking a course: who takes part, the waiting list."""

from shop.web.booking import views, waiting  # noqa: F401 - they add their routes
from shop.web.booking.room import bp

__all__ = ["bp"]
