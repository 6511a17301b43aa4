"""Basket, checkout, order page."""

from shop.web.checkout import (  # noqa: F401 - they add their routes
    basket,
    cancel,
    checkout,
    order,
    redeem,
    withdrawal,
)
from shop.web.checkout.room import bp

__all__ = ["bp"]
