"""A person's value cards: what is on them, what has moved, topping up, loading a voucher."""

from shop.web.cards import (  # noqa: F401 - they add their routes
    load,
    movements,
    overview,
    reminders,
    top_up,
)
from shop.web.cards.room import bp

__all__ = ["bp"]
