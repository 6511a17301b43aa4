"""What providers and monitors call."""

from shop.web.hooks.views import bp

__all__ = ["bp"]
