"""What providers and monitors call."""

from shop.web.hooks import pretend, stripe
from shop.web.hooks.views import bp

__all__ = ["bp", "pretend", "stripe"]
