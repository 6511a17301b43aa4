"""Appointments: the week as a list and as a grid, one appointment, and one's own (DOMAIN W10)."""

from shop.web.appointments import listing, mine, one  # noqa: F401 - they add their routes
from shop.web.appointments.room import bp

__all__ = ["bp"]
