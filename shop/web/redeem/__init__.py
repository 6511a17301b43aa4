"""From a code to a place, and what a learner finds later (DOMAIN C4, C5, C7, C8)."""

from shop.web.redeem import certificates, help, learner, redeem, undo  # noqa: F401 - they add their routes
from shop.web.redeem.room import bp

__all__ = ["bp"]
