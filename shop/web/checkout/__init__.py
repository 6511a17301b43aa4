"""Basket, checkout, order page."""

from shop.web.checkout import basket, checkout, order, redeem, withdrawal  # noqa: F401 - they add their routes
from shop.web.checkout.room import bp

__all__ = ["bp"]
