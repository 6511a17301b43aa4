"""Basket, checkout, order page."""

from shop.web.checkout import basket, checkout, order, withdrawal  # noqa: F401 - they add their routes
from shop.web.checkout.room import bp

__all__ = ["bp"]
