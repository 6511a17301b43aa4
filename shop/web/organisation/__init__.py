"""The organisation desk: order codes, see where each is, hand them out (DOMAIN C1, C2, C6)."""

from shop.web.organisation import (  # noqa: F401 - they add their routes
    choose,
    code,
    codes,
    order,
    overview,
    people,
    purchases,
    send,
    swap,
)
from shop.web.organisation.room import bp

__all__ = ["bp"]
